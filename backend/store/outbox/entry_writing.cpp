#include "store/outbox/entry_writing.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "store/outbox/outbox.h"
#include "store/sql/failure_sql.h"
#include "store/sql/job_row.h"

namespace jobtree::store {
namespace {

constexpr std::int64_t kMostPruned = 500;  // in one step, of each kind
constexpr std::int64_t kMostDropped = 1000;

// What is too large for the table is known, but cannot be sent.
constexpr std::string_view kPut = R"sql(
INSERT INTO outbox(channel, subject, event_id, dedupe, occurred_at, made_at, payload, state,
  closed_at, reply)
VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
ON CONFLICT(dedupe) DO NOTHING)sql";

// The row stays without its payload: its key is still that of something that was told or is not to
// be told any more.
constexpr std::string_view kDropOldest = R"sql(
UPDATE outbox SET state = 'dropped', payload = '', closed_at = ?3 WHERE id IN (
  SELECT id FROM outbox WHERE channel = ?1 AND state = 'pending' AND closed_at IS NULL
  AND id <= (SELECT id FROM outbox WHERE channel = ?1 AND state = 'pending' AND closed_at IS NULL
    ORDER BY id DESC LIMIT 1 OFFSET ?2)
  ORDER BY id LIMIT ?4)sql";

/// Of all regions and projects: who is told sees all of them. The sum keeps databases from walking
/// along the times of the whole service for one that is not there.
constexpr std::string_view kLastOfFailure =
    "SELECT max(last_at + 0) FROM failure_group WHERE service = ?1 AND name = ?2";

constexpr std::string_view kMuteOf =
    "SELECT 1 FROM failure_mute WHERE service = ?1 AND name = ?2 "
    "AND (until IS NULL OR until > ?3) AND (remaining IS NULL OR remaining >= 0)";

constexpr std::string_view kForget = R"sql(
UPDATE job SET forgotten_at = ?5, last_change =
  CASE WHEN is_final = 0 AND last_change < ?5 THEN ?5 ELSE last_change END
WHERE region = ?1 AND service = ?2 AND project = ?3 AND job_id = ?4 AND forgotten_at IS NULL
  AND (version > 0 OR found_at IS NOT NULL) RETURNING )sql";

constexpr std::string_view kUnfinished =
    " FROM job WHERE region = ?1 AND service = ?2 AND project = ?3 AND job_id = ?4 "
    "AND is_final = 0 AND forgotten_at IS NULL";

constexpr std::string_view kOldClosed = R"sql(
DELETE FROM outbox WHERE id IN (
  SELECT id FROM outbox WHERE closed_at < ?1 AND state <> 'dead' ORDER BY closed_at LIMIT ?2))sql";

constexpr std::string_view kOldDead = R"sql(
DELETE FROM outbox WHERE id IN (
  SELECT id FROM outbox WHERE closed_at < ?1 ORDER BY closed_at LIMIT ?2))sql";

/// Of a channel that is gone, or that no file names any more.
constexpr std::string_view kOldPending = R"sql(
DELETE FROM outbox WHERE id IN (
  SELECT id FROM outbox WHERE closed_at IS NULL AND made_at < ?1 ORDER BY made_at LIMIT ?2))sql";

std::vector<Parameter> parameters_of(const cloud::JobAddress& address) {
  return {address.region(), address.service(), address.project_id(), address.job_id()};
}

Outcome<std::optional<JobRecord>> read_job(SqlSession& session, std::string_view sql,
                                           std::span<const Parameter> parameters) {
  std::optional<JobRecord> record;
  auto done =
      session.read(sql, parameters, [&record](const SqlRow& row) { record = record_of(row); });
  if (!done) return done.error();
  return record;
}

/// What a failure that comes now is to people, and since when it had been silent.
struct FailureNews {
  Happening happening;
  std::optional<Time> silent_since;
};

Outcome<std::optional<FailureNews>> news_of(SqlSession& session, const Change& change,
                                            const FailureGain& gain) {
  const std::optional<FailureNews> nothing;
  const Time seen = change.record.last_change;
  const Time at = time_of_gain(change, gain);
  // One that comes to light after more than a day is not what the page calls new either.
  if (at < seen - kNews) return nothing;
  const std::string_view service = change.record.address.service();
  const std::string_view name = gain.group.group;
  std::optional<Time> last;
  auto done = session.read(kLastOfFailure, {service, name}, [&last](const SqlRow& row) {
    if (!row.is_null(0)) last = time_of(row.integer(0));
  });
  if (!done) return done.error();
  if (last && at < *last + kSilence) return nothing;
  bool is_muted = false;
  done = session.read(kMuteOf, {service, name, micros(seen)},
                      [&is_muted](const SqlRow& /*row*/) { is_muted = true; });
  if (!done) return done.error();
  if (is_muted) return nothing;
  return std::optional(FailureNews{
      .happening = last ? Happening::failure_back : Happening::failure_new, .silent_since = last});
}

void add(std::vector<OutboxEntry> more, std::vector<OutboxEntry>& entries) {
  std::ranges::move(more, std::back_inserter(entries));
}

std::vector<OutboxEntry> entries_of(const Herald& herald, const JobRecord& record,
                                    const Happenings& happenings) {
  std::vector<OutboxEntry> entries;
  for (const Happening happening : happenings.list) {
    add(herald.entries_of({.happening = happening,
                           .job = record,
                           .observed_at = happenings.observed_at,
                           .seen_before = happenings.seen_before}),
        entries);
  }
  return entries;
}

Outcome<Done> put(SqlSession& session, const std::vector<OutboxEntry>& entries) {
  if (auto count = put_entries(session, entries); !count) return count.error();
  return Done();
}

Outcome<Done> drop_oldest(SqlSession& session, std::string_view channel, Time now) {
  const std::string sql = std::string(kDropOldest).append(session.locking_what_is_free()) + ")";
  const auto count = session.change(
      sql, {channel, static_cast<std::int64_t>(kMostPending), micros(now), kMostDropped});
  if (!count) return count.error();
  return Done();
}

}  // namespace

Outcome<Done> tell_change(SqlSession& session, const Herald* herald, const Change& change) {
  if (herald == nullptr) return Done();
  auto entries = entries_of(*herald, change.record, change.happenings);
  for (const FailureGain& gain : change.failures) {
    const auto news = news_of(session, change, gain);
    if (!news) return news.error();
    if (!news.value()) continue;
    add(herald->entries_of({.happening = news.value()->happening,
                            .job = change.record,
                            .observed_at = change.happenings.observed_at,
                            .seen_before = change.happenings.seen_before,
                            .failure = &gain.group,
                            .silent_since = news.value()->silent_since}),
        entries);
  }
  return put(session, entries);
}

Outcome<Done> tell_finding(SqlSession& session, const Herald* herald, const JobRecord& record,
                           const Happenings& happenings) {
  if (herald == nullptr) return Done();
  return put(session, entries_of(*herald, record, happenings));
}

Outcome<Done> tell_stuck(SqlSession& session, const Herald* herald,
                         const cloud::JobAddress& address, Time at) {
  if (herald == nullptr) return Done();
  const std::string sql =
      std::string("SELECT ").append(kJobColumns).append(kUnfinished).append(session.locking());
  const auto job = read_job(session, sql, parameters_of(address));
  if (!job) return job.error();
  if (!job.value() || has_ended(job.value()->status)) return Done();
  return put(session, entries_of(*herald, *job.value(),
                                 {.list = {Happening::stuck},
                                  .observed_at = at,
                                  .seen_before = job.value()->last_seen}));
}

Outcome<bool> forget_job(SqlSession& session, const Herald* herald,
                         const cloud::JobAddress& address, Time at) {
  std::vector<Parameter> parameters = parameters_of(address);
  parameters.emplace_back(micros(at));
  const auto job = read_job(session, std::string(kForget) + kJobColumns, parameters);
  if (!job) return job.error();
  if (!job.value()) return false;
  // Of one that has ended, and only parts of it have not, that was told.
  const bool is_news = job.value()->is_lost() && !has_ended(job.value()->status);
  if (herald == nullptr || !is_news) return true;
  auto done = put(session, entries_of(*herald, *job.value(),
                                      {.list = {Happening::settled},
                                       .observed_at = at,
                                       .seen_before = job.value()->last_seen}));
  if (!done) return done.error();
  return true;
}

Outcome<std::int64_t> put_entries(SqlSession& session, const std::vector<OutboxEntry>& entries) {
  if (entries.empty()) return 0;
  const auto now = session.now();
  if (!now) return now.error();
  // What several transactions may make at once, failures, comes in the order of their names: so no
  // two wait for each other's keys.
  std::int64_t added = 0;
  for (const OutboxEntry& entry : entries) {
    const bool is_too_large = entry.payload.size() > kLargestPayload;
    const auto count =
        session.change(kPut, {entry.channel, entry.subject, entry.event_id, entry.dedupe,
                              micros(entry.occurred_at), micros(now.value()),
                              is_too_large ? std::string_view() : std::string_view(entry.payload),
                              std::string_view(is_too_large ? "dead" : "pending"),
                              is_too_large ? Parameter(micros(now.value())) : Parameter(),
                              std::string_view(is_too_large ? "the message is too large" : "")});
    if (!count) return count.error();
    added += count.value();
  }
  if (added == 0) return 0;
  std::set<std::string_view> channels;  // in one order for all
  for (const OutboxEntry& entry : entries)
    channels.insert(entry.channel);
  for (const std::string_view channel : channels) {
    if (auto done = drop_oldest(session, channel, now.value()); !done) return done.error();
  }
  return added;
}

Outcome<bool> prune_outbox(SqlSession& session, Time now) {
  struct Rule {
    std::string_view sql;
    std::chrono::days age;
  };
  bool is_more = false;
  for (const Rule& rule :
       {Rule{kOldClosed, kClosedStay}, Rule{kOldDead, kDeadStay}, Rule{kOldPending, kDeadStay}}) {
    const auto count = session.change(rule.sql, {micros(now - rule.age), kMostPruned});
    if (!count) return count.error();
    is_more = is_more || count.value() >= kMostPruned;
  }
  return is_more;
}

}  // namespace jobtree::store

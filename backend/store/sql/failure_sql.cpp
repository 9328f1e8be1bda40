#include "store/sql/failure_sql.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/ascii.h"

namespace jobtree::store {
namespace {

constexpr std::int64_t kSilenceMicros =
    std::chrono::duration_cast<std::chrono::microseconds>(kSilence).count();
// More groups than anybody reads: errors whose texts have something of their own in each.
constexpr std::int64_t kMostGroups = 10'000;

// What was seen late neither begins a group anew nor takes the place of a later sample.
constexpr std::string_view kAddGroup = R"sql(
INSERT INTO failure_group(region, service, project, name, code, text, job_id, part, first_at,
  last_at, count, jobs, words)
VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, ?10, ?11, ?12)
ON CONFLICT(region, service, project, name) DO UPDATE SET
  back_at = CASE WHEN excluded.last_at >= failure_group.last_at + ?13 THEN excluded.last_at
    ELSE failure_group.back_at END,
  text = CASE WHEN excluded.last_at >= failure_group.last_at THEN excluded.text
    ELSE failure_group.text END,
  job_id = CASE WHEN excluded.last_at >= failure_group.last_at THEN excluded.job_id
    ELSE failure_group.job_id END,
  part = CASE WHEN excluded.last_at >= failure_group.last_at THEN excluded.part
    ELSE failure_group.part END,
  words = CASE WHEN excluded.last_at >= failure_group.last_at THEN excluded.words
    ELSE failure_group.words END,
  first_at = CASE WHEN excluded.first_at < failure_group.first_at THEN excluded.first_at
    ELSE failure_group.first_at END,
  last_at = CASE WHEN excluded.last_at >= failure_group.last_at THEN excluded.last_at
    ELSE failure_group.last_at END,
  count = failure_group.count + excluded.count, jobs = failure_group.jobs + excluded.jobs)sql";

constexpr std::string_view kAddDay = R"sql(
INSERT INTO failure_day(failure, day, count)
SELECT id, CAST(?5 AS bigint), CAST(?6 AS bigint) FROM failure_group
WHERE region = ?1 AND service = ?2 AND project = ?3 AND name = ?4
ON CONFLICT(failure, day) DO UPDATE SET count = failure_day.count + excluded.count)sql";

/// One less than nothing may come: that one has ended the mute.
constexpr std::string_view kUseMute = R"sql(
UPDATE failure_mute SET remaining = remaining - ?3
WHERE service = ?1 AND name = ?2 AND remaining >= 0)sql";

constexpr std::string_view kSetMute = R"sql(
INSERT INTO failure_mute(service, name, until, remaining, note, author, at)
VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)
ON CONFLICT(service, name) DO UPDATE SET until = excluded.until, remaining = excluded.remaining,
  note = excluded.note, author = excluded.author, at = excluded.at)sql";

constexpr std::string_view kUnmute = "DELETE FROM failure_mute WHERE service = ?1 AND name = ?2";

constexpr std::string_view kOldGroups = R"sql(
DELETE FROM failure_group WHERE id IN (
  SELECT id FROM failure_group WHERE last_at < ?2 ORDER BY last_at LIMIT ?1))sql";

constexpr std::string_view kOldDays = R"sql(
DELETE FROM failure_day WHERE (failure, day) IN (
  SELECT failure, day FROM failure_day WHERE day < ?2 ORDER BY day LIMIT ?1))sql";

constexpr std::string_view kTooManyGroups = R"sql(
DELETE FROM failure_group WHERE id IN (
  SELECT id FROM failure_group ORDER BY last_at DESC, id DESC LIMIT ?1 OFFSET ?2))sql";

/// Those that have ended, and those of nothing.
constexpr std::string_view kOldMutes = R"sql(
DELETE FROM failure_mute WHERE (service, name) IN (
  SELECT mute.service, mute.name FROM failure_mute AS mute WHERE mute.until < ?2
  OR mute.remaining < 0 OR NOT EXISTS (SELECT 1 FROM failure_group
    WHERE failure_group.service = mute.service AND failure_group.name = mute.name)
  LIMIT ?1))sql";

/// What a viewer may see of a table, and wants to; under the name of "seen".
class Sight {
 public:
  Sight(const FailureQuery& query, Conditions& conditions) {
    for (const auto& [column, value] :
         {std::pair("seen.region", &query.region), std::pair("seen.service", &query.service),
          std::pair("seen.project", &query.project), std::pair("seen.name", &query.name)}) {
      if (value->empty()) continue;
      conditions_.push_back(std::string(column) + " = " +
                            conditions.place(std::string_view(*value)));
    }
    if (!query.scope) return;
    for (std::string& condition :
         conditions.in_scope(*query.scope, "seen.project", "seen.service")) {
      conditions_.push_back(std::move(condition));
    }
  }

  /// The conditions as they stand in an inner statement of `seen`.
  std::string inside() const {
    std::string text;
    for (const std::string& condition : conditions_)
      text += " AND " + condition;
    return text;
  }
  /// The same of the row that leads.
  void add_to(Conditions& conditions) const {
    for (std::string condition : conditions_) {
      const std::size_t column = condition.find("seen.");  // not where there is nothing to see
      if (column != std::string::npos) condition.replace(column, 5, "lead.");
      conditions.add(condition);
    }
  }

 private:
  std::vector<std::string> conditions_;
};

constexpr std::string_view kSameGroup = "seen.service = lead.service AND seen.name = lead.name";

/// `mute`: what holds of a mute of the group that has not ended.
void add_state(const FailureQuery& query, const std::string& of_group, const std::string& mute,
               Conditions& conditions) {
  using State = FailureQuery::State;
  if (query.state == State::any) return;
  conditions.add(std::string(query.state == State::muted ? "" : "NOT ") +
                 "EXISTS (SELECT 1 FROM failure_mute AS mute WHERE " + mute + ")");
  if (query.state != State::fresh && query.state != State::back) return;
  const std::string news = conditions.place(micros(query.now - kNews));
  const std::string older = "EXISTS (" + of_group + " AND seen.first_at < " + news + ")";
  if (query.state == State::fresh) return conditions.add("NOT " + older);
  conditions.add(older);
  conditions.add("NOT EXISTS (" + of_group + " AND seen.last_at >= lead.last_at - " +
                 conditions.place(kSilenceMicros) +
                 " AND coalesce(seen.back_at, seen.first_at) < " + news + ")");
}

}  // namespace

std::int64_t day_of(Time time) {
  return std::chrono::floor<std::chrono::days>(time).time_since_epoch().count();
}

std::size_t page_limit(const FailureQuery& query) {
  return std::clamp<std::size_t>(query.limit, 1, kMostFailuresOnPage);
}

Time time_of_gain(const Change& change, const FailureGain& gain) {
  const Time seen = change.record.last_change;
  return std::min(gain.group.last_at.value_or(seen), seen);
}

std::vector<Selection> failure_writing(const Change& change, const Dialect& dialect) {
  std::vector<Selection> statements;
  const cloud::JobAddress& address = change.record.address;
  for (const FailureGain& gain : change.failures) {
    const FailureGroup& group = gain.group;
    const Time at = time_of_gain(change, gain);
    const std::int64_t more = gain.more;
    const std::string_view region = address.region();
    const std::string_view service = address.service();
    const std::string_view project = address.project_id();
    const std::string_view name = group.group;
    Selection add{
        .text = in_dialect(kAddGroup, dialect),
        .parameters = {region, service, project, name, std::string_view(group.error_code),
                       std::string_view(group.error_text), std::string_view(address.job_id()),
                       std::string_view(group.sub_job), micros(at), more,
                       std::int64_t{gain.is_first_of_job ? 1 : 0}},
        .texts = {lower(group.error_code + "\n" + group.error_text + "\n" + group.group)}};
    add.parameters.emplace_back(std::string_view(add.texts.back()));
    add.parameters.emplace_back(kSilenceMicros);
    statements.push_back(std::move(add));
    statements.push_back({.text = in_dialect(kAddDay, dialect),
                          .parameters = {region, service, project, name, day_of(at), more},
                          .texts = {}});
    statements.push_back(
        {.text = in_dialect(kUseMute, dialect), .parameters = {service, name, more}, .texts = {}});
  }
  return statements;
}

std::optional<Selection> failure_page_sql(const FailureQuery& query, const Dialect& dialect) {
  Selection sql;
  Conditions conditions(sql, dialect);
  const Sight sight(query, conditions);
  const std::string group =
      " FROM failure_group AS seen WHERE " + std::string(kSameGroup) + sight.inside();
  const std::string now = conditions.place(micros(query.now));
  const std::string silence = conditions.place(kSilenceMicros);
  const std::string mute =
      "mute.service = lead.service AND mute.name = lead.name AND (mute.until IS NULL OR "
      "mute.until > " +
      now + ") AND (mute.remaining IS NULL OR mute.remaining >= 0)";
  sql.text =
      "SELECT lead.service, lead.name, lead.code, lead.text, lead.region, lead.project, "
      "lead.job_id, lead.part, lead.last_at, (SELECT min(seen.first_at)" +
      group + "), (SELECT CAST(sum(seen.count) AS bigint)" + group +
      "), (SELECT CAST(sum(seen.jobs) AS bigint)" + group +
      // When they began to come that have come since: the last silence was before.
      "), (SELECT min(coalesce(seen.back_at, seen.first_at))" + group +
      " AND seen.last_at >= lead.last_at - " + silence +
      "), mute.until, mute.remaining, mute.note, mute.author, mute.at, lead.id "
      "FROM failure_group AS lead LEFT JOIN failure_mute AS mute ON " +
      mute;
  conditions.add("NOT EXISTS (SELECT 1" + group +
                 " AND (seen.last_at, seen.id) > (lead.last_at, lead.id))");
  sight.add_to(conditions);
  add_state(query, "SELECT 1" + group, mute, conditions);
  if (query.since) conditions.add("lead.last_at >= " + conditions.place(micros(*query.since)));
  if (!query.text.empty()) {
    sql.texts.push_back(lower(query.text));
    conditions.add(std::string(dialect.contains) + "(lead.words, " +
                   conditions.place(std::string_view(sql.texts.back())) + ") > 0");
  }
  if (!query.cursor.empty()) {
    const auto after = row_place(query.cursor);
    if (!after) return std::nullopt;
    const std::string at = conditions.place(after->at);
    conditions.add("(lead.last_at, lead.id) < (" + at + ", " + conditions.place(after->number) +
                   ")");
  }
  sql.text +=
      " ORDER BY lead.last_at DESC, lead.id DESC LIMIT " + std::to_string(page_limit(query) + 1);
  return sql;
}

Selection failure_days_sql(const FailureQuery& query, const FailurePage& page,
                           const Dialect& dialect) {
  Selection sql;
  Conditions conditions(sql, dialect);
  sql.text =
      "SELECT seen.service, seen.name, failure_day.day, CAST(sum(failure_day.count) AS bigint) "
      "FROM failure_group AS seen JOIN failure_day ON failure_day.failure = seen.id";
  const auto first = day_of(query.now) - static_cast<std::int64_t>(kDaysShown);
  conditions.add("failure_day.day > " + conditions.place(first));
  std::string groups;
  for (const FailureRecord& failure : page.failures) {
    groups += groups.empty() ? "(" : " OR ";
    groups += "(seen.service = " + conditions.place(std::string_view(failure.service));
    groups += " AND seen.name = " + conditions.place(std::string_view(failure.name)) + ")";
  }
  conditions.add(groups.empty() ? "1 = 0" : groups + ")");
  const Sight sight(query, conditions);
  sql.text += sight.inside() + " GROUP BY seen.service, seen.name, failure_day.day";
  return sql;
}

std::vector<Selection> mute_sql(const Muting& muting, const Dialect& dialect) {
  const std::string_view service = muting.service;
  const std::string_view name = muting.name;
  if (!muting.mute) {
    return {{.text = in_dialect(kUnmute, dialect), .parameters = {service, name}, .texts = {}}};
  }
  const FailureMute& mute = *muting.mute;
  return {{.text = in_dialect(kSetMute, dialect),
           .parameters = {service, name, micros_or_null(mute.until),
                          mute.remaining ? Parameter(*mute.remaining) : Parameter(),
                          std::string_view(mute.note), std::string_view(mute.by), micros(mute.at)},
           .texts = {}}};
}

std::vector<Selection> failure_pruning(const Retention& retention, Time now,
                                       const Dialect& dialect) {
  std::vector<Selection> statements;
  const auto add = [&](std::string_view sql, std::int64_t parameter) {
    statements.push_back({.text = in_dialect(sql, dialect),
                          .parameters = {kMostFailuresPruned, parameter},
                          .texts = {}});
  };
  if (retention.failures.count() != 0) {
    add(kOldGroups, micros(now - retention.failures));
    add(kOldDays, day_of(now - retention.failures));
  }
  add(kTooManyGroups, kMostGroups);
  add(kOldMutes, micros(now));
  return statements;
}

}  // namespace jobtree::store

#include "store/outbox/merging.h"

#include <algorithm>
#include <optional>
#include <string>

#include "store/outbox/channel_row.h"
#include "store/sql/job_row.h"

namespace jobtree::store {
namespace {

using std::chrono::microseconds;

// Of the payloads that are read at once, to be merged.
constexpr std::size_t kMostPendingBytes = std::size_t{16} << 20;

constexpr std::string_view kPending = R"sql(
SELECT id, event_id, payload, occurred_at, attempts, is_repeat FROM outbox
WHERE channel = ?1 AND closed_at IS NULL AND state = 'pending' AND parts = 0 AND is_digest = 0
ORDER BY id LIMIT ?2)sql";

constexpr std::string_view kPutDigest = R"sql(
INSERT INTO outbox(channel, subject, event_id, dedupe, occurred_at, made_at, payload, state,
  is_digest)
VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, 'pending', 1) ON CONFLICT(dedupe) DO NOTHING RETURNING id)sql";

constexpr std::string_view kMerge = R"sql(
UPDATE outbox SET state = 'merged', merged_into = ?4, closed_at = ?5 WHERE id IN (
  SELECT id FROM outbox WHERE channel = ?1 AND closed_at IS NULL AND state = 'pending'
  AND parts = 0 AND is_digest = 0 AND id >= ?2 AND id <= ?3 ORDER BY id)sql";

constexpr std::string_view kOpenByChannel = R"sql(
SELECT channel, count(*), count(CASE WHEN state = 'sending' THEN 1 END), min(made_at)
FROM outbox WHERE closed_at IS NULL GROUP BY channel)sql";
constexpr std::string_view kDroppedByChannel =
    "SELECT channel, count(*) FROM outbox WHERE state = 'dropped' GROUP BY channel";
constexpr std::string_view kChannels = R"sql(
SELECT channel, failures, shut_until, is_gone, last_sent_at, last_trouble_at, last_trouble
FROM outbox_channel)sql";

ChannelQueue& queue_of(std::vector<ChannelQueue>& queues, std::string_view channel) {
  const auto found = std::ranges::find(queues, channel, &ChannelQueue::channel);
  if (found != queues.end()) return *found;
  queues.push_back({.channel = std::string(channel)});
  return queues.back();
}

}  // namespace

Outcome<std::vector<PendingEntry>> read_pending(SqlSession& session, std::string_view channel,
                                                std::size_t most) {
  std::vector<PendingEntry> entries;
  std::size_t bytes = 0;
  auto done =
      session.read(kPending, {channel, static_cast<std::int64_t>(most)}, [&](const SqlRow& row) {
        bytes += row.text(2).size();
        if (bytes > kMostPendingBytes) return;
        entries.push_back({.id = row.integer(0),
                           .event_id = std::string(row.text(1)),
                           .payload = std::string(row.text(2)),
                           .occurred_at = time_of(row.integer(3)),
                           .attempts = static_cast<std::uint32_t>(row.integer(4)),
                           .may_have_arrived = row.integer(5) != 0});
      });
  if (!done) return done.error();
  return entries;
}

Outcome<bool> merge_entries(SqlSession& session, const Merging& merging) {
  const OutboxEntry& digest = merging.digest;
  const StoreError conflict{StoreError::Kind::conflict, "what is merged does not wait any more"};
  const auto channel = lock_channel(session, digest.channel, std::nullopt, IfTaken::wait);
  if (!channel) return channel.error();
  const auto now = session.now();
  if (!now) return now.error();
  const auto made =
      session.number(kPutDigest, {digest.channel, digest.subject, digest.event_id, digest.dedupe,
                                  micros(digest.occurred_at), micros(now.value()), digest.payload});
  if (!made) return made.error();
  if (!made.value()) return conflict;
  const auto count = session.change(
      std::string(kMerge).append(session.locking_what_is_free()) + ")",
      {digest.channel, merging.first, merging.last, *made.value(), micros(now.value())});
  if (!count) return count.error();
  if (count.value() != static_cast<std::int64_t>(merging.count)) return conflict;
  return true;
}

Outcome<std::vector<ChannelQueue>> read_queues(SqlSession& session) {
  const auto clock = session.now();
  if (!clock) return clock.error();
  const Time now = clock.value();
  std::vector<ChannelQueue> queues;
  auto done = session.read(kChannels, {}, [&](const SqlRow& row) {
    const auto time = [&row](int column) {
      return row.is_null(column) ? std::nullopt : std::optional(time_of(row.integer(column)));
    };
    const ChannelRow channel{.failures = static_cast<std::uint32_t>(row.integer(1)),
                             .shut_until = time(2),
                             .is_gone = row.integer(3) != 0};
    ChannelQueue& queue = queue_of(queues, row.text(0));
    queue.standing = channel.standing(now);
    queue.last_sent_at = time(4);
    queue.last_trouble_at = time(5);
    queue.last_trouble = std::string(row.text(6));
  });
  if (!done) return done.error();
  done = session.read(kOpenByChannel, {}, [&](const SqlRow& row) {
    ChannelQueue& queue = queue_of(queues, row.text(0));
    queue.sending = static_cast<std::uint64_t>(row.integer(2));
    queue.pending = static_cast<std::uint64_t>(row.integer(1)) - queue.sending;
    const microseconds waits = now - time_of(row.integer(3));
    queue.oldest_waits = rounded_up(std::max(waits, microseconds(0)));
  });
  if (!done) return done.error();
  done = session.read(kDroppedByChannel, {}, [&](const SqlRow& row) {
    queue_of(queues, row.text(0)).dropped = static_cast<std::uint64_t>(row.integer(1));
  });
  if (!done) return done.error();
  std::ranges::sort(queues, {}, &ChannelQueue::channel);
  return queues;
}

}  // namespace jobtree::store

#include "store/outbox/channel_row.h"

#include <algorithm>

#include "store/sql/job_row.h"

namespace jobtree::store {
namespace {

using std::chrono::microseconds;

constexpr std::string_view kMake =
    "INSERT INTO outbox_channel(channel, settings) VALUES(?1, ?2) ON CONFLICT(channel) DO NOTHING";

constexpr std::string_view kRead =
    "SELECT settings, failures, shut_until, is_gone, full_at FROM outbox_channel "
    "WHERE channel = ?1";

// The bucket stays: the other side may be the same as before.
constexpr std::string_view kBeginAnew =
    "UPDATE outbox_channel SET settings = ?2, failures = 0, shut_until = NULL, is_gone = 0 "
    "WHERE channel = ?1";

// Rows that are taken are about to be dropped.
constexpr std::string_view kAllDue =
    "UPDATE outbox SET due_at = 0 WHERE id IN (SELECT id FROM outbox WHERE channel = ?1 "
    "AND closed_at IS NULL AND state = 'pending' AND due_at > 0 ORDER BY id";

constexpr std::string_view kTaken = "UPDATE outbox_channel SET full_at = ?2 WHERE channel = ?1";

std::optional<Time> time_or_nothing(const SqlRow& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional(time_of(row.integer(column)));
}

Outcome<Done> begin_anew(SqlSession& session, std::string_view channel, std::string_view settings) {
  auto count = session.change(kBeginAnew, {channel, settings});
  if (!count) return count.error();
  count =
      session.change(std::string(kAllDue).append(session.locking_what_is_free()) + ")", {channel});
  if (!count) return count.error();
  return Done();
}

}  // namespace

ChannelStanding ChannelRow::standing(Time now) const {
  const auto shut_for = shut_until ? ahead_of(*shut_until, now, kLongestPause) : microseconds(0);
  return {.failures = failures, .shut_for = rounded_up(shut_for), .is_gone = is_gone};
}

microseconds ChannelRow::take(OutboxRate rate, Time now) {
  const auto of = [&rate](double count) {
    return microseconds(static_cast<std::int64_t>(60e6 * count / rate.per_minute));
  };
  const microseconds one = of(1);
  const microseconds burst = of(std::max(rate.burst, 1.0));
  // Further ahead than a whole burst is only a clock that was set back: clamped to the burst it
  // would stay there for as long.
  const bool is_sound = full_at && *full_at > now && *full_at <= now + burst;
  const Time full = (is_sound ? *full_at : now) + one;
  const microseconds wait = full - burst - now;
  if (wait > microseconds(0)) return wait;
  full_at = full;
  return microseconds(0);
}

Outcome<std::optional<ChannelRow>> lock_channel(SqlSession& session, std::string_view channel,
                                                std::optional<std::string_view> settings,
                                                IfTaken if_taken) {
  const auto made = session.change(kMake, {channel, settings.value_or(std::string_view())});
  if (!made) return made.error();
  std::optional<ChannelRow> row;
  const std::string sql = std::string(kRead).append(
      if_taken == IfTaken::wait ? session.locking() : session.locking_what_is_free());
  auto done = session.read(sql, {channel}, [&row](const SqlRow& found) {
    row = ChannelRow{.settings = std::string(found.text(0)),
                     .failures = static_cast<std::uint32_t>(found.integer(1)),
                     .shut_until = time_or_nothing(found, 2),
                     .is_gone = found.integer(3) != 0,
                     .full_at = time_or_nothing(found, 4)};
  });
  if (!done) return done.error();
  if (!row || !settings || row->settings == *settings) return row;
  if (auto anew = begin_anew(session, channel, *settings); !anew) return anew.error();
  row = ChannelRow{.settings = std::string(*settings), .full_at = row->full_at};
  return row;
}

Outcome<Done> store_taken(SqlSession& session, std::string_view channel, const ChannelRow& row) {
  const auto count = session.change(kTaken, {channel, micros_or_null(row.full_at)});
  if (!count) return count.error();
  return Done();
}

Time time_after(Time now, milliseconds span, milliseconds longest) {
  return now + std::clamp(span, milliseconds(0), longest);
}

microseconds ahead_of(Time then, Time now, milliseconds longest) {
  const microseconds ahead = then - now;
  return ahead < microseconds(0) || ahead > longest ? microseconds(0) : ahead;
}

milliseconds rounded_up(microseconds span) {
  return std::chrono::ceil<milliseconds>(span);
}

}  // namespace jobtree::store

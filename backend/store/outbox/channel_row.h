// The row of a channel: how it stands, and what its rate has left.
//
// Who holds the row's lock alone changes what the channel sends, so all that follows from it is
// reckoned here and not in SQL.
//
// Knows: token buckets, clocks that may be set back. Must not know: messages.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "store/outbox/outbox.h"
#include "store/sql/session.h"

namespace jobtree::store {

struct ChannelRow {
  std::string settings{};
  std::uint32_t failures = 0;
  std::optional<Time> shut_until{};
  bool is_gone = false;
  std::optional<Time> full_at{};  ///< when all that was taken is earned again (GCRA)

  ChannelStanding standing(Time now) const;
  /// Takes one of the rate: zero; else how long until one may be had.
  std::chrono::microseconds take(OutboxRate rate, Time now);
};

enum class IfTaken : bool { wait, leave };

/// Locks the row, which is made where there is none; nothing when it is taken and that is not
/// waited for. With other settings than before the channel begins anew; nothing of `settings`
/// leaves them.
Outcome<std::optional<ChannelRow>> lock_channel(SqlSession& session, std::string_view channel,
                                                std::optional<std::string_view> settings,
                                                IfTaken if_taken);

/// Stores what take() took.
Outcome<Done> store_taken(SqlSession& session, std::string_view channel, const ChannelRow& row);

/// What a span is from now on, within bounds.
Time time_after(Time now, milliseconds span, milliseconds longest);
/// How long until then; zero for what is past, or so far ahead that a clock was set back.
std::chrono::microseconds ahead_of(Time then, Time now, milliseconds longest);
milliseconds rounded_up(std::chrono::microseconds span);

}  // namespace jobtree::store

// When something is sent: rates, retries, circuits, and when several notices become one.
//
// Knows: numbers and the schedule. Must not know: what is sent, clocks, where any of it is stored.
// Chance comes in as a number from 0 up to but not including 1.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "notify/channel.h"
#include "notify/channels/dispatch.h"

namespace jobtree::notify {

/// Of a token bucket. Below what the vendors allow: others may use the same robot.
struct Rate {
  double per_minute = 0;
  double burst = 0;  ///< what a bucket that is full holds
};
Rate rate_of(ChannelKind kind);

/// Attempts until a message is given up, the first included: they take about a day.
inline constexpr std::size_t kMostAttempts = 9;

/// How long to wait after so many attempts; nothing: give up. What the other side said comes first,
/// up to an hour; else the schedule, ±20 %, so that not all come at one moment.
std::optional<std::chrono::seconds> pause_after(std::size_t attempts,
                                                std::optional<std::chrono::seconds> told,
                                                double chance);

/// What becomes of a message after an attempt.
struct NextStep {
  enum class Kind : std::uint8_t { done, dead, due };
  Kind kind = Kind::due;
  Time due_at{};  ///< only when due
  /// Whether this attempt was one of kMostAttempts: one that met the other side's limit was none,
  /// or a robot that others keep busy would lose messages within hours.
  bool counts = true;
};
/// `attempts`: with this one.
NextStep next_step(const Verdict& verdict, std::size_t attempts, Time now, double chance);

/// How a channel stands; begins anew when its settings change.
struct ChannelState {
  std::uint32_t failures = 0;        ///< in a row
  std::optional<Time> shut_until{};  ///< nothing is sent before
  bool is_gone = false;              ///< nor ever

  bool may_send(Time now) const { return !is_gone && (!shut_until || *shut_until <= now); }
};
/// After five failures in a row the circuit is open: one attempt each time it closes for a probe,
/// in steps of the schedule from 30 seconds to 30 minutes, until one arrives. That the other side
/// has too much to do is no failure.
ChannelState state_after(const ChannelState& state, const Verdict& verdict, Time now,
                         double chance);

/// Whether so many notices of a channel become one: more than its rate sends in a minute. Never for
/// Alertmanager, which groups by itself.
bool wants_digest(ChannelKind kind, std::size_t pending);

/// Whether a notice that has never been tried is more than a day old: it belongs in a digest of
/// what happened while nothing could be sent.
bool is_old_news(Time observed_at, std::size_t attempts, Time now);

}  // namespace jobtree::notify

// The simulator's times: milliseconds, as the real job APIs write them.
//
// Knows: how a time is written, and what a speed does to a duration. Must not know: what time it
// is.
#pragma once

#include <chrono>
#include <cstdint>

namespace jobtree::simulator {

using Milliseconds = std::chrono::milliseconds;
using WallTime = std::chrono::sys_time<Milliseconds>;

/// `time` of a scenario, as long as it takes at `speed`: 10 makes 30 s last 3 s.
inline Milliseconds at_speed(Milliseconds time, double speed) {
  return Milliseconds(static_cast<std::int64_t>(static_cast<double>(time.count()) / speed));
}

}  // namespace jobtree::simulator

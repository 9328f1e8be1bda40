// The simulator's times: milliseconds, as the real job APIs write them.
//
// Knows: how a time is written, and what a speed does to a duration. Must not know: what time it
// is.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace jobtree::simulator {

using Milliseconds = std::chrono::milliseconds;
using WallTime = std::chrono::sys_time<Milliseconds>;

/// `time` of a scenario, as long as it takes at `speed`: 10 makes 30 s last 3 s.
inline Milliseconds at_speed(Milliseconds time, double speed) {
  return Milliseconds(static_cast<std::int64_t>(static_cast<double>(time.count()) / speed));
}

/// Appends "2022-12-05T08:10:19.951Z". By hand, because ten thousand are written at every poll.
void append_iso_time(std::string& out, WallTime time);
std::string iso_time(WallTime time);

/// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7).
std::string http_date(WallTime time);

}  // namespace jobtree::simulator

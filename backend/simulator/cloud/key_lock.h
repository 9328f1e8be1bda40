// The cloud's guard against guessing: a key that fails too often in a row is refused for a while.
//
// Knows: counts and times, both given to it. Must not know: why a request failed.
#pragma once

#include <chrono>

#include "simulator/script/time.h"

namespace jobtree::simulator {

/// One key's lock. After more than five failures in a row every request of the key is refused for
/// five minutes, also a good one; then the count begins anew (devg-apisign, "AK access failed to
/// reach the limit"). Not thread-safe.
class KeyLock {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// `speed` shortens the five minutes as it shortens every other time of the simulator.
  explicit KeyLock(double speed) : length_(at_speed(std::chrono::minutes(5), speed)) {}

  bool is_locked(Time now) const { return now < locked_until_; }

  void failed(Time now) {
    if (++failures_ <= kFailuresAllowed) return;
    failures_ = 0;
    locked_until_ = now + length_;
  }
  void succeeded() { failures_ = 0; }

 private:
  static constexpr int kFailuresAllowed = 5;
  Milliseconds length_;
  Time locked_until_{};
  int failures_ = 0;
};

}  // namespace jobtree::simulator

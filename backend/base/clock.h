// Time and chance as values, so that a test can set them.
//
// Knows: the machine's clocks and its randomness. Must not know: who waits, and for what.
#pragma once

#include <chrono>
#include <functional>

namespace jobtree {

struct Clock {
  /// For signatures, which carry the wall's time.
  std::function<std::chrono::system_clock::time_point()> wall;
  /// For pauses, which nobody turns back.
  std::function<std::chrono::steady_clock::time_point()> steady;
  /// Evenly from 0 up to but not including 1; for many threads at once.
  std::function<double()> chance;
};

/// The machine's own.
Clock real_clock();

}  // namespace jobtree

// How much of everything the jobs room takes, and how much there is now.
//
// Knows: numbers. Must not know: what is counted with them.
#pragma once

#include <cstddef>

namespace jobtree::gateway {

struct JobLimits {
  /// Fetches that hold a thread at one time.
  std::size_t max_fetches = 64;
  /// Of one service; 0: half of all. So a service that hangs does not make the others busy.
  std::size_t max_fetches_of_service = 0;
  std::size_t max_waiting = 128;  ///< viewers who wait for a first answer
  std::size_t max_parked = 1000;  ///< viewers who have an answer and wait for another
  /// Remembered jobs; what was last asked for longest ago goes first.
  std::size_t max_jobs = 10'000;
  /// Bytes of all bodies, plain and compressed: those that are remembered, and those that slow
  /// readers still take.
  std::size_t max_bytes = std::size_t{512} << 20;
};

struct JobFigures {
  std::size_t jobs = 0;     ///< remembered
  std::size_t bytes = 0;    ///< as max_bytes counts
  std::size_t fetches = 0;  ///< under way, with those that are deferred
  std::size_t waiting = 0;
  std::size_t parked = 0;
};

}  // namespace jobtree::gateway

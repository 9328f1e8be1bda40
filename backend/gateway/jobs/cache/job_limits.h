// Plain values of the jobs room that others use too: limits, figures, where a reading came from.
//
// Knows: numbers and names. Must not know: anything else of the room.
#pragma once

#include <cstddef>

namespace jobtree::gateway {

struct JobLimits {
  /// Fetches that hold a thread at one time. One service gets no more than are left for the others
  /// (fair_share.h), so that one that hangs does not make them busy: of 64 it gets 32.
  std::size_t max_fetches = 64;
  std::size_t max_waiting = 1000;  ///< viewers who wait for a first answer; shared out as above
  std::size_t max_parked = 1000;   ///< viewers who have an answer and wait for another
  /// Remembered jobs; what was last asked for longest ago goes first.
  std::size_t max_jobs = 10'000;
  /// Bytes of all bodies, plain and compressed: those that are remembered, those that come from the
  /// cloud, and those that slow readers still take.
  std::size_t max_bytes = std::size_t{512} << 20;
};

struct JobFigures {
  std::size_t jobs = 0;     ///< remembered
  std::size_t bytes = 0;    ///< as max_bytes counts
  std::size_t fetches = 0;  ///< under way, with those that are deferred
  std::size_t waiting = 0;
  std::size_t parked = 0;
};

/// Where a reading came from (RFC 9211).
enum class Way {
  hit,        ///< from memory
  forwarded,  ///< this viewer's coming started a fetch, and this is its result
  collapsed   ///< the result of a fetch that was under way already, or came up meanwhile
};

}  // namespace jobtree::gateway

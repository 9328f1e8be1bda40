// How long the parts of a job took, by type: which percentile took how long, and the longest.
//
// Knows: times of jobs. Must not know: words.
#pragma once

#include <cstdint>

#include "base/array.h"
#include "model/job.h"

namespace jobtree::engine {

/// More types than this are not told: the slowest are.
inline constexpr std::size_t kMostDurations = 20;

/// The sub-jobs of one type that have ended and say when they began and ended. In milliseconds;
/// the percentile of so many in a hundred is the shortest that they do not exceed (nearest rank).
struct Durations {
  Text type;
  std::uint32_t count = 0;
  Instant p50 = 0;
  Instant p90 = 0;
  Instant p99 = 0;
  Instant longest = 0;
  std::uint32_t job = kNoJob;  ///< the one that took longest
};

/// By type, that with the longest 99th percentile first. What was skipped or never began is not
/// among them, nor is the job itself.
Array<Durations> durations_of(const JobTree& tree);

}  // namespace jobtree::engine

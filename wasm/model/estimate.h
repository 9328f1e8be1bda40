// How long a job is likely to take: from how long jobs of its kind took before, and from how fast
// its parts end.
//
// Knows: durations, when parts began and ended. Must not know: words, where durations come from.
#pragma once

#include <cstdint>

#include "model/job.h"
#include "wire/abi.h"

namespace jobtree::engine {

/// How long jobs of one kind and about one size took, of those that succeeded.
struct PastRuns {
  std::uint32_t count = 0;
  std::uint32_t p50 = 0, p90 = 0, p95 = 0;  ///< seconds
};

/// What happened to a job lately.
class Pace {
 public:
  /// A response that is not as the one before.
  void saw(const JobTree& tree, Instant now);

  Instant since = kNoInstant;        ///< from here on
  std::uint32_t ended = 0;           ///< so many leaves have ended
  Instant last_change = kNoInstant;  ///< of anything
};

struct Estimate {
  using Kind = abi::Estimate;
  Kind kind = Kind::none;
  double from = 0, to = 0;  ///< what is usual; seconds, as all of these
  double unchanged = 0;     ///< for how long, when it is stuck
  double left = 0;          ///< until the last part has ended; 0: not known
};

/// Of a job that runs.
Estimate estimate_of(const JobTree& tree, const PastRuns& past, const Pace& pace, Instant now);

}  // namespace jobtree::engine

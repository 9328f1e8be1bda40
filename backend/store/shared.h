// What several replicas on one database do together, beside remembering.
//
// Knows: the parts there are. Must not know: SQL, who uses them.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "cloud/shared_limits.h"

namespace jobtree::store {

/// Which of the jobs that are looked at in the background are this replica's: each has its share of
/// them, and when one is killed the others have its share within seconds. Never blocks.
/// Thread-safe.
class BackgroundShare {
 public:
  virtual ~BackgroundShare() = default;
  /// `job`: its address's key. Two may have a job for a moment, when it moves.
  virtual bool has(std::string_view job) const = 0;
  /// Grows when this replica has another share.
  virtual std::uint64_t revision() const = 0;
};

/// Whether the cloud may be queried for a job.
struct PollTurn {
  bool is_given = true;
  std::chrono::milliseconds wait{0};  ///< until it may be used; none given: until one may be had
};

/// How often all replicas together query the cloud for one job: twice in its interval at most,
/// evenly, however many of them have viewers of it. Thread-safe.
class PollTurns {
 public:
  virtual ~PollTurns() = default;
  /// `job`: its address's key. `interval`: in which this replica would query once. Blocks for
  /// cloud::SharedLimits::kLongestWait at most; while the others cannot be heard, or there are
  /// none, all turns are given.
  virtual PollTurn take(const std::string& job, std::chrono::milliseconds interval) = 0;
};

/// Thread-safe, with a thread of its own.
class Shared {
 public:
  virtual ~Shared() = default;
  virtual cloud::SharedLimits& limits() = 0;
  virtual BackgroundShare& background() = 0;
  virtual PollTurns& poll_turns() = 0;
};

/// On the database of an archive, which makes the tables. One that is away is tried again.
std::unique_ptr<Shared> open_shared(const std::string& url, const Clock& clock);

}  // namespace jobtree::store

// Turns to query the cloud for a job, in the database.
//
// Knows: the statement. Must not know: what a query brings.
#pragma once

#include <atomic>
#include <chrono>
#include <string>

#include "cloud/shared_limits.h"
#include "store/postgres/bounded_calls.h"
#include "store/shared.h"

namespace jobtree::store {

class PostgresTurns final : public PollTurns {
 public:
  /// Both must outlive it. `limits`: how many replicas there are.
  PostgresTurns(const cloud::SharedLimits& limits, BoundedCalls& calls)
      : limits_(limits), calls_(calls) {}

  PollTurn take(const std::string& job, std::chrono::milliseconds interval) override;

 private:
  void clean_up();

  const cloud::SharedLimits& limits_;
  BoundedCalls& calls_;
  std::atomic<unsigned> taken_ = 0;
};

}  // namespace jobtree::store

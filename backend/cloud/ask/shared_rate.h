// Turns of a rate that all replicas share, taken a few at a time.
//
// Knows: what the replicas share, how many turns were taken and not used. Must not know: queries,
// services. Thread-safe.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "base/mutex.h"
#include "cloud/shared_limits.h"

namespace jobtree::cloud {

class SharedRate {
 public:
  /// `limits` must outlive it. `batch`: how many are taken at once while there are plenty.
  SharedRate(SharedLimits& limits, std::string name, Pace pace, int batch)
      : limits_(limits), name_(std::move(name)), pace_(pace), batch_(batch) {}

  /// One turn, as SharedLimits::take() gives it; nothing: the others cannot be heard. Waits a
  /// moment where none is left.
  std::optional<SharedTurns> take(std::chrono::milliseconds most_wait);
  /// One that was taken and is not used after all.
  void put_back();
  /// How many were taken and not used yet.
  int unused() const;

 private:
  SharedLimits& limits_;
  const std::string name_;
  const Pace pace_;
  const int batch_;
  /// Held while the others are asked, so that many who want a turn ask once. Before mutex_.
  Mutex asking_;
  mutable Mutex mutex_;
  int unused_ JOBTREE_GUARDED_BY(mutex_) = 0;
  double left_ JOBTREE_GUARDED_BY(mutex_) = 0;  ///< to all, when they were asked last

  std::optional<SharedTurns> use_one();
};

}  // namespace jobtree::cloud

// The jobs the pretend cloud holds, and when each began.
//
// Knows: courses, ids and the time it is told. Must not know: HTTP, signatures, clocks.
// Thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "cloud/result.h"
#include "simulator/scenario.h"
#include "simulator/simulator.h"

namespace jobtree::simulator {

class JobBook {
 public:
  /// Batches kept, oldest out first. A big batch counts for its size too, so that memory has a
  /// bound: see kMaxKeptJobs.
  static constexpr std::size_t kMaxBatches = 1000;
  /// Sub-jobs kept in all batches together.
  static constexpr std::size_t kMaxKeptJobs = 200000;
  /// Of the batches only so many newest ones are named in known_jobs().
  static constexpr std::size_t kListedBatches = 10;

  JobBook(std::uint64_t seed, double speed);

  /// The job's document at `now`, or nothing when there is no such job. A built-in job begins when
  /// it is asked for the first time, so that whoever opens it sees it run. A clock that is set back
  /// holds a job still; it never runs backwards.
  std::optional<std::string> document(const std::string& job_id, WallTime now);

  /// Begins a batch at `now`; the failure says what in the order is out of range.
  Result<KnownJob> start_batch(const BatchOrder& order, WallTime now);

  /// The built-in jobs, then the newest batches, newest first.
  std::vector<KnownJob> known_jobs() const;

 private:
  struct Entry {
    Scenario scenario;
    std::optional<WallTime> began;
    Milliseconds elapsed{};  ///< the most that was ever shown
  };

  void drop_oldest_batches();

  const std::uint64_t seed_;
  const double speed_;
  mutable std::mutex mutex_;
  std::map<std::string, Entry> entries_;
  std::vector<KnownJob> built_in_;
  std::deque<KnownJob> batches_;  ///< oldest first
  std::size_t kept_jobs_ = 0;
  std::uint64_t batches_started_ = 0;
};

}  // namespace jobtree::simulator

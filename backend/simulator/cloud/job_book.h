// The jobs the pretend cloud holds, and when each began.
//
// Knows: courses, ids and the time it is told. Must not know: HTTP, signatures, clocks.
// Thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "simulator/cloud/job_routes.h"
#include "simulator/script/scripted_job.h"

namespace jobtree::simulator {

/// A job as the book has it at a moment.
struct BookedJob {
  KnownJob job;
  JobTrace trace;
  std::shared_ptr<const Course> course;
  WallTime submitted;
  std::optional<WallTime> began;  ///< nothing while nobody has asked for it
  Milliseconds elapsed{};         ///< since then
  std::uint64_t number = 0;       ///< 1, 2, … in the order they came into the book

  /// As whoever asks for it at `now` sees it.
  std::string document(WallTime now) const {
    return course->document(began.value_or(now), elapsed);
  }
};

class JobBook {
 public:
  /// Batches kept, oldest out first. A big batch counts for its size too, so that memory has a
  /// bound: see kMaxKeptJobs.
  static constexpr std::size_t kMaxBatches = 1000;
  /// Sub-jobs kept in all batches together.
  static constexpr std::size_t kMaxKeptJobs = 200000;
  /// Of the batches only so many newest ones are named in known_jobs().
  static constexpr std::size_t kListedBatches = 10;

  /// A job that moved is forgotten `forget_after` (real time) after its end; without it, never.
  /// Jobs that begin by themselves do so around `started`.
  JobBook(std::uint64_t seed, double speed, std::vector<ScriptedJob> jobs,
          std::optional<Milliseconds> forget_after = {}, WallTime started = {});
  /// With the built-in jobs.
  JobBook(std::uint64_t seed, double speed);

  /// The document of the job that is asked for at `path` (as in job_routes()) by `job_id`; nothing
  /// when there is none, none yet, or none any more. A job of the start begins when it is asked for
  /// the first time, so that whoever opens it sees it run, unless it begins by itself. A clock that
  /// is set back holds a job still; it never runs backwards.
  std::optional<std::string> document(const std::string& job_id, WallTime now,
                                      std::string_view path = kClassicPath);

  /// The service whose job that is; "" when there is none.
  std::string service_of(const std::string& job_id, std::string_view path) const;

  /// Begins a batch at `now`; the failure says what in the order is out of range.
  Result<KnownJob> start_batch(const BatchOrder& order, WallTime now);

  /// Every job that is submitted at `now`, the forgotten ones too: what is recorded of them stays.
  std::vector<BookedJob> booked(WallTime now) const;

  /// The listed jobs of the start, then the newest batches, newest first.
  std::vector<KnownJob> known_jobs() const;

 private:
  struct Entry {
    ScriptedJob scripted;
    std::optional<WallTime> began;
    Milliseconds elapsed{};  ///< the most that was ever shown
    WallTime submitted{};
    std::uint64_t number = 0;
  };

  using EntryKey = std::pair<std::string, std::string>;  ///< path of the route, job id

  void add(ScriptedJob scripted, std::optional<WallTime> began, WallTime submitted)
      JOBTREE_REQUIRES(mutex_);
  WallTime submission_of_next(WallTime started) const JOBTREE_REQUIRES(mutex_);
  void drop_oldest_batches() JOBTREE_REQUIRES(mutex_);

  const std::uint64_t seed_;
  const double speed_;
  const std::optional<Milliseconds> forget_after_;
  mutable Mutex mutex_;
  std::map<EntryKey, std::shared_ptr<Entry>> entries_ JOBTREE_GUARDED_BY(mutex_);
  std::vector<KnownJob> first_ JOBTREE_GUARDED_BY(mutex_);
  std::deque<KnownJob> batches_ JOBTREE_GUARDED_BY(mutex_);  ///< oldest first
  std::size_t kept_jobs_ JOBTREE_GUARDED_BY(mutex_) = 0;
  std::uint64_t added_ JOBTREE_GUARDED_BY(mutex_) = 0;
  std::uint64_t batches_started_ JOBTREE_GUARDED_BY(mutex_) = 0;
};

}  // namespace jobtree::simulator

// A job and the tree of its sub-jobs, as arrays.
//
// Knows: what a job is. Jobs stand breadth first, so the children of each are contiguous and every
// child comes after its parent; texts point into one buffer.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string_view>

#include "base/array.h"
#include "json/json_document.h"
#include "wire/abi.h"

namespace jobtree::engine {

using abi::Status;
inline constexpr std::size_t kStatusCount = 7;

inline bool is_settled(Status status) {
  return status == Status::succeeded || status == Status::failed || status == Status::cancelled ||
         status == Status::skipped;
}

/// Milliseconds since 1970 in UTC.
using Instant = std::int64_t;
inline constexpr Instant kNoInstant = std::numeric_limits<Instant>::min();

inline constexpr std::uint32_t kNoJob = std::numeric_limits<std::uint32_t>::max();

/// How many jobs stand in each Status.
using Counts = std::array<std::uint32_t, kStatusCount>;

struct Fact {
  Text name;
  Text value;
};

/// From when to when; kNoInstant where not known, and for an end that is yet to come.
struct Span {
  Instant begin = kNoInstant;
  Instant end = kNoInstant;

  bool operator==(const Span&) const = default;
};

struct Job {
  /// Stays the same from one answer to the next: made of the ids on the way from the root. Never 0.
  std::uint64_t key = 0;
  Instant begin = kNoInstant;
  Instant end = kNoInstant;  ///< only of a settled job: some services fill it while running
  Text source;               ///< the job's own object in the answer
  Text id;
  Text type;
  Text status_text;  ///< as sent
  Text begin_text;   ///< as sent
  Text end_text;     ///< as sent; empty while the job runs
  Text error_code;
  Text error_text;
  std::uint32_t parent = kNoJob;
  std::uint32_t first_child = 0;
  std::uint32_t child_count = 0;
  std::uint32_t first_fact = 0;
  /// The leaves below, by status; of a leaf, itself.
  Counts leaves{};
  std::uint16_t depth = 0;
  std::int16_t progress = -1;  ///< as the service says, in 1/1000; -1 when it does not
  std::uint8_t fact_count = 0;
  Status status = Status::unknown;
  bool failed_below = false;  ///< any job below failed, whatever this one says of itself
};

/// Whether the job's clock is running.
inline bool is_ticking(const Job& job) {
  return job.begin != kNoInstant &&
         (job.status == Status::running || job.status == Status::unknown);
}

/// Failed itself, and not for a part of it.
inline bool is_failure(const Job& job) {
  return job.status == Status::failed && !job.failed_below;
}

struct JobTree {
  Array<Job> jobs;  ///< jobs[0] is the job that was asked for
  Array<Fact> facts;
  String bytes;     ///< of the answer as it came
  String composed;  ///< texts written anew or of others; their offsets go on where bytes ends
  /// The answer was a list: the root is made up, and the jobs of the list are its children.
  bool is_list = false;
  Instant first_begin = kNoInstant;  ///< of all jobs: some begin before their parent
  Instant last_end = kNoInstant;
  /// The likely reason of a failure: of the failed jobs with no failed job below, the first in time
  /// (by end, else begin, else as sent). kNoJob when none failed.
  std::uint32_t root_failure = kNoJob;

  bool empty() const { return jobs.empty(); }
  const Job& root() const { return jobs.front(); }
  std::string_view view(Text text) const {
    return text.offset < bytes.size()
               ? std::string_view(bytes.data() + text.offset, text.size)
               : std::string_view(composed.data() + (text.offset - bytes.size()), text.size);
  }

  /// The job with this key, or kNoJob.
  std::uint32_t find(std::uint64_t key) const;
  /// When the job ran. What it does not say of itself is taken from below: it began with the first
  /// of its children and, once it is settled, ended with the last. A mere group, without a status
  /// of its own, is over when all below it is.
  Span span(std::uint32_t job) const;
  /// Of the leaves below (of a leaf: itself) the one that took longest until `now`; kNoJob when no
  /// times are known.
  std::uint32_t longest(std::uint32_t job, Instant now) const;

  /// Gives every job its key; to be called once, when `jobs` is complete. Answers of one watch are
  /// given the same seed, and so the same job the same key. Whoever does not know the seed cannot
  /// make ids whose keys fall on one another.
  void assign_keys(std::uint32_t seed);
  /// Fills in all that is known of a job from those below it; to be called once, after the keys.
  void roll_up();

 private:
  /// What a job knows of itself and those below. No clock is needed to keep it: of all that run,
  /// the first to begin stays the longest.
  struct RollUp {
    Span span;
    std::uint32_t longest_ended = kNoJob;
    std::uint32_t longest_ticking = kNoJob;
  };
  void add(const RollUp& below, RollUp& above) const;
  void complete(const Job& job, RollUp& own) const;
  void find_root_failure();

  Array<RollUp> roll_ups_;      // of each job
  Array<std::uint32_t> index_;  // open addressing, a power of two in size, kNoJob = free
};

inline std::uint32_t count(const Counts& counts, Status status) {
  return counts[static_cast<std::size_t>(status)];
}
inline std::uint32_t total(const Counts& counts) {
  std::uint32_t sum = 0;
  for (std::uint32_t n : counts)
    sum += n;
  return sum;
}
inline std::uint32_t settled(const Counts& counts) {
  return count(counts, Status::succeeded) + count(counts, Status::failed) +
         count(counts, Status::cancelled) + count(counts, Status::skipped);
}

}  // namespace jobtree::engine

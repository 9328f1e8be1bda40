// What became of the jobs of a tree in the next one.
//
// Knows: statuses before and now. Must not know: who wants to hear of it, or in which words.
#pragma once

#include <cstdint>

#include "base/array.h"
#include "model/job.h"

namespace jobtree::engine {

/// A job has another status, or has come.
struct Change {
  std::uint64_t key = 0;  ///< of the job
  Status before = Status::unknown;
  bool is_new = false;  ///< there was no such job before
};

/// Of a large job thousands change at once; nobody reads them all.
class Changes {
 public:
  /// As many of each kind: those that failed, and all others.
  static constexpr std::size_t kMost = 50;

  /// Adds what has changed between two trees of the same job. Of a job that has changed already,
  /// what was before that stays. Nothing has changed where nothing was.
  void add(const JobTree& before, const JobTree& now);
  void clear();

  /// Failures first, each kind in the order of the tree.
  template <class Visit>
  void each(Visit&& visit) const {
    for (const Change& change : failures_)
      visit(change);
    for (const Change& change : others_)
      visit(change);
  }

 private:
  Array<Change> failures_;  // of jobs that failed themselves, not for a part of them
  Array<Change> others_;
};

}  // namespace jobtree::engine

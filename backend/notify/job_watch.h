// Jobs that somebody waits for: has them followed to their end, and says which of them stand still.
// Where several replicas share a database, each does so for its share of the jobs.
//
// Knows: the archive, rules. Must not know: how a job is followed, who is told what.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "notify/setup/setup.h"
#include "store/archive.h"
#include "store/shared.h"

namespace jobtree::notify {

struct JobWatchOptions {
  store::Archive& archive;              ///< must outlive it
  const store::BackgroundShare* share;  ///< which jobs are this replica's; null: all
  std::function<void(const cloud::JobAddress&)> follow;
};

/// Not thread-safe.
class JobWatch {
 public:
  explicit JobWatch(JobWatchOptions options) : with_(std::move(options)) {}

  /// Looks at all that has not ended. Blocks for the archive; one that is away is left at that.
  void look(const Setup& setup, Time now);

 private:
  const JobWatchOptions with_;
};

}  // namespace jobtree::notify

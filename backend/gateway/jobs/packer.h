// Packs bodies for the way: zstd, brotli, gzip.
//
// Knows: the libraries, and which of their levels are worth it. Must not know: HTTP, jobs.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "base/mutex.h"
#include "gateway/http_fields.h"
#include "gateway/jobs/executor.h"

namespace jobtree::gateway {

/// The bytes in a coding; nothing when they did not get smaller, or there was no memory for it.
std::optional<std::string> pack(Coding coding, std::string_view bytes);

/// Runs what takes a processor and does not wait, a few at one time, so that many jobs that change
/// together leave time for those who send. Thread-safe.
class Packer {
 public:
  /// `executor` must outlive it.
  explicit Packer(Executor& executor);

  void run(Executor::Task task);
  /// Nothing is packed any more; returns when what is being packed is done.
  void close();

 private:
  void work();

  const std::size_t most_;  ///< at one time
  Mutex mutex_;
  std::deque<Executor::Task> queue_ JOBTREE_GUARDED_BY(mutex_);
  std::size_t running_ JOBTREE_GUARDED_BY(mutex_) = 0;
  TaskScope tasks_;  // last: they use all of the above
};

}  // namespace jobtree::gateway

// The threads of a job cache: some that ask the cloud, and one that keeps time.
//
// Knows: threads and the steady clock. Must not know: what the tasks are.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>

#include "gateway/jobs/job_cache.h"

namespace jobtree::gateway {

/// Runs tasks on threads, so that who must not block need not.
class Executor {
 public:
  using Task = std::function<void()>;
  using Time = std::chrono::steady_clock::time_point;

  virtual ~Executor() = default;
  /// On another thread, soon. The task may block.
  virtual void run(Task task) = 0;
  /// At that time or soon after, on a thread that all alarms share: the task must not block.
  virtual void at(Time time, Task task) = 0;
};

/// `threads`: as many as tasks are run at one time. `chance` is called from many threads at once.
/// Throws std::system_error when the system has no threads to give.
std::unique_ptr<JobCache::World> make_crew(std::size_t threads, std::function<double()> chance);

}  // namespace jobtree::gateway

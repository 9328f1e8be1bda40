// Threads for what may block: fetches from the cloud, compressing, and alarms.
//
// Knows: threads and the steady clock. Must not know: what the tasks are.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>

#include "base/mutex.h"
#include "base/result.h"

namespace jobtree::gateway {

/// Runs tasks on threads, so that who must not block need not. Thread-safe.
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

struct ExecutorOptions {
  /// More than the fetches that may run at one time, or one that hangs keeps what is short from
  /// running.
  std::size_t max_threads = 72;
  /// After so long without a task a thread goes home.
  std::chrono::milliseconds idle_time{5'000};
  /// Is told what a task has thrown, which ends nothing but the task. May be empty.
  std::function<void(std::string_view what)> threw{};
};

/// An executor that has a thread for alarms, and starts another only for a task for which none is
/// idle. Its end drops what has not begun, and waits for what runs. Fails when the system has no
/// thread to give.
Result<std::unique_ptr<Executor>> make_executor(ExecutorOptions options);

/// The tasks of one owner on an executor that others use too: what they use may go once close() has
/// returned. Thread-safe.
class TaskScope {
 public:
  /// `executor` must outlive it.
  explicit TaskScope(Executor& executor);
  ~TaskScope() { close(); }
  TaskScope(const TaskScope&) = delete;
  TaskScope& operator=(const TaskScope&) = delete;

  void run(Executor::Task task);
  void at(Executor::Time time, Executor::Task task);
  /// From now on no task begins; returns when those that run are over. Not from one of them.
  void close();

 private:
  struct State {
    Mutex mutex;
    Condition ended;
    bool is_closed JOBTREE_GUARDED_BY(mutex) = false;
    std::size_t running JOBTREE_GUARDED_BY(mutex) = 0;
  };

  Executor::Task scoped(Executor::Task task) const;

  Executor& executor_;
  const std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace jobtree::gateway

#include "gateway/jobs/executor.h"

#include <deque>
#include <exception>
#include <list>
#include <map>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

namespace jobtree::gateway {
namespace {

using Task = Executor::Task;
using Time = Executor::Time;

// Until a thread that the system did not give is asked for again.
constexpr std::chrono::seconds kNoThreadPause{1};

class ThreadExecutor final : public Executor {
 public:
  /// Throws std::system_error when there is no thread for the alarms.
  explicit ThreadExecutor(ExecutorOptions options)
      : options_(std::move(options)), timekeeper_([this] { keep_time(); }) {}

  ~ThreadExecutor() override {
    {
      const Lock lock(mutex_);
      is_ending_ = true;
    }
    task_came_.notify_all();
    alarm_came_.notify_all();
    timekeeper_.join();
    // No new thread starts from here on, and none goes home: the list stays as it is.
    for (std::thread& thread : threads_at_end()) {
      thread.join();
    }
  }

  ThreadExecutor(const ThreadExecutor&) = delete;
  ThreadExecutor& operator=(const ThreadExecutor&) = delete;

  void run(Task task) override {
    const Lock lock(mutex_);
    if (is_ending_) return;
    tasks_.push_back(std::move(task));
    if (idle_ >= tasks_.size()) {
      task_came_.notify_one();
    } else if (!start_thread() && threads_.empty()) {
      // Nobody would ever look: the timekeeper tries again.
      set_alarm(std::chrono::steady_clock::now() + kNoThreadPause, [this] { help(); });
    }
  }

  void at(Time time, Task task) override {
    const Lock lock(mutex_);
    if (!is_ending_) set_alarm(time, std::move(task));
  }

 private:
  using Threads = std::list<std::thread>;

  void set_alarm(Time time, Task task) JOBTREE_REQUIRES(mutex_) {
    const auto set = alarms_.emplace(time, std::move(task));
    if (set == alarms_.begin()) alarm_came_.notify_one();
  }

  bool start_thread() JOBTREE_REQUIRES(mutex_) {
    join_gone();
    if (threads_.size() >= options_.max_threads) return false;
    threads_.emplace_back();
    const auto place = std::prev(threads_.end());
    try {
      *place = std::thread([this, place] { work(place); });
    } catch (const std::system_error&) {
      threads_.erase(place);
      return false;
    }
    return true;
  }

  /// Those that went home do nothing any more but return.
  void join_gone() JOBTREE_REQUIRES(mutex_) {
    for (std::thread& thread : gone_) {
      thread.join();
    }
    gone_.clear();
  }

  Threads threads_at_end() {
    const Lock lock(mutex_);
    join_gone();
    return std::move(threads_);
  }

  void help() {
    const Lock lock(mutex_);
    if (tasks_.empty() || !threads_.empty() || start_thread()) return;
    set_alarm(std::chrono::steady_clock::now() + kNoThreadPause, [this] { help(); });
  }

  void work(Threads::iterator place) {
    for (;;) {
      Task task;
      {
        const Lock lock(mutex_);
        if (!wait_for_task()) {
          if (!is_ending_) gone_.splice(gone_.end(), threads_, place);
          return;
        }
        task = std::move(tasks_.front());
        tasks_.pop_front();
      }
      carry_out(task);
    }
  }

  /// Whether there is one; else this thread is to end.
  bool wait_for_task() JOBTREE_REQUIRES(mutex_) {
    const Time home = std::chrono::steady_clock::now() + options_.idle_time;
    ++idle_;
    bool in_time = true;
    while (!is_ending_ && tasks_.empty() && in_time) {
      in_time = task_came_.wait_until(mutex_, home);
    }
    --idle_;
    return !is_ending_ && !tasks_.empty();
  }

  void keep_time() {
    for (;;) {
      Task task;
      {
        const Lock lock(mutex_);
        if (!wait_for_alarm()) return;
        task = std::move(alarms_.begin()->second);
        alarms_.erase(alarms_.begin());
      }
      carry_out(task);
    }
  }

  /// Whether one is due; else the end has come.
  bool wait_for_alarm() JOBTREE_REQUIRES(mutex_) {
    while (!is_ending_) {
      if (alarms_.empty()) {
        alarm_came_.wait(mutex_);
      } else if (const Time time = alarms_.begin()->first;
                 std::chrono::steady_clock::now() < time) {
        alarm_came_.wait_until(mutex_, time);
      } else {
        return true;
      }
    }
    return false;
  }

  void carry_out(const Task& task) const {
    try {
      task();
    } catch (const std::exception& exception) {
      if (options_.threw) options_.threw(exception.what());
    } catch (...) {
      if (options_.threw) options_.threw("not a std::exception");
    }
  }

  const ExecutorOptions options_;
  Mutex mutex_;
  Condition task_came_;
  Condition alarm_came_;
  std::deque<Task> tasks_ JOBTREE_GUARDED_BY(mutex_);
  std::multimap<Time, Task> alarms_ JOBTREE_GUARDED_BY(mutex_);
  std::size_t idle_ JOBTREE_GUARDED_BY(mutex_) = 0;  ///< threads that wait for a task
  bool is_ending_ JOBTREE_GUARDED_BY(mutex_) = false;
  Threads threads_ JOBTREE_GUARDED_BY(mutex_);
  Threads gone_ JOBTREE_GUARDED_BY(mutex_);  ///< went home, and wait to be joined
  std::thread timekeeper_;                   // last: it uses all of the above
};

}  // namespace

Result<std::unique_ptr<Executor>> make_executor(ExecutorOptions options) {
  try {
    return std::unique_ptr<Executor>(std::make_unique<ThreadExecutor>(std::move(options)));
  } catch (const std::system_error& error) {
    return Failure::system(
        bilingual({"cannot start a thread: {0}", "无法启动线程：{0}"}, error.what()));
  }
}

TaskScope::TaskScope(Executor& executor) : executor_(executor) {}

void TaskScope::run(Task task) {
  executor_.run(scoped(std::move(task)));
}

void TaskScope::at(Time time, Task task) {
  executor_.at(time, scoped(std::move(task)));
}

void TaskScope::close() {
  const Lock lock(state_->mutex);
  state_->is_closed = true;
  while (state_->running > 0) {
    state_->ended.wait(state_->mutex);
  }
}

Task TaskScope::scoped(Task task) const {
  return [state = state_, task = std::move(task)]() mutable {
    {
      const Lock lock(state->mutex);
      if (state->is_closed) return;
      ++state->running;
    }
    struct Running {
      State& state;
      ~Running() {
        const Lock lock(state.mutex);
        if (--state.running == 0) state.ended.notify_all();
      }
    } const running{*state};
    // Moved out, so that what it holds is gone too when it counts as over.
    const Task own = std::move(task);
    own();
  };
}

}  // namespace jobtree::gateway

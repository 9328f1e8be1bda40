#include "gateway/jobs/executor.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace jobtree::gateway {
namespace {

using Task = JobCache::Task;
using Time = JobCache::Time;

class Crew final : public JobCache::World {
 public:
  Crew(std::size_t threads, std::function<double()> chance) : chance_(std::move(chance)) {
    try {
      for (std::size_t i = 0; i < threads; ++i) {
        threads_.emplace_back([this] { work(); });
      }
      threads_.emplace_back([this] { keep_time(); });
    } catch (...) {
      end();  // or those that did start would be waited for in vain
      throw;
    }
  }

  ~Crew() override { end(); }

  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  Time now() override { return std::chrono::steady_clock::now(); }
  double chance() override { return chance_(); }

  void run(Task task) override {
    {
      const std::lock_guard lock(mutex_);
      if (ending_) return;
      tasks_.push_back(std::move(task));
    }
    task_came_.notify_one();
  }

  void alarm(Time time, Task task) override {
    {
      const std::lock_guard lock(mutex_);
      if (alarm_ && alarm_->first <= time) return;
      alarm_.emplace(time, std::move(task));
    }
    alarm_changed_.notify_one();
  }

 private:
  void end() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    task_came_.notify_all();
    alarm_changed_.notify_all();
  }

  void work() {
    std::unique_lock lock(mutex_);
    for (;;) {
      task_came_.wait(lock, [this] { return ending_ || !tasks_.empty(); });
      if (ending_) return;
      const Task task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      task();
      lock.lock();
    }
  }

  void keep_time() {
    std::unique_lock lock(mutex_);
    while (!ending_) {
      if (!alarm_) {
        alarm_changed_.wait(lock);
      } else if (const Time time = alarm_->first; now() < time) {
        alarm_changed_.wait_until(lock, time);
      } else {
        const Task task = std::move(alarm_->second);
        alarm_.reset();
        lock.unlock();
        task();
        lock.lock();
      }
    }
  }

  const std::function<double()> chance_;
  std::mutex mutex_;
  std::condition_variable task_came_;
  std::condition_variable alarm_changed_;
  std::deque<Task> tasks_;
  std::optional<std::pair<Time, Task>> alarm_;
  bool ending_ = false;
  std::vector<std::jthread> threads_;  // last: they use all of the above
};

}  // namespace

std::unique_ptr<JobCache::World> make_crew(std::size_t threads, std::function<double()> chance) {
  return std::make_unique<Crew>(threads, std::move(chance));
}

}  // namespace jobtree::gateway

// An executor and a clock that are in a test's hands: tasks and alarms run when the test says so.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <utility>

#include "base/clock.h"
#include "gateway/jobs/executor.h"

/// Not thread-safe: one test, one thread.
class StillExecutor final : public jobtree::gateway::Executor {
 public:
  Time now = Time(std::chrono::seconds(1000));
  double chance = 0.5;  ///< the middle of every jitter
  std::deque<Task> tasks;
  std::multimap<Time, Task> alarms;

  void run(Task task) override { tasks.push_back(std::move(task)); }
  void at(Time time, Task task) override { alarms.emplace(time, std::move(task)); }

  jobtree::Clock clock() {
    return {.wall = [] { return std::chrono::system_clock::time_point(); },
            .steady = [this] { return now; },
            .chance = [this] { return chance; }};
  }

  void run_first() {
    const Task task = std::move(tasks.front());
    tasks.pop_front();
    task();
  }
  void run_all() {
    while (!tasks.empty())
      run_first();
  }

  /// Goes from alarm to alarm, and lets every task run that is due by then.
  void pass(Time::duration time) {
    const Time end = now + time;
    while (!alarms.empty() && alarms.begin()->first <= end) {
      const auto alarm = alarms.extract(alarms.begin());
      now = std::max(now, alarm.key());
      alarm.mapped()();
      run_all();
    }
    now = end;
  }
};

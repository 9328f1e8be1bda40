#include "gateway/jobs/executor.h"

#include <atomic>
#include <future>
#include <memory>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "unit/catch.h"

namespace executor_test {

using namespace std::chrono_literals;
using jobtree::gateway::Executor;
using jobtree::gateway::ExecutorOptions;
using jobtree::gateway::make_executor;
using jobtree::gateway::TaskScope;

namespace {

constexpr auto kDeadline = 30s;

std::unique_ptr<Executor> executor_of(ExecutorOptions options = {}) {
  auto made = make_executor(std::move(options));
  REQUIRE(made);
  return std::move(made.value());
}

/// Whether it comes before the test's deadline.
bool comes(std::future<void>& event) {
  return event.wait_for(kDeadline) == std::future_status::ready;
}

/// Tasks that wait until the test lets them go, and tell where they ran.
class Gate {
 public:
  Executor::Task task() {
    return [this] {
      {
        const std::lock_guard lock(mutex_);
        threads_.insert(std::this_thread::get_id());
        if (++inside_ == expected_) all_in_.set_value();
      }
      open_.wait();
    };
  }
  /// Whether so many are inside at one time.
  bool holds(int tasks) {
    {
      const std::lock_guard lock(mutex_);
      expected_ = tasks;
      if (inside_ >= tasks) return true;
    }
    auto all_in = all_in_.get_future();
    return comes(all_in);
  }
  int inside() {
    const std::lock_guard lock(mutex_);
    return inside_;
  }
  void open() { opens_.set_value(); }

 private:
  std::promise<void> opens_;
  std::shared_future<void> open_ = opens_.get_future().share();
  std::promise<void> all_in_;
  std::mutex mutex_;
  std::set<std::thread::id> threads_;
  int inside_ = 0;
  int expected_ = -1;
};

}  // namespace

TEST_CASE("Tasks that block run side by side, up to the bound, and the next as one ends") {
  Gate gate;
  std::promise<void> last;
  auto last_ran = last.get_future();
  const auto executor = executor_of({.max_threads = 3});
  for (int i = 0; i < 3; ++i)
    executor->run(gate.task());
  REQUIRE(gate.holds(3));
  executor->run([&last] { last.set_value(); });
  CHECK(last_ran.wait_for(0s) == std::future_status::timeout);
  gate.open();
  CHECK(comes(last_ran));
}

TEST_CASE("A task that comes when a thread is idle gets that thread") {
  const auto executor = executor_of({.idle_time = 1h});
  std::set<std::thread::id> threads;
  for (int i = 0; i < 20; ++i) {
    std::promise<std::thread::id> ran;
    executor->run([&ran] { ran.set_value(std::this_thread::get_id()); });
    auto by = ran.get_future();
    REQUIRE(by.wait_for(kDeadline) == std::future_status::ready);
    threads.insert(by.get());
    // It may be told before its thread waits again, so there may be a second one, on a busy machine
    // a third.
  }
  CHECK(threads.size() < 10);
}

TEST_CASE("A thread that went home is replaced when there is work again") {
  const auto executor = executor_of({.idle_time = 0ms});
  for (int i = 0; i < 50; ++i) {
    std::promise<void> ran;
    executor->run([&ran] { ran.set_value(); });
    auto event = ran.get_future();
    REQUIRE(comes(event));
  }
}

TEST_CASE("Alarms ring in the order of their times, and none before its time") {
  const auto executor = executor_of();
  std::vector<int> rang;
  std::promise<void> all;
  const auto begin = std::chrono::steady_clock::now();
  bool too_soon = false;
  for (const int after : {30, 10, 20}) {
    executor->at(begin + std::chrono::milliseconds(after), [&, after] {
      if (std::chrono::steady_clock::now() < begin + std::chrono::milliseconds(after)) {
        too_soon = true;
      }
      rang.push_back(after);
      if (rang.size() == 3) all.set_value();
    });
  }
  auto event = all.get_future();
  REQUIRE(comes(event));
  CHECK(rang == std::vector<int>{10, 20, 30});
  CHECK_FALSE(too_soon);
}

TEST_CASE("Alarms ring though all threads hang") {
  Gate gate;
  std::promise<void> rang;
  auto event = rang.get_future();
  const auto executor = executor_of({.max_threads = 1});
  executor->run(gate.task());
  REQUIRE(gate.holds(1));
  executor->at(std::chrono::steady_clock::now(), [&rang] { rang.set_value(); });
  CHECK(comes(event));
  gate.open();
}

TEST_CASE("What a task throws ends nothing but the task, and is told") {
  std::promise<std::string> told;
  std::promise<void> ran;
  const auto executor = executor_of({.max_threads = 1, .threw = [&told](std::string_view what) {
                                       told.set_value(std::string(what));
                                     }});
  executor->run([] { throw std::runtime_error("canary"); });
  executor->run([&ran] { ran.set_value(); });
  auto event = ran.get_future();
  REQUIRE(comes(event));
  CHECK(told.get_future().get() == "canary");
}

TEST_CASE("The end waits for what runs, and not for an alarm that has not rung") {
  Gate gate;
  std::atomic<bool> over = false;
  std::atomic<bool> rang = false;
  auto executor = executor_of();
  executor->run([&over, inside = gate.task()] {
    inside();
    over = true;
  });
  REQUIRE(gate.holds(1));
  executor->at(std::chrono::steady_clock::now() + 1h, [&rang] { rang = true; });
  std::thread opens([&gate] { gate.open(); });
  executor.reset();
  CHECK(over);
  CHECK_FALSE(rang);
  opens.join();
}

TEST_CASE("When a scope has closed, none of its tasks runs, and those of others do") {
  Gate gate;
  std::atomic<int> ran = 0;
  std::promise<void> other_ran;
  const auto executor = executor_of({.max_threads = 1});
  executor->run(gate.task());
  REQUIRE(gate.holds(1));
  {
    TaskScope scope(*executor);
    scope.run([&ran] { ++ran; });
    scope.at(std::chrono::steady_clock::now(), [&ran] { ++ran; });
    scope.close();
    ran = 0;  // the alarm may have rung before
  }
  executor->run([&other_ran] { other_ran.set_value(); });
  gate.open();
  auto event = other_ran.get_future();
  CHECK(comes(event));
  CHECK(ran == 0);
}

TEST_CASE("A scope that closes waits for its tasks that run") {
  Gate gate;
  std::atomic<bool> over = false;
  const auto executor = executor_of();
  TaskScope scope(*executor);
  scope.run([&over, inside = gate.task()] {
    inside();
    over = true;
  });
  REQUIRE(gate.holds(1));
  std::thread opens([&gate] { gate.open(); });
  scope.close();
  CHECK(over);
  opens.join();
}

TEST_CASE("What a scope's task holds is gone when the scope has closed") {
  const auto executor = executor_of();
  std::promise<void> running;
  std::promise<void> go;
  auto held = std::make_shared<int>(0);
  const std::weak_ptr<int> watch = held;
  TaskScope scope(*executor);
  scope.run([&running, &go, held] {
    running.set_value();
    go.get_future().wait();
  });
  held.reset();
  auto event = running.get_future();
  REQUIRE(comes(event));
  go.set_value();
  scope.close();
  CHECK(watch.expired());
}

}  // namespace executor_test

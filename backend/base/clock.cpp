#include "base/clock.h"

#include <memory>
#include <mutex>
#include <random>
#include <thread>

namespace jobtree {
namespace {

class Chance {
 public:
  double operator()() {
    const std::lock_guard lock(mutex_);
    return std::uniform_real_distribution<double>(0, 1)(random_);
  }

 private:
  std::mutex mutex_;
  std::mt19937 random_{std::random_device{}()};
};

}  // namespace

Clock real_clock() {
  return {.wall = std::chrono::system_clock::now,
          .steady = std::chrono::steady_clock::now,
          .sleep = [](std::chrono::milliseconds time) { std::this_thread::sleep_for(time); },
          .chance = [chance = std::make_shared<Chance>()] { return (*chance)(); }};
}

}  // namespace jobtree

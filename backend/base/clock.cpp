#include "base/clock.h"

#include <memory>
#include <random>

#include "base/mutex.h"

namespace jobtree {
namespace {

class Chance {
 public:
  double operator()() {
    const Lock lock(mutex_);
    return std::uniform_real_distribution<double>(0, 1)(random_);
  }

 private:
  Mutex mutex_;
  std::mt19937 random_ JOBTREE_GUARDED_BY(mutex_){std::random_device{}()};
};

}  // namespace

Clock real_clock() {
  return {.wall = std::chrono::system_clock::now,
          .steady = std::chrono::steady_clock::now,
          .chance = [chance = std::make_shared<Chance>()] { return (*chance)(); }};
}

}  // namespace jobtree

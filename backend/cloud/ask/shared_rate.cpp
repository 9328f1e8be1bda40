#include "cloud/ask/shared_rate.h"

namespace jobtree::cloud {

std::optional<SharedTurns> SharedRate::take(std::chrono::milliseconds most_wait) {
  if (const auto turn = use_one()) return turn;
  const Lock asking(asking_);
  if (const auto turn = use_one()) return turn;  // who asked before took some for us
  auto turns = limits_.take(name_, pace_, batch_, most_wait);
  if (!turns) return std::nullopt;
  const Lock lock(mutex_);
  left_ = turns->left;
  if (turns->count > 1) {
    unused_ += turns->count - 1;
    turns->count = 1;
  }
  return turns;
}

std::optional<SharedTurns> SharedRate::use_one() {
  const Lock lock(mutex_);
  if (unused_ == 0) return std::nullopt;
  --unused_;
  return SharedTurns{.count = 1, .left = left_};
}

void SharedRate::put_back() {
  const Lock lock(mutex_);
  ++unused_;
}

int SharedRate::unused() const {
  const Lock lock(mutex_);
  return unused_;
}

}  // namespace jobtree::cloud

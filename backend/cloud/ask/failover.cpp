#include "cloud/ask/failover.h"

namespace jobtree::cloud {

std::size_t Failover::current(const Origins& origins) {
  if (origins.size() < 2) return 0;
  const Lock lock(mutex_);
  const auto found = in_use_.find(joined(origins));
  return found == in_use_.end() ? 0 : found->second;
}

void Failover::move_on(const Origins& origins, std::size_t failed) {
  if (origins.size() < 2) return;
  const std::string list = joined(origins);
  const Lock lock(mutex_);
  const auto found = in_use_.find(list);
  if ((found == in_use_.end() ? 0 : found->second) != failed) return;
  const std::size_t next = (failed + 1) % origins.size();
  if (next == 0) {
    in_use_.erase(list);
  } else {
    in_use_[list] = next;
  }
}

}  // namespace jobtree::cloud

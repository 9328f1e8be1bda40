#include "gateway/jobs/follow_schedule.h"

#include <algorithm>
#include <utility>

namespace jobtree::gateway {
namespace {

constexpr int kAgeShare = 20;

/// A source that names no rate has none.
std::chrono::duration<double> seconds_for(double queries, double per_second) {
  return std::chrono::duration<double>(per_second > 0 ? queries / per_second : 0);
}

}  // namespace

FollowSchedule::Duration FollowSchedule::interval(std::size_t followed, double per_second,
                                                  Duration age) {
  const auto by_rate = std::chrono::duration_cast<Duration>(
      seconds_for(2 * static_cast<double>(followed), per_second));
  const Duration by_age = std::min(age / kAgeShare, Duration(kLongestByAge));
  return std::max({Duration(kShortest), by_rate, by_age});
}

void FollowSchedule::add(const std::string& service, const std::string& job, Time due) {
  services_[service].due.emplace(due, job);
}

void FollowSchedule::remove(const std::string& service, const std::string& job) {
  const auto found = services_.find(service);
  if (found == services_.end()) return;
  std::erase_if(found->second.due, [&job](const auto& entry) { return entry.second == job; });
}

std::optional<FollowSchedule::Time> FollowSchedule::next() const {
  std::optional<Time> next;
  for (const auto& [name, service] : services_) {
    if (service.due.empty()) continue;
    const Time time = std::max({service.due.begin()->first, service.next, next_});
    next = next ? std::min(*next, time) : time;
  }
  return next;
}

FollowSchedule::Services::iterator FollowSchedule::first_due(Time now) {
  auto first = services_.end();
  if (now < next_) return first;
  const auto waits_since = [](const Service& service) {
    return std::pair(service.due.begin()->first, service.next);
  };
  for (auto it = services_.begin(); it != services_.end(); ++it) {
    const Service& service = it->second;
    if (service.due.empty() || now < service.next || now < service.due.begin()->first) continue;
    if (first == services_.end() || waits_since(service) < waits_since(first->second)) first = it;
  }
  return first;
}

FollowSchedule::Duration FollowSchedule::half_pace(double per_second) {
  return std::chrono::duration_cast<Duration>(seconds_for(2, per_second));
}

}  // namespace jobtree::gateway

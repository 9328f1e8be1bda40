// When jobs that are followed though nobody looks are looked at: by service, within half of what
// each takes.
//
// The invariant: of one service, and of all together, the next look is given no sooner than two
// queries' time after the one before, so that viewers have the other half at every moment.
//
// Knows: names, rates and times, all given to it. Must not know: the cloud, threads. Not
// thread-safe.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace jobtree::gateway {

class FollowSchedule {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Duration = Time::duration;

  /// Nobody is looked at sooner again, and a job's age makes it no longer than that.
  static constexpr std::chrono::seconds kShortest{30};
  static constexpr std::chrono::minutes kLongestByAge{15};

  /// Until the next look at a job of this age, of a service of which `followed` jobs are followed
  /// and that takes so many queries a second.
  static Duration interval(std::size_t followed, double per_second, Duration age);

  /// The job is to be looked at then.
  void add(const std::string& service, const std::string& job, Time due);
  void remove(const std::string& service, const std::string& job);

  /// A job that is due, taken out: that which has been for the longest time, of the service that
  /// was not looked at for the longest. Nothing when none is, or its turn has not come.
  struct Rates {
    double of_service = 0;
    double of_all = 0;
  };
  template <class RatesOf>
  std::optional<std::string> take(Time now, RatesOf rates_of) {
    const auto first = first_due(now);
    if (first == services_.end()) return std::nullopt;
    auto& [name, service] = *first;
    const Rates rates = rates_of(name);
    std::string job = std::move(service.due.begin()->second);
    service.due.erase(service.due.begin());
    service.next = now + half_pace(rates.of_service);
    next_ = now + half_pace(rates.of_all);
    return job;
  }

  /// When take() may give one; nothing: never, as it is.
  std::optional<Time> next() const;

 private:
  struct Service {
    std::multimap<Time, std::string> due;
    Time next = Time::min();
  };

  using Services = std::map<std::string, Service, std::less<>>;

  static Duration half_pace(double per_second);
  Services::iterator first_due(Time now);

  Services services_;
  Time next_ = Time::min();
};

}  // namespace jobtree::gateway

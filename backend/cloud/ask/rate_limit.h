// How many queries a key may send: a token bucket over all its jobs, and one more for each service
// that said it was too many.
//
// Where several replicas use the key, both are shared: a turn is taken out of the rate of all,
// which may wait a moment, and a pause that one was told is kept by all. While the others cannot be
// heard, each has its part of the rate.
//
// Knows: rates and times, both given to it. Must not know: what a query is. Alone it never waits.
// The cloud throttles a user by API and does not say beforehand how much it takes; the figure
// stands in the refusal ("limit:200,time:5 minute"), and the service's bucket takes it over.
// Thread-safe.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/mutex.h"
#include "base/result.h"
#include "cloud/ask/shared_rate.h"
#include "cloud/job_source.h"
#include "cloud/shared_limits.h"

namespace jobtree::cloud {

/// So many calls in so much time.
struct Rate {
  double calls = 1;
  std::chrono::seconds time{1};
};

/// Reads "10/s", "200/5m", "1000/1h": 1 to 1,000,000 calls in at most a day.
Result<Rate> parse_rate(std::string_view text);

class RateLimit {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// `shared` must outlive it; null: there is but one replica.
  explicit RateLimit(Rate all, SharedLimits* shared = nullptr);

  /// When a query may be sent.
  struct Turn {
    enum class Kind {
      given,             ///< it is paid for, and may be sent after `wait`
      budget_used_up,    ///< the key's own budget, for longer than was offered
      service_throttles  ///< the service said that it takes no more for now
    };
    Kind kind = Kind::given;
    std::chrono::milliseconds wait{0};  ///< where no turn is given: until there may be one
  };
  /// Takes one query to `service` out of the budget. Whoever is willing to come back within
  /// `most_wait` gets a turn in the order of coming.
  Turn take(std::string_view service, Time now, std::chrono::milliseconds most_wait);

  /// The cloud refused a query as one too many. `limit`: what it takes, if it said so. `told`:
  /// the pause it asked for. Gives the pause that is kept, at least five seconds, longer each time
  /// in a row.
  std::chrono::seconds throttled(std::string_view service, std::optional<Rate> limit,
                                 std::optional<std::chrono::seconds> told, Time now);

  /// The cloud took a query: a service whose limit we had to guess gets a little more.
  void accepted(std::string_view service);

  RateLimitFigures figures(Time now);
  /// How fast queries to `service` may go: never faster than all.
  double per_second(std::string_view service, Time now);

 private:
  class Bucket {
   public:
    explicit Bucket(Rate rate);
    std::chrono::milliseconds wait(Time now);
    void spend(int tokens = 1) { tokens_ -= tokens; }
    /// What is left by now, as others say.
    void set(double tokens, Time now);
    void set_pace(Pace pace, Time now, std::chrono::milliseconds pause);
    void slow_down(double per_second, Time pause_until);
    void speed_up(double most);
    bool is_paused(Time now) const { return now < pause_until_; }
    double per_second() const { return per_second_; }
    double tokens() const { return tokens_; }
    Pace pace() const { return {.per_second = per_second_, .burst = most_}; }

   private:
    double per_second_;
    double most_;  ///< what can be saved up
    double tokens_;
    Time filled_ = Time::min();
    Time pause_until_ = Time::min();
  };
  struct Throttled {
    Bucket bucket;
    int times_in_a_row = 0;
    bool limit_is_told = false;
    Time last{};
  };

  /// `parts`: how many times each turn is paid for.
  Turn take_alone(std::string_view service, Time now, std::chrono::milliseconds most_wait,
                  int parts) JOBTREE_EXCLUDES(mutex_);
  Turn take_shared(std::string_view service, Time now, std::chrono::milliseconds most_wait)
      JOBTREE_EXCLUDES(mutex_);
  /// That of a service that complained within the last hour.
  Throttled* find(std::string_view service, Time now) JOBTREE_REQUIRES(mutex_);
  /// Takes over what other replicas were told.
  void hear_others(Time now) JOBTREE_REQUIRES(mutex_);
  SharedThrottle shared_of(std::string_view service, const Throttled& state) const;

  SharedLimits* const shared_;
  std::optional<SharedRate> budget_;  ///< where it is shared; `all_` is then how it stood last

  Mutex mutex_;
  Bucket all_ JOBTREE_GUARDED_BY(mutex_);
  std::map<std::string, Throttled, std::less<>> throttled_ JOBTREE_GUARDED_BY(mutex_);
};

}  // namespace jobtree::cloud

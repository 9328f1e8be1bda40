// How many queries a key may send: a token bucket over all its jobs, and one more for each service
// that said it was too many.
//
// Knows: rates and times, both given to it. Must not know: what a query is. It never waits. The
// cloud throttles a user by API and does not say beforehand how much it takes; the figure stands in
// the refusal ("limit:200,time:5 minute"), and the service's bucket takes it over. Thread-safe.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/mutex.h"
#include "base/result.h"
#include "cloud/job_source.h"

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

  explicit RateLimit(Rate all) : all_(all) {}

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
    void spend() { --tokens_; }
    void slow_down(double per_second, Time pause_until);
    void speed_up(double most);
    bool is_paused(Time now) const { return now < pause_until_; }
    double per_second() const { return per_second_; }
    double tokens() const { return tokens_; }

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

  Mutex mutex_;
  Bucket all_ JOBTREE_GUARDED_BY(mutex_);
  std::map<std::string, Throttled, std::less<>> throttled_ JOBTREE_GUARDED_BY(mutex_);
};

}  // namespace jobtree::cloud

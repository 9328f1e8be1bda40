// How many questions a key may ask: a token bucket over all its jobs, and one more for each service
// that said it was too many.
//
// Knows: rates and times, both given to it. Must not know: what a question is. The cloud throttles
// a user by API and does not say beforehand how much it takes; the figure stands in the refusal
// ("limit:200,time:5 minute"), and the service's bucket takes it over. Thread-safe.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

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

  struct Turn {
    bool is_given;                   ///< else the budget is used up for longer than was offered
    std::chrono::milliseconds wait;  ///< until the turn; until there may be one, if not given
  };
  /// Takes one question to `service` out of the budget. Whoever is willing to wait for as long as
  /// `patience` gets a turn in the order of asking.
  Turn take(std::string_view service, Time now, std::chrono::milliseconds patience);

  /// The cloud refused a question as one too many. `limit`: what it takes, if it said so. `told`:
  /// the pause it asked for. Gives the pause that is kept, at least five seconds, longer each time
  /// in a row.
  std::chrono::seconds throttled(std::string_view service, std::optional<Rate> limit,
                                 std::optional<std::chrono::seconds> told, Time now);

  /// The cloud took a question: a service whose limit we had to guess may be asked a little more.
  void accepted(std::string_view service);

  RateLimitFigures figures(Time now);

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

  std::mutex mutex_;
  Bucket all_;
  std::map<std::string, Throttled, std::less<>> throttled_;
};

}  // namespace jobtree::cloud

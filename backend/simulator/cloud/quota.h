// How many calls a key may make in a while, as the API gateway counts them.
//
// Knows: counts and times, both given to it. Must not know: which calls. Thread-safe.
#pragma once

#include <map>
#include <string>

#include "base/mutex.h"
#include "simulator/cloud/key_lock.h"
#include "simulator/script/scenario.h"

namespace jobtree::simulator {

/// Windows of fixed length, each from a key's first call after the last one ended. Calls that were
/// refused count like others.
class QuotaMeter {
 public:
  QuotaMeter(const Quota& quota, double speed)
      : limit_(quota.limit), window_(at_speed(quota.window, speed)) {}

  /// Counts a call of `access`; false when it is one too many.
  bool take(const std::string& access, KeyLock::Time now) {
    if (limit_ == 0) return true;
    const Lock lock(mutex_);
    Window& window = windows_[access];
    if (now >= window.ends) window = {now + window_, 0};
    return ++window.calls <= limit_;
  }

 private:
  struct Window {
    KeyLock::Time ends{};
    int calls = 0;
  };

  const int limit_;
  const std::chrono::milliseconds window_;
  Mutex mutex_;
  // Keys are few: only known ones get here.
  std::map<std::string, Window> windows_ JOBTREE_GUARDED_BY(mutex_);
};

/// What the gateway says then: "… limit:200,time:5 minute".
inline std::string over_quota(const Quota& quota) {
  const auto seconds = quota.window.count();
  const std::string time = seconds % 60 == 0 ? std::to_string(seconds / 60) + " minute"
                                             : std::to_string(seconds) + " second";
  return "The throttling threshold has been reached: policy user over ratelimit,limit:" +
         std::to_string(quota.limit) + ",time:" + time;
}

}  // namespace jobtree::simulator

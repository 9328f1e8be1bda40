// Keeps a viewer who fails again and again from filling the log.
//
// The first line of a kind goes out at once, then one a minute, which says how many were left out.
// Knows: who, what kind of line, when. Must not know: what the lines say, where they go.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/mutex.h"

namespace jobtree::gateway {

/// Thread-safe; bounded.
class Repeats {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// A line of this kind is about to be written for this viewer. Nothing: leave it out. Else write
  /// it, and say with it how many were left out since the last. `viewer`: an IP address; of IPv6
  /// its network counts. When there are too many viewers to remember, those that come then count
  /// as one.
  std::optional<std::uint64_t> note(std::string_view viewer, std::string_view kind, Time now);

  struct Rest {
    std::string viewer;  ///< who began; "" for those that counted as one
    std::string kind;
    std::uint64_t left_out = 0;
  };
  /// Of those whose minute is over and who were not heard of again: what was left out. Looks at
  /// them once a minute at most, and costs nothing in between.
  std::vector<Rest> take_rests(Time now);

 private:
  struct Entry {
    std::string viewer;
    std::string kind;
    Time written;
    std::uint64_t left_out = 0;
  };
  void collect(Time now) JOBTREE_REQUIRES(mutex_);

  Mutex mutex_;
  std::unordered_map<std::string, Entry> entries_ JOBTREE_GUARDED_BY(mutex_);
  std::vector<Rest> rests_ JOBTREE_GUARDED_BY(mutex_);
  Time next_look_ JOBTREE_GUARDED_BY(mutex_) = Time::min();
};

}  // namespace jobtree::gateway

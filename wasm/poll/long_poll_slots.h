// Which queries of a page may be held by the backend until something changes.
//
// A browser opens six connections to a host over HTTP/1.1, so held ones are few and taken in turn.
// Knows: who asks, and who asked first. Must not know: what is asked.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/array.h"
#include "base/min_max.h"

namespace jobtree::engine {

class LongPollSlots {
 public:
  static constexpr std::uint32_t kSlots = 4;
  /// Seconds. Proxies give up on a silent connection after half a minute or a minute; what is
  /// shorter than the shortest, plain queries do as well.
  static constexpr std::uint32_t kLongest = 25;
  static constexpr std::uint32_t kShortest = 5;

  /// For how many seconds the next query of `who` may be held; the more there are who want it, the
  /// shorter. 0: there is no slot, and `who` stands in the queue for one. Until it leaves.
  std::uint32_t take(const void* who) {
    const auto place = std::find(queue_.begin(), queue_.end(), who);
    const auto ahead = static_cast<std::uint32_t>(place - queue_.begin());
    if (place == queue_.end()) queue_.push_back(who);
    if (ahead >= kSlots) return 0;
    const auto all = greater(static_cast<std::uint32_t>(queue_.size()), kSlots);
    return greater(kLongest * kSlots / all, kShortest);
  }

  /// Its query is over, or it wants none held any more.
  void release(const void* who) {
    const auto* const place = std::find(queue_.begin(), queue_.end(), who);
    if (place != queue_.end()) queue_.erase(place);
  }

 private:
  Array<const void*> queue_;  // the first have a slot, or one is kept for them
};

}  // namespace jobtree::engine

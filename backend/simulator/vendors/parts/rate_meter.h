// How many messages a robot takes in a while.
//
// Knows: counts and times, both given to it. Must not know: which messages, what a vendor says of
// one too many. Not thread-safe.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "simulator/cloud/key_lock.h"
#include "simulator/script/time.h"

namespace jobtree::simulator {

/// At most `limit` messages in any time of this length.
struct Rate {
  std::size_t limit = 0;
  Milliseconds window{};
};

struct Rates {
  std::vector<Rate> all = {};  ///< none: any number of messages
  Milliseconds block{};        ///< how long nothing is taken after one too many
};

/// A message too many.
struct Excess {
  std::size_t rate = 0;  ///< which of the rates
  Milliseconds wait{};   ///< how long the next one has to wait
};

class RateMeter {
 public:
  using Time = KeyLock::Time;

  /// `speed` shortens these times as it shortens every other time of the simulator.
  RateMeter(const Rates& rates, double speed);

  /// Counts a message, unless it is one too many: that does not count.
  std::optional<Excess> take(Time now);

 private:
  struct Counted {
    Rate rate;
    std::deque<Time> times = {};  ///< no more than the limit
  };

  std::vector<Counted> counted_;
  const Milliseconds block_;
  Time blocked_until_{};
  std::size_t blocked_by_ = 0;
};

}  // namespace jobtree::simulator

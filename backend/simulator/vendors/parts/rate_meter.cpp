#include "simulator/vendors/parts/rate_meter.h"

#include <chrono>

namespace jobtree::simulator {

RateMeter::RateMeter(const Rates& rates, double speed) : block_(at_speed(rates.block, speed)) {
  for (const Rate& rate : rates.all) {
    counted_.push_back({{rate.limit, at_speed(rate.window, speed)}});
  }
}

std::optional<Excess> RateMeter::take(Time now) {
  const auto until = [now](Time then) { return std::chrono::ceil<Milliseconds>(then - now); };
  if (now < blocked_until_) return Excess{blocked_by_, until(blocked_until_)};
  for (auto& [rate, times] : counted_) {
    while (!times.empty() && times.front() + rate.window <= now)
      times.pop_front();
  }
  for (std::size_t i = 0; i < counted_.size(); ++i) {
    const auto& [rate, times] = counted_[i];
    if (times.size() < rate.limit) continue;
    if (block_ == Milliseconds::zero()) return Excess{i, until(times.front() + rate.window)};
    blocked_until_ = now + block_;
    blocked_by_ = i;
    return Excess{i, block_};
  }
  for (Counted& one : counted_)
    one.times.push_back(now);
  return std::nullopt;
}

}  // namespace jobtree::simulator

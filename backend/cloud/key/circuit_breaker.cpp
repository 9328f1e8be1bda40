#include "cloud/key/circuit_breaker.h"

namespace jobtree::cloud {
namespace {

constexpr int kRefusalsAllowed = 3;
constexpr std::chrono::seconds kShutFor{330};  // the cloud's lock lasts 300

}  // namespace

CircuitBreaker::CircuitBreaker(std::function<Time()> now, bool on_probation)
    : now_(std::move(now)), refusals_(on_probation ? kRefusalsAllowed - 1 : 0) {}

// A key that has just worked needs no bound: should it stop working while many questions are under
// way, it was withdrawn, and there is nothing left to lock.
bool CircuitBreaker::has_room() const {
  return proven_ || refusals_ + under_way_ < kRefusalsAllowed;
}

CircuitBreaker::Pass CircuitBreaker::enter(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  const auto decided = [this] { return is_shut() || has_room(); };
  if (!settled_.wait_for(lock, patience, decided) || is_shut()) return {};
  ++under_way_;
  return Pass(this);
}

void CircuitBreaker::settle(Verdict verdict) {
  {
    const std::lock_guard lock(mutex_);
    --under_way_;
    switch (verdict) {
      case Verdict::accepted:
        proven_ = true;
        refusals_ = 0;
        break;
      case Verdict::refused:
        proven_ = false;
        if (++refusals_ < kRefusalsAllowed) break;
        shut_until_ = now_() + kShutFor;
        refusals_ = kRefusalsAllowed - 1;  // after it there is room for one probe
        break;
      case Verdict::unknown:
        break;
    }
  }
  settled_.notify_all();
}

std::chrono::seconds CircuitBreaker::shut_for() const {
  const std::lock_guard lock(mutex_);
  if (!is_shut()) return std::chrono::seconds(0);
  return std::chrono::ceil<std::chrono::seconds>(shut_until_ - now_());
}

}  // namespace jobtree::cloud

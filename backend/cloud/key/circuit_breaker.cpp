#include "cloud/key/circuit_breaker.h"

namespace jobtree::cloud {
namespace {

constexpr int kRefusalsAllowed = 3;
constexpr std::chrono::seconds kOpenFor{330};  // the cloud's lock lasts 300

}  // namespace

CircuitBreaker::CircuitBreaker(std::function<Time()> now, bool on_probation)
    : now_(std::move(now)), refusals_(on_probation ? kRefusalsAllowed - 1 : 0) {}

// A key that has just worked needs no bound: should it stop working while many queries are under
// way, it was withdrawn, and there is nothing left to lock.
bool CircuitBreaker::has_room() const {
  return proven_ || refusals_ + under_way_ < kRefusalsAllowed;
}

CircuitBreaker::Pass CircuitBreaker::enter() {
  const Lock lock(mutex_);
  if (is_open() || !has_room()) return {};
  ++under_way_;
  return Pass(this);
}

void CircuitBreaker::settle(Verdict verdict) {
  const Lock lock(mutex_);
  --under_way_;
  switch (verdict) {
    case Verdict::accepted:
      proven_ = true;
      refusals_ = 0;
      break;
    case Verdict::refused:
      proven_ = false;
      if (++refusals_ < kRefusalsAllowed) break;
      open_until_ = now_() + kOpenFor;
      refusals_ = kRefusalsAllowed - 1;  // after it there is room for one probe
      break;
    case Verdict::unknown:
      break;
  }
}

std::chrono::seconds CircuitBreaker::open_for() const {
  const Lock lock(mutex_);
  if (!is_open()) return std::chrono::seconds(0);
  return std::chrono::ceil<std::chrono::seconds>(open_until_ - now_());
}

}  // namespace jobtree::cloud

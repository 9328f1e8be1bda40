#include "cloud/key/circuit_breaker.h"

#include <algorithm>

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
  {
    const Lock lock(mutex_);
    if (is_open() || !has_room()) return {};
    ++under_way_;
  }
  if (shared_ == nullptr) return {this, {}};
  // Without the lock: it may take a moment.
  if (const auto permit = shared_->acquire()) return {this, *permit};
  const Lock lock(mutex_);
  --under_way_;
  return {};
}

void CircuitBreaker::settle(SharedKey::Permit permit, Verdict verdict) {
  if (shared_ != nullptr) shared_->settle(permit, verdict);
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
  const auto by_all = shared_ == nullptr ? std::chrono::seconds(0) : shared_->shut_for();
  const Lock lock(mutex_);
  if (!is_open()) return by_all;
  return std::max(by_all, std::chrono::ceil<std::chrono::seconds>(open_until_ - now_()));
}

}  // namespace jobtree::cloud

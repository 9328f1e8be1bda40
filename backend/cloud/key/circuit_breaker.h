// Keeps this program from locking its own key.
//
// The cloud locks a key for five minutes after more than five refusals (401) in a row, for all who
// use it (devg-apisign, "AK access failed to reach the limit"). So three in a row open the breaker
// for longer than that, and never are more queries under way than refusals are left: a wrong key
// that is used for a hundred jobs at once is refused three times, not a hundred.
//
// Where several replicas use the key, all of them together have three: each query needs the
// permission of the others too (shared_key.h), and enter() may wait a moment for it.
//
// Knows: counts and times. Must not know: what is queried, or why it was refused. Thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "base/mutex.h"
#include "cloud/key/shared_key.h"
#include "cloud/shared_limits.h"

namespace jobtree::cloud {

class CircuitBreaker {
 public:
  using Time = std::chrono::steady_clock::time_point;

  using Verdict = cloud::Verdict;

  /// Permission to send one query. It counts as under way until settle(); a pass that is dropped
  /// without it settles as unknown. The breaker must outlive it.
  class Pass {
   public:
    Pass() = default;
    Pass(Pass&& other) noexcept
        : breaker_(std::exchange(other.breaker_, nullptr)), permit_(other.permit_) {}
    Pass& operator=(Pass&& other) noexcept {
      std::swap(breaker_, other.breaker_);
      std::swap(permit_, other.permit_);
      return *this;
    }
    ~Pass() { settle(Verdict::unknown); }

    explicit operator bool() const { return breaker_ != nullptr; }
    void settle(Verdict verdict) {
      if (breaker_ != nullptr) std::exchange(breaker_, nullptr)->settle(permit_, verdict);
    }

   private:
    friend class CircuitBreaker;
    Pass(CircuitBreaker* breaker, SharedKey::Permit permit) : breaker_(breaker), permit_(permit) {}
    CircuitBreaker* breaker_ = nullptr;
    SharedKey::Permit permit_{};
  };

  /// `on_probation`: the key has been refused before under another secret, so only one query is
  /// sent until it is accepted.
  explicit CircuitBreaker(std::function<Time()> now, bool on_probation = false);
  /// Other replicas use the key too; before the first use.
  void share(std::unique_ptr<SharedKey> shared) { shared_ = std::move(shared); }

  /// No pass while it is open, or while others find out whether the key is good: ask again when
  /// open_for() says, or soon.
  Pass enter();

  /// How long nothing is sent with this key; zero when it may be.
  std::chrono::seconds open_for() const;

  /// Whether nothing is sent because the other replicas cannot be heard, and the key may be wrong.
  bool is_cut_off() const { return shared_ != nullptr && shared_->is_cut_off(); }
  /// Whether there are other replicas, and none was heard yet.
  bool is_starting() const { return shared_ != nullptr && shared_->was_never_heard(); }

 private:
  void settle(SharedKey::Permit permit, Verdict verdict);
  bool is_open() const JOBTREE_REQUIRES(mutex_) { return now_() < open_until_; }
  bool has_room() const JOBTREE_REQUIRES(mutex_);

  const std::function<Time()> now_;
  std::unique_ptr<SharedKey> shared_;
  mutable Mutex mutex_;
  bool proven_ JOBTREE_GUARDED_BY(mutex_) = false;  ///< the last verdict was "accepted"
  int refusals_ JOBTREE_GUARDED_BY(mutex_) = 0;     ///< in a row
  int under_way_ JOBTREE_GUARDED_BY(mutex_) = 0;
  Time open_until_ JOBTREE_GUARDED_BY(mutex_) = Time::min();
};

}  // namespace jobtree::cloud

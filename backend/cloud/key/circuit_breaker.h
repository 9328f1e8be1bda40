// Keeps this program from locking its own key.
//
// The cloud locks a key for five minutes after more than five refusals (401) in a row, for all who
// use it (devg-apisign, "AK access failed to reach the limit"). So three in a row end the asking
// for longer than that, and never are more questions under way than refusals are left: a wrong key
// that is asked for a hundred jobs at once is refused three times, not a hundred.
//
// Knows: counts and times. Must not know: what is asked, or why it was refused. Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <utility>

namespace jobtree::cloud {

class CircuitBreaker {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// What the cloud made of a question's signature.
  enum class Verdict {
    accepted,  ///< any answer but 401: the key is good
    refused,   ///< 401
    unknown    ///< no answer
  };

  /// Leave to ask once. It counts as under way until settle(); a pass that is dropped without it
  /// settles as unknown.
  class Pass {
   public:
    Pass() = default;
    Pass(Pass&& other) noexcept : guard_(std::exchange(other.guard_, nullptr)) {}
    Pass& operator=(Pass&& other) noexcept {
      std::swap(guard_, other.guard_);
      return *this;
    }
    ~Pass() { settle(Verdict::unknown); }

    explicit operator bool() const { return guard_ != nullptr; }
    void settle(Verdict verdict) {
      if (guard_ != nullptr) std::exchange(guard_, nullptr)->settle(verdict);
    }

   private:
    friend class CircuitBreaker;
    explicit Pass(CircuitBreaker* guard) : guard_(guard) {}
    CircuitBreaker* guard_ = nullptr;
  };

  /// `on_probation`: the key has been refused before under another secret, so only one question is
  /// asked until it is accepted.
  explicit CircuitBreaker(std::function<Time()> now, bool on_probation = false);

  /// Gives a pass, after a wait of at most `patience` while others find out whether the key is
  /// good. No pass when it is shut or patience is over. The guard must outlive the pass.
  Pass enter(std::chrono::milliseconds patience);

  /// How long nothing is asked with this key; zero when it may be.
  std::chrono::seconds shut_for() const;

 private:
  void settle(Verdict verdict);
  bool is_shut() const { return now_() < shut_until_; }
  bool has_room() const;

  const std::function<Time()> now_;
  mutable std::mutex mutex_;
  std::condition_variable settled_;
  bool proven_ = false;  ///< the last verdict was "accepted"
  int refusals_ = 0;     ///< in a row
  int under_way_ = 0;
  Time shut_until_ = Time::min();
};

}  // namespace jobtree::cloud

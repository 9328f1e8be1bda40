// Share links in memory, in a test's hands, as two replicas and a database would have them.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "store/shares/shares.h"

namespace jobtree::gateway {

/// Thread-safe, but for what a test sets before anybody looks.
class FakeShares final : public store::Shares {
 public:
  std::atomic<bool> is_away = false;
  std::atomic<bool> is_full = false;
  /// What the wall clock of whoever judges is ahead, so that links end.
  std::chrono::seconds lasts_less{0};

  Result<std::optional<store::Share>> create(const store::NewShare& share) override {
    const std::lock_guard lock(mutex_);
    if (is_away) return away();
    if (is_full) return std::optional<store::Share>();
    store::Share made{.id = ++last_,
                      .thing = share.thing,
                      .label = share.label,
                      .is_public = share.is_public,
                      .created_by = share.created_by,
                      .created_at = now(),
                      .expires_at = now() + share.lasts - lasts_less};
    made.digest = share.digest;
    shares_.insert(shares_.begin(), made);
    ++changes_;
    return std::optional(made);
  }
  Result<bool> revoke(std::int64_t id) override {
    const std::lock_guard lock(mutex_);
    if (is_away) return away();
    const auto found = std::ranges::find(shares_, id, &store::Share::id);
    if (found == shares_.end()) return false;
    if (!found->revoked_at) found->revoked_at = now();
    ++changes_;
    return true;
  }
  Result<std::vector<store::Share>> all() override {
    const std::lock_guard lock(mutex_);
    if (is_away) return away();
    ++reads_;
    return shares_;
  }
  Result<std::int64_t> changes() override {
    const std::lock_guard lock(mutex_);
    if (is_away) return away();
    ++looks_;
    return changes_;
  }
  Result<bool> used(const std::vector<std::int64_t>& ids) override {
    const std::lock_guard lock(mutex_);
    if (is_away) return away();
    for (const std::int64_t id : ids) {
      used_.push_back(id);
      const auto found = std::ranges::find(shares_, id, &store::Share::id);
      if (found != shares_.end()) found->last_used_at = now();
    }
    return true;
  }

  int looks() const {
    const std::lock_guard lock(mutex_);
    return looks_;
  }
  int reads() const {
    const std::lock_guard lock(mutex_);
    return reads_;
  }
  std::vector<std::int64_t> used_so_far() const {
    const std::lock_guard lock(mutex_);
    return used_;
  }

 private:
  static Failure away() { return Failure::unavailable({"the disk is full", "磁盘已满"}); }
  static store::Time now() {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  }

  mutable std::mutex mutex_;
  std::vector<store::Share> shares_;
  std::vector<std::int64_t> used_;
  std::int64_t last_ = 0, changes_ = 1;
  int looks_ = 0, reads_ = 0;
};

}  // namespace jobtree::gateway

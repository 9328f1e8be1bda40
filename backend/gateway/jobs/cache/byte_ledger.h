// How many bytes all bodies take together, wherever they are held.
//
// The invariant: what is counted is what is in memory. A body carries its charge with it, and the
// charge ends with the body's last reference, be that in the cache or in the connection of a slow
// reader.
//
// Knows: numbers. Must not know: whose bytes they are. Thread-safe.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

namespace jobtree::gateway {

class ByteLedger {
 public:
  explicit ByteLedger(std::size_t limit) : limit_(limit) {}

  std::size_t limit() const { return limit_; }
  std::size_t bytes() const { return bytes_.load(std::memory_order_relaxed); }
  bool is_full() const { return bytes() >= limit_; }

 private:
  friend class ByteCharge;

  bool try_add(std::size_t bytes) {
    std::size_t now = bytes_.load(std::memory_order_relaxed);
    do {
      if (bytes > limit_ || now > limit_ - bytes) return false;
    } while (!bytes_.compare_exchange_weak(now, now + bytes, std::memory_order_relaxed));
    return true;
  }
  void remove(std::size_t bytes) { bytes_.fetch_sub(bytes, std::memory_order_relaxed); }

  const std::size_t limit_;
  std::atomic<std::size_t> bytes_ = 0;
};

/// Bytes that count until this goes. It may outlive whoever made the ledger.
class ByteCharge {
 public:
  ByteCharge() = default;
  /// Nothing when the ledger has no room for so many.
  static std::optional<ByteCharge> make(const std::shared_ptr<ByteLedger>& ledger,
                                        std::size_t bytes) {
    if (!ledger->try_add(bytes)) return std::nullopt;
    return ByteCharge(ledger, bytes);
  }

  ByteCharge(ByteCharge&& other) noexcept
      : ledger_(std::move(other.ledger_)), bytes_(std::exchange(other.bytes_, 0)) {}
  ByteCharge& operator=(ByteCharge&& other) noexcept {
    std::swap(ledger_, other.ledger_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~ByteCharge() {
    if (ledger_) ledger_->remove(bytes_);
  }

  std::size_t bytes() const { return bytes_; }
  /// Takes over another of the same ledger.
  void add(ByteCharge other) {
    if (!ledger_) ledger_ = other.ledger_;
    bytes_ += std::exchange(other.bytes_, 0);
  }

 private:
  ByteCharge(std::shared_ptr<ByteLedger> ledger, std::size_t bytes)
      : ledger_(std::move(ledger)), bytes_(bytes) {}

  std::shared_ptr<ByteLedger> ledger_;
  std::size_t bytes_ = 0;
};

}  // namespace jobtree::gateway

// How many requests read the archive at one time.
//
// A database that is slow must not take all threads that are for what is short.
//
// Knows: a number. Must not know: what is read. Thread-safe.
#pragma once

#include <atomic>
#include <chrono>

#include "gateway/routing/routes.h"

namespace jobtree::gateway {

class ArchiveReads {
 public:
  /// What `read` gives, or when to try again because there are too many already.
  template <class Read>
  Later run(Read read) {
    struct Place {
      std::atomic<int>& running;
      ~Place() { --running; }
    };
    const bool is_full = ++running_ > kMost;
    const Place place{running_};
    if (is_full) return std::chrono::steady_clock::now() + kLookAgain;
    return read();
  }

 private:
  static constexpr int kMost = 4;
  static constexpr std::chrono::milliseconds kLookAgain{20};

  std::atomic<int> running_ = 0;
};

}  // namespace jobtree::gateway

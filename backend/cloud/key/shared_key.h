// The permission of the other replicas to use a key.
//
// A key that works needs nobody's permission. One that may be wrong has three refusals in all. When
// the others cannot be heard for a while, each replica sends one query with it at most, and only
// when all of them could without locking it: the cloud locks a key after more than five refusals in
// a row, and up to three may be on their way that nobody told of.
//
// Knows: what the replicas share. Must not know: what is queried. Thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "base/mutex.h"
#include "cloud/key/signer.h"
#include "cloud/shared_limits.h"

namespace jobtree::cloud {

class SharedKey {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// To send one query.
  struct Permit {
    std::int64_t pass = 0;
    bool is_own = false;  ///< nobody gave it: the others could not be heard
  };

  /// `limits` must outlive it.
  SharedKey(SharedLimits& limits, SharedKeyName name, std::function<Time()> now)
      : limits_(limits), name_(std::move(name)), now_(std::move(now)) {}

  /// Waits a moment where the others have to be asked. Nothing: not now.
  std::optional<Permit> acquire();
  void settle(Permit permit, Verdict verdict);
  /// Never waits.
  std::chrono::seconds shut_for() const;
  /// Whether acquire() gives nothing because nobody can be heard. Never waits.
  bool is_cut_off() const;
  /// Whether nobody was heard since the start: then nothing is known of the rate either.
  bool was_never_heard() const { return limits_.replicas() == 0; }

 private:
  std::optional<Permit> acquire_alone();

  SharedLimits& limits_;
  const SharedKeyName name_;
  const std::function<Time()> now_;
  mutable Mutex mutex_;
  bool has_tried_ JOBTREE_GUARDED_BY(mutex_) = false;  ///< since the others were heard last
  Time ask_after_ JOBTREE_GUARDED_BY(mutex_) = Time::min();
  std::optional<Time> away_since_ JOBTREE_GUARDED_BY(mutex_);
};

/// What the replicas call a key: neither half of it can be told from that.
SharedKeyName shared_name(const Key& key);

}  // namespace jobtree::cloud

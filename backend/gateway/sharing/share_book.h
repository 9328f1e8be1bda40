// The share links there are, as they were read last: a request never waits for the database.
//
// What this process makes and revokes counts at once, what another replica does within a second or
// two. While the database is away the links stay as they were.
//
// Knows: when to look, what counts until then. Must not know: tokens files, HTTP, what is shared.
// Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "base/clock.h"
#include "base/mutex.h"
#include "gateway/jobs/executor.h"
#include "store/archive.h"

namespace jobtree::gateway {

class ShareBook {
 public:
  using Entry = std::shared_ptr<const store::Share>;

  /// Reads them, and looks again every second from now on. Both must outlive it.
  ShareBook(store::Archive& archive, Executor& executor, Clock clock);

  // Never block.

  /// Null: there is none, or its end is long ago.
  Entry find(const Digest& digest) const JOBTREE_EXCLUDES(mutex_);
  Entry find(std::int64_t id) const JOBTREE_EXCLUDES(mutex_);
  /// Whether they could be read by now. Without a memory there are none, which is known.
  bool is_read() const { return is_read_; }
  store::Time now() const;
  /// That is stored once an hour, when nobody waits for it.
  void used(const store::Share& share) JOBTREE_EXCLUDES(mutex_);

  // Block for the database.

  /// Reads them when there are others by now.
  void look() JOBTREE_EXCLUDES(reading_, mutex_);
  /// Null: there are too many.
  Result<Entry> create(const store::NewShare& share) JOBTREE_EXCLUDES(reading_, mutex_);
  /// False: there is none with this number.
  Result<bool> revoke(std::int64_t id) JOBTREE_EXCLUDES(reading_, mutex_);

 private:
  void look_later();
  bool read() JOBTREE_REQUIRES(reading_) JOBTREE_EXCLUDES(mutex_);
  void store_uses() JOBTREE_REQUIRES(reading_) JOBTREE_EXCLUDES(mutex_);
  void put(Entry entry) JOBTREE_REQUIRES(mutex_);

  store::Archive& archive_;
  const Clock clock_;
  std::atomic<bool> is_read_ = false;
  /// Held for the time of a statement: what is read is never older than what was made.
  Mutex reading_;
  std::optional<std::int64_t> changes_ JOBTREE_GUARDED_BY(reading_);
  mutable Mutex mutex_;
  std::map<Digest, Entry> by_digest_ JOBTREE_GUARDED_BY(mutex_);
  std::map<std::int64_t, Entry> by_id_ JOBTREE_GUARDED_BY(mutex_);
  std::set<std::int64_t> used_ JOBTREE_GUARDED_BY(mutex_);
  TaskScope tasks_;  ///< last: they use all of the above
};

}  // namespace jobtree::gateway

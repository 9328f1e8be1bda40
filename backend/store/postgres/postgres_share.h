// This replica's share of the work that goes on though nobody looks, as leases in the database.
//
// Jobs fall into 64 parts by a digest of their address. Each replica holds the lease of its share
// of the parts, renews it every few seconds, and gives back what is more than its share when others
// come. While the database is away it goes on with what it held: nobody else can take that over.
//
// Knows: the statements. Must not know: what is done with the parts.
#pragma once

#include <atomic>
#include <bitset>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/mutex.h"
#include "store/postgres/connection.h"
#include "store/shared.h"

namespace jobtree::store {

class PostgresShare final : public BackgroundShare {
 public:
  static constexpr std::size_t kParts = 64;

  struct Options {
    std::string replica;  ///< what no other is called
    std::function<std::chrono::steady_clock::time_point()> now;
    std::chrono::milliseconds lease_time{15'000};
    std::chrono::milliseconds renew_every{5'000};
  };
  explicit PostgresShare(Options options) : options_(std::move(options)) {}

  /// Renews what it holds, and takes or gives back parts; `replicas`: how many there are. To be
  /// called often, by one thread.
  Outcome<Done> refresh(PgConnection& connection, int replicas) JOBTREE_EXCLUDES(mutex_);
  /// Gives all back.
  Outcome<Done> leave(PgConnection& connection);

  bool has(std::string_view job) const override;
  std::uint64_t revision() const override { return revision_; }

 private:
  const Options options_;
  std::chrono::steady_clock::time_point next_{};  ///< of the thread that refreshes
  int last_replicas_ = 0;
  std::atomic<std::uint64_t> revision_{0};
  mutable Mutex mutex_;
  std::bitset<kParts> held_ JOBTREE_GUARDED_BY(mutex_);
};

}  // namespace jobtree::store

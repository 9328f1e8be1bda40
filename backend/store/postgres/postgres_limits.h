// The limits that replicas share, in the database.
//
// Knows: the statements, and the rule by which a key that may be wrong is tried. Must not know:
// what is queried, what is done while the database is away.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "cloud/shared_limits.h"
#include "store/postgres/bounded_calls.h"

namespace jobtree::store {

/// Thread-safe.
class PostgresLimits final : public cloud::SharedLimits {
 public:
  struct Options {
    std::string replica;  ///< what no other is called
    std::function<std::chrono::steady_clock::time_point()> now;
    /// A pass that is older counts as refused: who had it may have been killed.
    std::chrono::milliseconds pass_time{60'000};
    std::chrono::milliseconds shut_time{330'000};  ///< the cloud's lock lasts 300 seconds
    std::chrono::milliseconds replica_time{10'000};
  };

  /// `calls` must outlive it, and its routine call refresh().
  PostgresLimits(Options options, BoundedCalls& calls)
      : options_(std::move(options)), calls_(calls) {}

  /// Says that this replica is there, and looks at what the others did.
  Outcome<Done> refresh(PgConnection& connection) JOBTREE_EXCLUDES(mutex_);
  /// This replica is no more.
  void leave();

  bool is_in_touch() const override { return calls_.is_up(); }
  int replicas() const override;
  std::optional<cloud::KeyStanding> standing(const cloud::SharedKeyName& key) const override;
  void settle(const cloud::SharedKeyName& key, std::int64_t pass, cloud::Verdict verdict) override;
  std::vector<cloud::SharedThrottle> throttles() const override;
  void throttled(const cloud::SharedThrottle& throttle) override;
  void eased(const cloud::SharedThrottle& throttle) override;
  void found_owner(const std::string& name, const std::string& id) override;

  std::optional<cloud::KeyTurn> enter(const cloud::SharedKeyName& key) override;
  std::optional<cloud::SharedTurns> take(const std::string& name, cloud::Pace pace, int most,
                                         std::chrono::milliseconds most_wait) override;
  std::optional<std::string> owner(const std::string& name) override;

 private:
  using Steady = std::chrono::steady_clock::time_point;
  /// By its access key.
  struct Key {
    std::string proven;  ///< the pair; "" for none
    int refusals = 0;
    Steady shut_until{};
  };
  struct Throttle {
    cloud::SharedThrottle as_seen;
    Steady seen_at{};
  };

  struct Row;
  Key key_of(const Row& row) const;
  cloud::KeyStanding standing_of(const Key& key, const std::string& pair) const;
  void note(const std::string& access, const Row& row) JOBTREE_EXCLUDES(mutex_);
  Outcome<std::pair<cloud::KeyTurn, Row>> try_enter(PgConnection& connection,
                                                    const cloud::SharedKeyName& key) const;
  Outcome<Row> try_settle(PgConnection& connection, const cloud::SharedKeyName& key,
                          std::int64_t pass, cloud::Verdict verdict) const;
  static Outcome<Row> lock_key(PgConnection& connection, const std::string& access);
  /// So many more refusals; the third shuts the key, and after that there is room for one probe.
  Outcome<Done> refuse(PgConnection& connection, const std::string& access, Row& row,
                       std::int64_t more) const;

  const Options options_;
  BoundedCalls& calls_;
  mutable Mutex mutex_;
  int replicas_ JOBTREE_GUARDED_BY(mutex_) = 0;
  std::map<std::string, Key> keys_ JOBTREE_GUARDED_BY(mutex_);
  std::vector<Throttle> throttles_ JOBTREE_GUARDED_BY(mutex_);
};

}  // namespace jobtree::store

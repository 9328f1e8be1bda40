// How often one may ask for jobs that are not there.
//
// Each such request costs the key a query that no other viewer profits from, so a walk through
// random ids would spend the key's quota.
// Knows: addresses of jobs, names of tokens, addresses of viewers. Must not know: HTTP, the cloud.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "base/mutex.h"
#include "cloud/job_source.h"

namespace jobtree::gateway {

/// Thread-safe; bounded.
class MissLimiter {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// Whether the cloud has answered with this job lately. Such jobs cost nobody anything, so that
  /// one viewer's walk does not shut out the others behind the same token or proxy.
  bool knows(const cloud::JobAddress& address);
  /// The cloud answered with this job.
  void learn(const cloud::JobAddress& address);

  /// How long this one must wait before asking for another job that may not be there; nothing when
  /// it need not. `token`: the token's name, "" for none. `peer`: an IP address; of IPv6 the
  /// network of 64 bits counts, as anyone at home in one has all its addresses.
  std::optional<std::chrono::seconds> pause(std::string_view token, std::string_view peer,
                                            Time now);
  /// A job this one asked for was not there. Who had several requests open may overdraw, and waits
  /// the longer.
  void spend(std::string_view token, std::string_view peer, Time now);

 private:
  /// One's misses, draining at an even rate: what a token bucket is missing.
  struct Misses {
    double count = 0;
    Time at;
  };
  struct Limit {
    double most;
    double per_second;  ///< drained
  };
  static constexpr Limit kOfToken{120, 2};
  static constexpr Limit kOfPeer{60, 1};

  static double left(const Misses& misses, const Limit& limit, Time now);
  std::optional<std::chrono::seconds> pause_of(const std::string& key, const Limit& limit,
                                               Time now) const JOBTREE_REQUIRES(mutex_);
  void spend_of(const std::string& key, const Limit& limit, Time now) JOBTREE_REQUIRES(mutex_);
  void make_room(Time now) JOBTREE_REQUIRES(mutex_);

  Mutex mutex_;
  std::unordered_map<std::string, Misses> misses_ JOBTREE_GUARDED_BY(mutex_);
  /// The younger and the older half of what is known; the older goes when the younger is full.
  std::array<std::unordered_set<std::string>, 2> known_ JOBTREE_GUARDED_BY(mutex_);
};

}  // namespace jobtree::gateway

// Which project, or account, a key belongs to, when nobody said so: IAM knows.
//
// Knows: IAM's two lists. Must not know: jobs. What was found is kept by key and region; what was
// not is kept for a little while, so that a page full of jobs does not query it each time. One
// query for each key and region is under way at a time, and nobody waits for it here: the others
// are told to come back. What one of several replicas found the others know. Thread-safe.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "cloud/ask/signed_query.h"
#include "cloud/job_source.h"
#include "cloud/key/key_ring.h"
#include "cloud/shared_limits.h"
#include "cloud/where/catalogue.h"

namespace jobtree::cloud {

class Projects {
 public:
  /// An id, or the reply that says why there is none, or that it is deferred.
  using OwnId = std::variant<std::string, JobReply>;

  /// `shared`: what the replicas know, or null.
  Projects(SignedQuery& query, const Catalogue& catalogue, Clock clock,
           SharedLimits* shared = nullptr)
      : query_(query), catalogue_(catalogue), clock_(std::move(clock)), shared_(shared) {}

  /// The id of the key's project in the region, or of its account. Of several projects none is
  /// picked. `job`: whose query waits for it, and gets the notices.
  OwnId own_id(KeyInUse& key, Owner owner, std::string_view region, Progress& job);

  /// The id where it was found already, else "". Never waits.
  std::string known_id(const KeyInUse& key, Owner owner, std::string_view region);

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Known {
    OwnId id;
    Time until = Time::min();  ///< when the id is to be looked up again
    bool under_way = false;
    std::optional<Progress> progress{};  ///< of a look-up that was deferred
  };

  /// Puts what came of a look-up into its entry, whatever happens.
  OwnId look_up(KeyInUse& key, Owner owner, std::string_view region, const std::string& name,
                Progress progress, Progress& job);
  /// From another replica, or from IAM.
  OwnId find(KeyInUse& key, Owner owner, std::string_view region, Progress& progress);
  OwnId fetch(KeyInUse& key, Owner owner, std::string_view region, Progress& progress);
  void settle(const std::string& name, const OwnId& id, std::optional<Progress> progress);

  SignedQuery& query_;
  const Catalogue& catalogue_;
  const Clock clock_;
  SharedLimits* const shared_;
  Mutex mutex_;
  std::map<std::string, Known> known_ JOBTREE_GUARDED_BY(mutex_);
};

}  // namespace jobtree::cloud

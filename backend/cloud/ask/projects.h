// Which project, or account, a key belongs to, when nobody said so: IAM knows.
//
// Knows: IAM's two lists. Must not know: jobs. What was found is kept by key and region; what was
// not is kept for a little while, so that a page full of jobs does not ask for it each time.
// Thread-safe.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "cloud/ask/signed_query.h"
#include "cloud/job_source.h"
#include "cloud/key/key_ring.h"
#include "cloud/where/catalogue.h"

namespace jobtree::cloud {

class Projects {
 public:
  Projects(SignedQuery& query, const Catalogue& catalogue, Clock clock)
      : query_(query), catalogue_(catalogue), clock_(std::move(clock)) {}

  /// The id of the key's project in the region, or of its account; or why there is none: an
  /// JobReply that says so. Of several projects none is picked. `notices`: to which is added what
  /// the operator should know besides, see JobReply; the JobReply itself has none.
  std::variant<std::string, JobReply> own_id(KeyInUse& key, Owner owner, std::string_view region,
                                             std::vector<std::string>& notices);

 private:
  struct Known {
    std::mutex mutex;  ///< held while IAM is asked: whoever else wants to know this waits for it
    std::variant<std::string, JobReply> what;
    std::chrono::steady_clock::time_point until = std::chrono::steady_clock::time_point::min();
  };

  std::shared_ptr<Known> known_of(const std::string& name);
  std::variant<std::string, JobReply> ask(KeyInUse& key, Owner owner, std::string_view region,
                                          std::vector<std::string>& notices);

  SignedQuery& query_;
  const Catalogue& catalogue_;
  const Clock clock_;
  std::mutex mutex_;  ///< of the map alone
  std::map<std::string, std::shared_ptr<Known>> known_;
};

}  // namespace jobtree::cloud

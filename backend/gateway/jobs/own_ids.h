// Whose the id of a project, or of an account, is: that of the server's key, or another's.
//
// Knows: which ids a source has found out, and which services are addressed by one. Must not know:
// who asks, tokens. Never blocks, and has nothing looked up. Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cloud/job_source.h"
#include "cloud/where/catalogue.h"

namespace jobtree::gateway {

class OwnIds {
 public:
  /// Both must outlive it.
  OwnIds(const cloud::Catalogue& catalogue, cloud::JobSource& source)
      : catalogue_(catalogue), source_(source) {}

  /// The same job with the id for which its "-" stands, where that is known by now: so that it is
  /// one job, whichever of the two somebody writes.
  cloud::JobAddress by_id(const cloud::JobAddress& address) const;
  /// The job under "-" where its project, or account, is the key's own: a token for the key's own
  /// names no id, and an SDK no "-".
  std::optional<cloud::JobAddress> as_own(const cloud::JobAddress& address) const;
  /// The key's own projects and accounts, as far as they are known by now.
  std::vector<std::string> all() const;

 private:
  const cloud::Catalogue& catalogue_;
  cloud::JobSource& source_;
};

}  // namespace jobtree::gateway

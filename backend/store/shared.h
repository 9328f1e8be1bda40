// What several replicas on one database do together, beside remembering.
//
// Knows: the parts there are. Must not know: SQL, who uses them.
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "cloud/shared_limits.h"

namespace jobtree::store {

/// Thread-safe, with a thread of its own.
class Shared {
 public:
  virtual ~Shared() = default;
  virtual cloud::SharedLimits& limits() = 0;
};

/// On the database of an archive, which makes the tables. One that is away is tried again.
std::unique_ptr<Shared> open_shared(const std::string& url, const Clock& clock);

}  // namespace jobtree::store

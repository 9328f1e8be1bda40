// Which of a service's hosts is in use, when there are several.
//
// Knows: lists of hosts, and which of them could not be reached. Must not know: how a request is
// sent. Where nobody is reached the next host takes over, and stays in use until it fails in its
// turn, as in the vendor's SDKs. Thread-safe.
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "base/mutex.h"
#include "cloud/where/url.h"

namespace jobtree::cloud {

class Failover {
 public:
  /// The index of the host in use.
  std::size_t current(const Origins& origins);
  /// It could not be reached: the one after it takes over, after the last the first. Of several
  /// queries that failed there only the first moves on.
  void move_on(const Origins& origins, std::size_t failed);

 private:
  Mutex mutex_;
  /// By the whole list; lists of one, and those whose first host is in use, have no entry.
  std::map<std::string, std::size_t> in_use_ JOBTREE_GUARDED_BY(mutex_);
};

}  // namespace jobtree::cloud

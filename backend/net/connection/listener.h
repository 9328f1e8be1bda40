// An address to listen on, opened by cpp-httplib.
//
// Knows: the library's opener and its traps, on 0.11, 0.18 and 0.41. Must not know: connections,
// threads, requests.
#pragma once

#include <string>

#include "base/result.h"

namespace jobtree::net {

struct Listener {
  int socket = -1;  ///< the caller's to close
  int port = 0;
};

/// Listens on an address that no other program listens on; port 0 takes any free one.
Result<Listener> listen_on(const std::string& host, int port);

}  // namespace jobtree::net

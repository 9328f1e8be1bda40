// cpp-httplib as we use it: it opens the address, and writes answers. The only file pair that knows
// the library.
//
// Knows: the library and its traps, on 0.11 and 0.18. Must not know: connections, threads,
// requests.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "cloud/result.h"
#include "gateway/http_server.h"

namespace jobtree::gateway {

struct Listener {
  int socket = -1;  ///< the caller's to close
  int port = 0;
};

/// Listens on an address that no other program listens on; port 0 takes any free one.
Result<Listener> listen_on(const std::string& host, int port);

/// How an answer goes out.
struct Manner {
  bool is_head = false;  ///< without its body
  bool is_last = false;  ///< the connection is closed after it
};

/// Turns answers into the bytes of HTTP/1.1. For one thread at a time.
class AnswerWriter {
 public:
  /// What it promises of connections that are kept: how long without a request, and for how many.
  AnswerWriter(std::chrono::seconds idle_time, std::size_t max_requests);
  ~AnswerWriter();
  AnswerWriter(const AnswerWriter&) = delete;
  AnswerWriter& operator=(const AnswerWriter&) = delete;

  std::string write(Response answer, Manner manner);

 private:
  class Library;
  std::unique_ptr<Library> library_;
};

}  // namespace jobtree::gateway

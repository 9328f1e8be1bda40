// The head of an HTTP/1.1 answer, in cpp-httplib's words.
//
// Knows: the library's writer and its traps, on 0.11 and 0.18. Must not know: sockets, requests,
// who answers. Bodies do not pass through it, so that one of many megabytes is never copied for its
// head's sake.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <utility>

namespace jobtree::http {

struct Head {
  int status = 200;
  std::string content_type{};  ///< "" only where there is no body
  std::span<const std::pair<std::string, std::string>> headers{};
  std::size_t body_size = 0;
  bool is_last = false;  ///< the connection is closed after it
};

/// For one thread at a time.
class HeadWriter {
 public:
  /// What it promises of connections that are kept: how long without a request, and for how many.
  HeadWriter(std::chrono::seconds idle_time, std::size_t max_requests);
  ~HeadWriter();
  HeadWriter(const HeadWriter&) = delete;
  HeadWriter& operator=(const HeadWriter&) = delete;

  /// Everything that goes before the body, which is to be sent as it is. No ranges, no compression;
  /// a Content-Length where there may be one, what the connection does, and a Date where there is
  /// none, are added.
  std::string write(const Head& head);

 private:
  class Library;
  std::unique_ptr<Library> library_;
};

}  // namespace jobtree::http

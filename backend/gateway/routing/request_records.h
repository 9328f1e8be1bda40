// What is written down of each request once its response is on its way: counts, and a line.
//
// Knows: metrics, the log. Must not know: responses, tokens, how a request was judged.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/access/request_log.h"
#include "gateway/metrics.h"

namespace jobtree::gateway {

/// What of a request is needed until its response is on its way, also when the exchange is gone.
struct RequestFacts {
  std::size_t route = 0;  ///< its place in the table; past its end: none fits
  std::string method;
  std::string origin;
  std::string viewer;   ///< the address
  bool is_sdk = false;  ///< sent by an official SDK
  std::chrono::steady_clock::time_point began;
};

/// Thread-safe.
class RequestRecords {
 public:
  /// `patterns`: of the routes in the table's order. The others must outlive it.
  RequestRecords(std::vector<std::string_view> patterns, Metrics& metrics, RequestLog& log);

  struct Response {
    int status = 0;
    std::string_view request_id;
    bool was_parked = false;  ///< it was made to wait for a change, as it had asked to
  };
  void responded(const RequestFacts& facts, const Response& response);
  /// A handler broke: its request is counted; the server's error is what the log tells.
  void broke(const RequestFacts& facts);
  /// A request reached no route, or broke its handler.
  void not_served(int status, std::string_view why, std::string_view request_id,
                  std::string_view viewer);

 private:
  void count(const RequestFacts& facts, int status, bool was_parked);

  const std::vector<std::string_view> patterns_;
  Metrics& metrics_;
  RequestLog& log_;
};

}  // namespace jobtree::gateway

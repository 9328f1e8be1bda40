// What can go wrong between the pretend cloud and whoever asks it, as values.
//
// Knows: kinds of faults and their parameters. Must not know: when one happens
// (wire/fault_injector.h), or how it looks on a connection (wire/delivery.h).
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace jobtree::simulator {

enum class FaultKind {
  latency,                      ///< `ms` plus up to `jitter_ms` before the response begins
  drip,                         ///< `bytes` of the response every `every_ms`
  reset_before,                 ///< TCP reset instead of the response
  reset_within,                 ///< TCP reset after `after_bytes` of it
  truncated,                    ///< a clean close after `after_bytes` of it
  wrong_length,                 ///< Content-Length is off by `by`
  not_modified_without_length,  ///< a 304 that does not say it has no body
  oversized,                    ///< JSON of `bytes`
  gzip_bomb,                    ///< gzip of `bytes` of JSON, asked for or not
  html_error,                   ///< `status` and the HTML page of some proxy
  redirect,                     ///< `status` to `location`
  error,                        ///< `status`, and the gateway's JSON with `code` and `message`
  tracker_disabled,             ///< Cloud Trace Service has no traces and says that it is off
  busy,                         ///< a vendor of chat channels has too much to do, in its own words
  close_before,                 ///< the response promises to keep the connection, which is closed
                                ///< without a word `after_ms` later, before a next request
};

/// "reset_within"
std::string_view name_of(FaultKind kind);

struct Fault {
  static constexpr std::int64_t kForever = std::numeric_limits<std::int64_t>::max();
  static constexpr std::int64_t kHalfWay = -1;

  FaultKind kind = FaultKind::latency;

  // Whom it is meant for; "" for all.
  std::string job_id = {};
  std::string service = {};
  std::string path = {};  ///< what the target begins with

  std::int64_t times = kForever;
  double chance = 1;  ///< 0 to 1: the probability that it happens to a call it is meant for

  // What the kinds have for parameters. Times are those at speed 1.
  std::int64_t ms = 0;
  std::int64_t jitter_ms = 0;
  std::int64_t bytes = 0;
  std::int64_t every_ms = 0;
  std::int64_t after_bytes = kHalfWay;  ///< of the whole response, its head counted
  std::int64_t by = 0;
  std::int64_t status = 0;
  std::int64_t after_ms = 0;
  std::string location = {};
  std::string code = {};
  std::string message = {};
};

}  // namespace jobtree::simulator

// What a cloud is asked, and what it replies, as values: the seam between this wing and its users.
//
// Knows: jobs by their address, outcomes. Must not know: anything else of the wing, nor who asks.
// The four parts of a JobAddress are all that ever comes in from outside; the request is built from
// nothing else.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace jobtree::cloud {

/// How a rate limit stands.
struct RateLimitFigures {
  double per_second = 0;            ///< how fast it fills
  double left = 0;                  ///< queries; below zero by those that wait for their turn
  std::size_t paused_services = 0;  ///< that said it was too much
};

/// Which job is asked for. The catalogue's `is_valid` says which values may be asked at all.
struct JobAddress {
  std::string region;      ///< "cn-north-4"
  std::string service;     ///< "eip": a name of the catalogue
  std::string project_id;  ///< 32 hex digits, or "-" for the key's own project; a domain's id, or
                           ///< "-" for the key's own domain, where the service wants that
  std::string job_id;
};

enum class Outcome {
  succeeded,    ///< the cloud answered with a job
  not_found,    ///< no such job there (404)
  denied,       ///< key, signature or rights refused (400, 401, 403): asking again makes it worse
  refused,      ///< not asked, because more refusals would lock the key
  no_key,       ///< not asked: a temporary key has ended and there is no new one
  throttled,    ///< too many requests (429), or the key's budget is used up
  unreachable,  ///< no answer: DNS, connection, TLS, time-out
  failed,       ///< the cloud's own trouble (5xx)
  malformed,    ///< an answer that is no JSON object or array, or a status we cannot place
  too_large,    ///< more bytes than we take
  unknown_project  ///< "-" was asked and the key's own project cannot be told
};

/// What came back. Texts of the cloud's errors may quote signed headers, so they are for the
/// operator's log alone; `error_code` ("APIGW.0301") is safe to show.
struct JobReply {
  Outcome outcome = Outcome::unreachable;
  int http_status = 0;     ///< as the cloud sent it; 0 when nothing came
  std::string body;        ///< byte for byte; only when succeeded
  std::string request_id;  ///< the cloud's X-Request-Id, "" when none
  std::string error_code;  ///< the cloud's code, restricted to [A-Za-z0-9._-], "" when none
  std::string detail;      ///< one sentence of ours, safe to show to a browser
  std::string log_detail;  ///< what else the operator should see; never leaves the machine
  std::optional<std::chrono::seconds> retry_after;  ///< when the cloud said or implied it
  /// What the operator should know besides, whatever the outcome: a wrong clock, a new key. Each is
  /// said once.
  std::vector<std::string> notices;
};

/// Whether a question would be asked now, and what is left of the key's budget.
struct Health {
  bool has_key = true;               ///< false: a temporary key has ended and there is no new one
  std::chrono::seconds shut_for{0};  ///< until the key's guard lets a question through again
  RateLimitFigures budget{};
};

/// What the gateway needs of a cloud; tests put a fake in its place. Thread-safe.
class JobSource {
 public:
  virtual ~JobSource() = default;
  virtual JobReply job(const JobAddress& address) = 0;
  /// Asks the cloud nothing and signs nothing. It may look for a key as a question would, so that
  /// a server to which nobody is sent for want of a key gets one.
  virtual Health health() { return {}; }
};

}  // namespace jobtree::cloud

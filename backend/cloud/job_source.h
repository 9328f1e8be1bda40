// A job's address and what the cloud says of it, as values: the seam between this wing and its
// users.
//
// Knows: jobs by their address, outcomes. Must not know: anything else of the wing, nor who asks.
// The four parts of a JobAddress are all that ever comes in from outside; the request is built from
// nothing else.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace jobtree::cloud {

/// How a rate limit stands.
struct RateLimitFigures {
  double per_second = 0;            ///< how fast it fills
  double left = 0;                  ///< queries; below zero by those that wait for their turn
  std::size_t paused_services = 0;  ///< that said it was too much
  std::size_t replicas = 1;         ///< that share it, this one too; 0: not known yet
};

/// Which job. The catalogue makes it of a request's path (address_of), or says whether one may be
/// queried (is_valid).
class JobAddress {
 public:
  /// Of no job.
  JobAddress() = default;
  JobAddress(std::string region, std::string service, std::string project_id, std::string job_id)
      : region_(std::move(region)),
        service_(std::move(service)),
        project_id_(std::move(project_id)),
        job_id_(std::move(job_id)),
        key_(region_ + '/' + service_ + '/' + project_id_ + '/' + job_id_) {}

  /// "cn-north-4"
  const std::string& region() const { return region_; }
  /// "eip": a name of the catalogue
  const std::string& service() const { return service_; }
  /// 32 hex digits, or "-" for the key's own project; a domain's id, or "-" for the key's own
  /// domain, where the service wants that
  const std::string& project_id() const { return project_id_; }
  /// The job's id; before it, with "/" between, those of what it belongs to: "INSTANCE/TASK". How
  /// many there are is the service's.
  const std::string& job_id() const { return job_id_; }
  /// The one text by which caches and limiters know the job: its parts with "/" between them, which
  /// a judged address has in none of the first three.
  const std::string& key() const { return key_; }

  bool operator==(const JobAddress&) const = default;

 private:
  std::string region_, service_, project_id_, job_id_, key_;
};

/// Whose id stands in a service's path, and in the header that goes with it.
enum class Owner { project, domain };

enum class Outcome {
  succeeded,        ///< the cloud answered with a job
  not_found,        ///< no such job there (404)
  denied,           ///< refused (400, 401, 403, or 200 with an error in the place of a job): trying
                    ///< again makes it worse
  refused,          ///< not sent, because more refusals would lock the key
  no_key,           ///< not sent: there is no key yet, or a temporary one has ended
  throttled,        ///< too many requests (429), or the key's own budget is used up
  unreachable,      ///< no response: DNS, connection, TLS, time-out
  untrusted,        ///< the certificate there is not to be trusted: another try does not mend it
  failed,           ///< the cloud's own trouble (5xx)
  malformed,        ///< a body that is no JSON object or array, or a status we cannot place
  too_large,        ///< more bytes than we take
  unknown_project,  ///< the address has "-" and the key's own project cannot be told
  /// Not sent yet, or not again yet: a rate limit, another query or a pause between tries comes
  /// first. Call again at `not_before`; the query still counts as under way, and nothing else of
  /// the reply means anything.
  deferred
};

/// What came back. Texts of the cloud's errors may quote signed headers, so `log_detail` is for the
/// operator's log alone; `error_code` ("APIGW.0301") and `message` are safe to show.
struct JobReply {
  Outcome outcome = Outcome::unreachable;
  int http_status = 0;     ///< as the cloud sent it; 0 when nothing came
  std::string body;        ///< byte for byte; only when succeeded
  std::string request_id;  ///< the cloud's X-Request-Id, "" when none
  std::string error_code;  ///< the cloud's code, restricted to [A-Za-z0-9._-], "" when none
  /// One that the error's details name, as the cause; restricted alike, "" when none.
  std::string inner_error_code;
  Bilingual detail;  ///< one sentence of ours, safe to show to a browser
  /// The cloud's own sentence, for a program that would have read it there: cut, without what the
  /// key's owner keeps to himself, "" where it may quote what was sent.
  std::string message;
  std::string log_detail;  ///< what else the operator should see; never leaves the machine
  std::optional<std::chrono::seconds> retry_after;     ///< when the cloud said or implied it
  std::chrono::steady_clock::time_point not_before{};  ///< only when deferred
  /// What the operator should know besides, whatever the outcome: a wrong clock, a new key. Each is
  /// said once.
  std::vector<Bilingual> notices;
};

/// Whether a query would be sent now, and what is left of the key's budget.
struct Health {
  /// Why there is no key, in a sentence that is safe to show; nothing when there is one. Of kind
  /// unavailable it may come by itself, and is looked for; of kind usage the operator has to give
  /// one.
  std::optional<Failure> no_key{};
  std::chrono::seconds shut_for{0};  ///< until the key's circuit breaker lets a query through again
  RateLimitFigures budget{};
};

/// Whether there is memory for a body of so many bytes: asked when its length is told, and again
/// each time it has grown past that. Empty: there always is. Called on the thread of the query.
using HasRoom = std::function<bool(std::size_t bytes)>;

/// What users need of a cloud; tests put a fake in its place. Thread-safe.
class JobSource {
 public:
  virtual ~JobSource() = default;
  /// Queries the job. Blocks for the network and for nothing else: where it would have to wait it
  /// returns `deferred`, and whoever called it calls again then.
  /// A body for which there is no room is too large.
  virtual JobReply job(const JobAddress& address, const HasRoom& has_room) = 0;
  /// The id of the key's own project in a region of the catalogue, or of its account: the body of a
  /// reply that succeeded. Blocks and defers as job() does. A source of nothing but jobs has none.
  virtual JobReply own_id(Owner /*owner*/, std::string_view /*region*/) {
    JobReply reply;
    reply.outcome = Outcome::unknown_project;
    return reply;
  }
  /// The same where it is known by now, else "". Never blocks and sends nothing.
  virtual std::string known_own_id(Owner /*owner*/, std::string_view /*region*/) { return ""; }
  /// Never blocks, sends nothing and signs nothing.
  virtual Health health() { return {}; }
  /// How many queries a second this service takes, as far as that is known by now; else what the
  /// key's budget allows. Never blocks.
  virtual double rate_of(std::string_view /*service*/) { return health().budget.per_second; }
  /// For the end of the program: from now on nothing is sent, and what is under way ends within a
  /// second as unreachable.
  virtual void stop() {}
};

}  // namespace jobtree::cloud

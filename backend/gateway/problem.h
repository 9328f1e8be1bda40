// What goes wrong, as browsers are told: RFC 9457 problem documents.
//
// Nothing of a request and nothing of the cloud's texts is quoted in them: only our own sentences,
// the cloud's error code and the request id by which the log knows the rest.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "cloud/job_source.h"
#include "gateway/http_server.h"

namespace jobtree::gateway {

/// One sort of trouble. `detail` is the sentence shown when there is none of closer fit.
struct Trouble {
  int status;
  std::string_view code;
  std::string_view title;
  std::string_view detail;
};

/// All of them, under the codes that are part of the public contract.
namespace trouble {

// The request
inline constexpr Trouble kBadRequest{400, "jobtree.bad_request", "Bad request",
                                     "The request is not strict HTTP/1.1, or wants what is not "
                                     "served here: a range, a body where none belongs."};
inline constexpr Trouble kBadProject{400, "jobtree.bad_project_id", "Bad project id",
                                     "The id of the project, or of the domain for a global "
                                     "service, is not 32 lower-case hex digits or \"-\"."};
inline constexpr Trouble kBadJob{400, "jobtree.bad_job_id", "Bad job id",
                                 "The job id is not 1 to 64 letters, digits, \"_\" and \"-\"."};
inline constexpr Trouble kBadOrder{400, "jobtree.bad_order", "Bad order",
                                   "The body is not a JSON object with the whole numbers \"count\" "
                                   "and \"failing\"."};
inline constexpr Trouble kNoToken{401, "jobtree.token_required", "A token is needed",
                                  "Send one of this server's tokens: Authorization: Bearer TOKEN."};
inline constexpr Trouble kBadToken{401, "jobtree.bad_token", "Unknown token",
                                   "This token is none of this server's, or no longer."};
inline constexpr Trouble kCrossSite{403, "jobtree.cross_site", "Refused to another site",
                                    "Only pages of this server, and of those its operator named "
                                    "with --allow-origin, may ask here."};
inline constexpr Trouble kNotFound{404, "jobtree.not_found", "Not found",
                                   "There is nothing under this address."};
inline constexpr Trouble kNoRegion{404, "jobtree.unknown_region", "Unknown region",
                                   "There is no region of this name; /api/config lists all."};
inline constexpr Trouble kNoService{404, "jobtree.unknown_service", "Unknown service",
                                    "There is no service of this name; /api/config lists all."};
inline constexpr Trouble kNoPath{404, "jobtree.unknown_path", "Unknown path",
                                 "The service has no job under this path; /api/config lists the "
                                 "paths of all services."};
inline constexpr Trouble kWrongMethod{405, "jobtree.wrong_method", "Method not allowed",
                                      "This address does not take this method; see Allow."};
inline constexpr Trouble kNoLength{411, "jobtree.length_required", "Length required",
                                   "A body needs a Content-Length."};
inline constexpr Trouble kBodyTooLarge{413, "jobtree.body_too_large", "Body too large",
                                       "The body is larger than 64 KiB."};
inline constexpr Trouble kTargetTooLong{414, "jobtree.target_too_long", "Address too long",
                                        "The address is longer than 1 KiB."};
inline constexpr Trouble kWrongType{415, "jobtree.wrong_type", "Wrong media type",
                                    "A body is plain application/json, not compressed."};
inline constexpr Trouble kWrongHost{421, "jobtree.wrong_host", "Wrong host",
                                    "This server does not go by the name in the Host header. The "
                                    "operator can add names with --allow-host."};
inline constexpr Trouble kHeadTooLarge{431, "jobtree.head_too_large", "Headers too large",
                                       "There are more than 64 headers, 8 KiB in one or 16 KiB in "
                                       "all; large cookies of other programs, perhaps."};

// This server
inline constexpr Trouble kInternal{500, "jobtree.internal", "Internal error",
                                   "Something went wrong in this server."};
inline constexpr Trouble kBusy{503, "jobtree.busy", "Busy",
                               "Too many questions to the cloud are open; ask again soon."};
inline constexpr Trouble kCrowded{503, "jobtree.too_many_connections", "Too many connections",
                                  "This server has no room for another connection, or for another "
                                  "from this address; close some, or try again later."};

// The cloud. Its own error code stands in the place of these when it sent one.
inline constexpr Trouble kUnknownProject{400, "jobtree.unknown_project", "Unknown project", ""};
inline constexpr Trouble kDenied{403, "jobtree.denied", "Refused by the cloud", ""};
inline constexpr Trouble kKeyPaused{403, "jobtree.key_paused", "Not asked, to protect the key", ""};
inline constexpr Trouble kNoKey{503, "jobtree.no_key", "No key", ""};
inline constexpr Trouble kNoJob{404, "jobtree.job_not_found", "No such job", ""};
/// With tokens in use, for what is not there and for what this token may not see alike.
inline constexpr Trouble kNoJobToSee{404, "jobtree.job_not_found", "No such job",
                                     "There is no such job, or none that this token may see."};
inline constexpr Trouble kTooManyUnknown{429, "jobtree.too_many_unknown", "Too many unknown jobs",
                                         "Too many jobs that do not exist were asked for; jobs "
                                         "that were there lately can be asked for meanwhile."};
inline constexpr Trouble kThrottled{429, "jobtree.throttled", "Too many requests", ""};
inline constexpr Trouble kFailed{502, "jobtree.cloud_failed", "The cloud failed", ""};
inline constexpr Trouble kMalformed{502, "jobtree.malformed", "Malformed answer", ""};
inline constexpr Trouble kTooLarge{502, "jobtree.too_large", "JobReply too large", ""};
inline constexpr Trouble kUnreachable{504, "jobtree.unreachable", "The cloud is unreachable", ""};

}  // namespace trouble

struct Problem {
  int status = 500;
  std::string code;
  std::string title;
  std::string detail;
  std::string request_id;  ///< the cloud's, else one of ours
  std::optional<std::chrono::seconds> retry_after{};
};

/// Whether a request id is one of ours, which begin with "jt-", and not the cloud's.
bool is_own_request_id(std::string_view id);

/// With a fresh request id. `detail` takes the place of the trouble's own when it is not empty.
Problem problem_of(const Trouble& trouble, std::string_view detail = {});

/// The trouble the HTTP server itself met, from the status it would have sent.
Problem problem_of_status(int status);

/// For every outcome but `succeeded`. A refusal keeps the cloud's 400, 401 or 403, so that the page
/// knows to stop asking.
Problem problem_of(const cloud::JobReply& answer);

/// application/problem+json, with X-Request-Id and, when it is known, Retry-After.
Response response_of(const Problem& problem);

}  // namespace jobtree::gateway

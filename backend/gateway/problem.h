// What goes wrong, as browsers are told: RFC 9457 problem documents.
//
// Knows: every sort of problem, its status, its code and our own sentences. Must not know: routes,
// tokens, the log. Nothing of a request and nothing of the cloud's texts is quoted: only the
// cloud's error code, and the request id by which the log knows the rest.
#pragma once

#include <httplib.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "cloud/job_source.h"
#include "gateway/jobs/job_handler.h"

namespace jobtree::gateway {

/// One sort of problem. `detail` is the sentence shown when there is none of closer fit.
struct ProblemType {
  int status;
  std::string_view code;
  std::string_view title;
  std::string_view detail;
};

/// All of them, under the codes that are part of the public contract.
namespace problems {

// The request
inline constexpr ProblemType kBadRequest{
    400, "jobtree.bad_request", "Bad request",
    "The request is not strict HTTP/1.1, or has a body where none "
    "belongs."};
inline constexpr ProblemType kBadProject{400, "jobtree.bad_project_id", "Bad project id",
                                         "The id of the project, or of the domain for a global "
                                         "service, is not 32 lower-case hex digits or \"-\"."};
inline constexpr ProblemType kBadJob{400, "jobtree.bad_job_id", "Bad job id",
                                     "The job id is not 1 to 64 letters, digits, \"_\" and \"-\"."};
inline constexpr ProblemType kBadOrder{
    400, "jobtree.bad_order", "Bad order",
    "The body is not a JSON object with the whole numbers \"count\" "
    "and \"failing\"."};
inline constexpr ProblemType kNoToken{
    401, "jobtree.token_required", "A token is needed",
    "Send one of this server's tokens: Authorization: Bearer TOKEN."};
inline constexpr ProblemType kBadToken{401, "jobtree.bad_token", "Unknown token",
                                       "This token is none of this server's, or no longer."};
inline constexpr ProblemType kCrossSite{
    403, "jobtree.cross_site", "Refused to another site",
    "Only pages of this server, and of those its operator named "
    "with --allow-origin, may ask here."};
inline constexpr ProblemType kNotFound{404, "jobtree.not_found", "Not found",
                                       "There is nothing under this address."};
inline constexpr ProblemType kNoRegion{404, "jobtree.unknown_region", "Unknown region",
                                       "There is no region of this name; /api/config lists all."};
inline constexpr ProblemType kNoService{404, "jobtree.unknown_service", "Unknown service",
                                        "There is no service of this name; /api/config lists all."};
inline constexpr ProblemType kNoPath{
    404, "jobtree.unknown_path", "Unknown path",
    "The service has no job under this path; /api/config lists the "
    "paths of all services."};
inline constexpr ProblemType kWrongMethod{405, "jobtree.wrong_method", "Method not allowed",
                                          "This address does not take this method; see Allow."};
inline constexpr ProblemType kNoLength{411, "jobtree.length_required", "Length required",
                                       "A body needs a Content-Length."};
inline constexpr ProblemType kBodyTooLarge{413, "jobtree.body_too_large", "Body too large",
                                           "The body is larger than 64 KiB."};
inline constexpr ProblemType kTargetTooLong{414, "jobtree.target_too_long", "Address too long",
                                            "The address is longer than 7 KiB."};
inline constexpr ProblemType kWrongType{415, "jobtree.wrong_type", "Wrong media type",
                                        "A body is plain application/json, not compressed."};
inline constexpr ProblemType kNoExpectation{417, "jobtree.expectation_failed", "Expectation failed",
                                            "The only expectation understood here is "
                                            "\"100-continue\"."};
inline constexpr ProblemType kWrongHost{
    421, "jobtree.wrong_host", "Wrong host",
    "This server does not go by the name in the Host header. The "
    "operator can add names with --allow-host."};
inline constexpr ProblemType kHeadTooLarge{
    431, "jobtree.head_too_large", "Headers too large",
    "There are more than 64 headers, 8 KiB in one, 16 KiB in "
    "all, or 32 KiB of cookies of other programs."};

// This server
inline constexpr ProblemType kInternal{500, "jobtree.internal", "Internal error",
                                       "Something went wrong in this server."};
inline constexpr ProblemType kBusy{503, "jobtree.busy", "Busy",
                                   "Too many requests to the cloud are under way; ask again soon."};
inline constexpr ProblemType kCrowded{
    503, "jobtree.too_many_connections", "Too many connections",
    "This server has no room for another connection, or for another "
    "from this address; close some, or try again later."};

// The cloud. Its own error code stands in the place of these when it sent one.
inline constexpr ProblemType kUnknownProject{400, "jobtree.unknown_project", "Unknown project", ""};
inline constexpr ProblemType kDenied{403, "jobtree.denied", "Refused by the cloud", ""};
inline constexpr ProblemType kKeyPaused{403, "jobtree.key_paused", "Not asked, to protect the key",
                                        ""};
inline constexpr ProblemType kNoKey{503, "jobtree.no_key", "No key", ""};
inline constexpr ProblemType kNoJob{404, "jobtree.job_not_found", "No such job", ""};
/// With tokens in use, for what is not there and for what this token may not see alike.
inline constexpr ProblemType kNoJobToSee{404, "jobtree.job_not_found", "No such job",
                                         "There is no such job, or none that this token may see."};
inline constexpr ProblemType kTooManyUnknown{429, "jobtree.too_many_unknown",
                                             "Too many unknown jobs",
                                             "Too many jobs that do not exist were asked for; jobs "
                                             "that were there lately can be asked for meanwhile."};
inline constexpr ProblemType kThrottled{429, "jobtree.throttled", "Too many requests", ""};
inline constexpr ProblemType kFailed{502, "jobtree.cloud_failed", "The cloud failed", ""};
inline constexpr ProblemType kMalformed{502, "jobtree.malformed", "Malformed answer", ""};
inline constexpr ProblemType kTooLarge{502, "jobtree.too_large", "Answer too large", ""};
inline constexpr ProblemType kUnreachable{504, "jobtree.unreachable", "The cloud is unreachable",
                                          ""};

}  // namespace problems

struct Problem {
  int status = 500;
  std::string code;
  std::string title;
  std::string detail;
  std::string request_id;  ///< the cloud's, else one of ours
  std::optional<std::chrono::seconds> retry_after{};
};

/// With a fresh request id. `detail` takes the place of the type's own when it is not empty.
Problem problem_of(const ProblemType& type, std::string_view detail = {});

/// The problem the HTTP server itself met, from the status it would have sent.
Problem problem_of_status(int status);

/// For every outcome but `succeeded` and `deferred`. A refusal keeps the cloud's 400, 401 or 403,
/// so that the page knows to stop asking.
Problem problem_of(const cloud::JobReply& reply);

/// Why there is no job to show.
Problem problem_of(const JobProblem& job);

/// application/problem+json, with X-Request-Id and, when it is known, Retry-After.
httplib::Response response_of(const Problem& problem);

}  // namespace jobtree::gateway

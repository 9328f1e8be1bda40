// What goes wrong, as browsers are told: RFC 9457 problem documents.
//
// Knows: every sort of problem, its status, its code and our own sentences. Must not know: routes,
// tokens, the log. Nothing of a request and nothing of the cloud's texts is quoted: only the
// cloud's error code, our own words for it, and the request id by which the log knows the rest.
#pragma once

#include <httplib.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "cloud/job_source.h"
#include "gateway/http_fields.h"
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
inline constexpr ProblemType kBadRequest{400, "jobtree.bad_request", "Bad request",
                                         "Malformed request, or it has an unexpected body."};
inline constexpr ProblemType kBadProject{400, "jobtree.bad_project_id", "Bad project ID",
                                         "The ID of the project, or of the domain for a global "
                                         "service, must be 32 lower-case hex digits or \"-\"."};
inline constexpr ProblemType kBadJob{400, "jobtree.bad_job_id", "Bad job ID",
                                     "A job ID has 1 to 64 letters, digits, \"_\" and \"-\"."};
inline constexpr ProblemType kBadOrder{
    400, "jobtree.bad_order", "Invalid batch",
    "The body must be JSON with the integers \"count\" and \"failing\"."};
inline constexpr ProblemType kBadParameter{
    400, "jobtree.bad_parameter", "Invalid parameter",
    "A parameter of this address, or a member of the body, is not as README has it."};
inline constexpr ProblemType kNoToken{401, "jobtree.token_required", "Access token required",
                                      "Send an access token: Authorization: Bearer TOKEN."};
inline constexpr ProblemType kBadToken{401, "jobtree.bad_token", "Invalid access token",
                                       "Unknown or revoked token."};
inline constexpr ProblemType kCrossSite{403, "jobtree.cross_site", "Cross-origin request refused",
                                        "Add the page's origin with --allow-origin."};
inline constexpr ProblemType kNoRight{
    403, "jobtree.not_permitted", "Not permitted",
    "This token cannot have jobs followed; an administrator can create one with \"jobtree token "
    "NAME --follow\"."};
inline constexpr ProblemType kNoRightToShare{
    403, "jobtree.not_permitted", "Not permitted",
    "This token cannot make share links; an administrator can create one with \"jobtree token NAME "
    "--share\"."};
inline constexpr ProblemType kNotFound{404, "jobtree.not_found", "Not found",
                                       "There is nothing at this address."};
inline constexpr ProblemType kNoRegion{404, "jobtree.unknown_region", "Unknown region",
                                       "See /api/config for all regions."};
inline constexpr ProblemType kNoService{404, "jobtree.unknown_service", "Unknown service",
                                        "See /api/config for all services."};
inline constexpr ProblemType kNoPath{
    404, "jobtree.unknown_path", "Unknown path",
    "The service has no jobs at this path; see /api/config for the paths of all services."};
inline constexpr ProblemType kWrongMethod{405, "jobtree.wrong_method", "Method not allowed",
                                          "See the Allow header for the methods of this address."};
inline constexpr ProblemType kShareEnded{410, "jobtree.share_ended", "Share link ended",
                                         "This share link has expired or was revoked."};
inline constexpr ProblemType kNoLength{411, "jobtree.length_required", "Length required",
                                       "A body needs a Content-Length."};
inline constexpr ProblemType kBodyTooLarge{413, "jobtree.body_too_large", "Body too large",
                                           "The body is larger than 64 KiB."};
inline constexpr ProblemType kTargetTooLong{414, "jobtree.target_too_long", "Address too long",
                                            "The address is longer than 7 KiB."};
inline constexpr ProblemType kWrongType{415, "jobtree.wrong_type", "Wrong media type",
                                        "The body must be uncompressed application/json."};
inline constexpr ProblemType kNoExpectation{417, "jobtree.expectation_failed", "Expectation failed",
                                            "The only supported expectation is \"100-continue\"."};
inline constexpr ProblemType kWrongHost{421, "jobtree.wrong_host", "Host name not allowed",
                                        "The operator can add this host name with --allow-host."};
inline constexpr ProblemType kHeadTooLarge{
    431, "jobtree.head_too_large", "Headers too large",
    "Limits: 64 headers, 8 KiB for one, 16 KiB in total, and 32 KiB of cookies. Large cookies are "
    "a common cause."};

// This server
inline constexpr ProblemType kInternal{500, "jobtree.internal", "Internal error",
                                       "Something went wrong in this server."};
inline constexpr ProblemType kBusy{503, "jobtree.busy", "Busy",
                                   "Too many upstream requests in flight; retry shortly."};
inline constexpr ProblemType kNoMemory{503, "jobtree.memory_unavailable", "Memory unavailable",
                                       "What is remembered cannot be read or written now."};
inline constexpr ProblemType kCrowded{503, "jobtree.too_many_connections", "Too many connections",
                                      "The limit of connections to this server, or from this "
                                      "address, is reached. Close some, or retry later."};

// The cloud. Its own error code stands in the place of these when it sent one.
inline constexpr ProblemType kUnknownProject{400, "jobtree.unknown_project", "Unknown project", ""};
inline constexpr ProblemType kDenied{403, "jobtree.denied", "Refused by Huawei Cloud", ""};
inline constexpr ProblemType kKeyPaused{403, "jobtree.key_paused", "Paused to protect the key", ""};
inline constexpr ProblemType kNoKey{503, "jobtree.no_key", "No key", ""};
inline constexpr ProblemType kNoJob{404, "jobtree.job_not_found", "Job not found", ""};
/// With tokens in use, for what is not there and for what this token may not see alike.
inline constexpr ProblemType kNoJobToSee{404, "jobtree.job_not_found", "Job not found",
                                         "Job not found, or not visible to this token."};
inline constexpr ProblemType kTooManyUnknown{
    429, "jobtree.too_many_unknown", "Too many unknown jobs",
    "Too many lookups of nonexistent jobs. Recently found jobs still work."};
inline constexpr ProblemType kThrottled{429, "jobtree.throttled", "Too many requests", ""};
inline constexpr ProblemType kFailed{502, "jobtree.cloud_failed", "Upstream error", ""};
inline constexpr ProblemType kMalformed{502, "jobtree.malformed", "Malformed response", ""};
inline constexpr ProblemType kTooLarge{502, "jobtree.too_large", "Response too large", ""};
inline constexpr ProblemType kUntrusted{502, "jobtree.untrusted_certificate",
                                        "Untrusted certificate", ""};
inline constexpr ProblemType kUnreachable{504, "jobtree.unreachable", "Huawei Cloud is unreachable",
                                          ""};

}  // namespace problems

struct Problem {
  int status = 500;
  std::string code;
  std::string title;
  std::string detail;
  std::string request_id;  ///< the cloud's, else one of ours
  std::optional<std::chrono::seconds> retry_after{};
  /// What the cloud's code means and what to do; "" where there is no code, or none we know.
  std::string explanation{};
  std::string remedy{};
  /// As the cloud said it, for clients that would have heard it there: an error's status, 0 when
  /// there was none, and its message, "" where it is not to be relayed.
  int cloud_status = 0;
  std::string cloud_message{};
};

/// With a fresh request id. `detail` takes the place of the type's own when it is not empty.
Problem problem_of(const ProblemType& type, std::string_view detail = {});

/// The problem the HTTP server itself met, from the status it would have sent.
Problem problem_of_status(int status);

/// For every outcome but `succeeded` and `deferred`. A refusal keeps the cloud's 400, 401 or 403,
/// so that the page knows to stop asking.
Problem problem_of(const cloud::JobReply& reply);

/// Why there is no job to show; explained in that language.
Problem problem_of(const JobProblem& job, Language language);

/// application/problem+json, with X-Request-Id and, when it is known, Retry-After.
httplib::Response response_of(const Problem& problem);

}  // namespace jobtree::gateway

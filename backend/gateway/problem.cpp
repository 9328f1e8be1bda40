#include "gateway/problem.h"

#include <openssl/rand.h>

#include <array>
#include <nlohmann/json.hpp>

#include "base/hex.h"
#include "explain/explain.h"

namespace jobtree::gateway {
namespace {

using cloud::Outcome;

std::string new_request_id() {
  std::array<unsigned char, 8> bytes{};
  RAND_bytes(bytes.data(), bytes.size());  // on failure: zeros, and the log is harder to search
  return "jt-" + to_hex(bytes);
}

const ProblemType& type_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::not_found:
      return problems::kNoJob;
    case Outcome::denied:
      return problems::kDenied;
    case Outcome::refused:
      return problems::kKeyPaused;
    case Outcome::no_key:
      return problems::kNoKey;
    case Outcome::throttled:
      return problems::kThrottled;
    case Outcome::unreachable:
      return problems::kUnreachable;
    case Outcome::untrusted:
      return problems::kUntrusted;
    case Outcome::failed:
      return problems::kFailed;
    case Outcome::malformed:
      return problems::kMalformed;
    case Outcome::too_large:
      return problems::kTooLarge;
    case Outcome::unknown_project:
      return problems::kUnknownProject;
    case Outcome::succeeded:
    case Outcome::deferred:
      break;
  }
  return problems::kInternal;
}

void explain_problem(Problem& problem, const cloud::JobReply& reply, Language language) {
  const auto found = explain::explain_failure(reply.error_code, reply.inner_error_code);
  // What only a number says is too vague beside a detail of ours.
  if (!found || found->basis != explain::Basis::code) return;
  const bool zh = language == Language::zh;
  problem.explanation = zh ? found->meaning.zh : found->meaning.en;
  problem.remedy = zh ? found->remedy.zh : found->remedy.en;
}

}  // namespace

Problem problem_of(const ProblemType& type, std::string_view detail) {
  return {.status = type.status,
          .code = std::string(type.code),
          .title = std::string(type.title),
          .detail = std::string(detail.empty() ? type.detail : detail),
          .request_id = new_request_id()};
}

Problem problem_of_status(int status) {
  for (const ProblemType* known :
       {&problems::kWrongMethod, &problems::kNoLength, &problems::kBodyTooLarge,
        &problems::kTargetTooLong, &problems::kWrongType, &problems::kNoExpectation,
        &problems::kHeadTooLarge, &problems::kInternal, &problems::kCrowded}) {
    if (known->status == status) return problem_of(*known);
  }
  return problem_of(problems::kBadRequest);
}

Problem problem_of(const cloud::JobReply& reply) {
  Problem problem = problem_of(type_of(reply.outcome), reply.detail.en);
  if (reply.outcome == Outcome::denied && (reply.http_status == 400 || reply.http_status == 401)) {
    problem.status = reply.http_status;
  }
  if (!reply.error_code.empty()) problem.code = reply.error_code;
  if (!reply.request_id.empty()) problem.request_id = reply.request_id;
  problem.retry_after = reply.retry_after;
  if (reply.http_status >= 400) problem.cloud_status = reply.http_status;
  problem.cloud_message = reply.message;
  return problem;
}

Problem problem_of(const JobProblem& job, Language language) {
  Problem problem;
  switch (job.kind) {
    case JobProblem::Kind::cloud:
      problem = problem_of(*job.reply);
      explain_problem(problem, *job.reply, language);
      break;
    case JobProblem::Kind::busy:
      problem = problem_of(problems::kBusy);
      break;
    case JobProblem::Kind::internal:
      problem = problem_of(problems::kInternal);
      break;
  }
  problem.retry_after = job.retry_after;
  return problem;
}

httplib::Response response_of(const Problem& problem) {
  nlohmann::ordered_json body{{"type", "about:blank"},
                              {"status", problem.status},
                              {"code", problem.code},
                              {"title", problem.title},
                              {"detail", problem.detail}};
  if (!problem.explanation.empty()) {
    body["explanation"] = problem.explanation;
    body["remedy"] = problem.remedy;
  }
  body["request_id"] = problem.request_id;
  body["retry_after"] = nullptr;
  httplib::Response response;
  response.status = problem.status;
  response.set_header("X-Request-Id", problem.request_id);
  response.set_header("Cache-Control", "no-store");
  if (problem.retry_after) {
    body["retry_after"] = problem.retry_after->count();
    response.set_header("Retry-After", std::to_string(problem.retry_after->count()));
  }
  response.set_content(body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace),
                       "application/problem+json; charset=utf-8");
  return response;
}

}  // namespace jobtree::gateway

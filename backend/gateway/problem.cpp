#include "gateway/problem.h"

#include <openssl/rand.h>

#include <array>
#include <nlohmann/json.hpp>

namespace jobtree::gateway {
namespace {

using cloud::Outcome;

constexpr std::string_view kOwnIds = "jt-";

std::string new_request_id() {
  std::array<unsigned char, 8> bytes{};
  RAND_bytes(bytes.data(), bytes.size());  // on failure: zeros, and the log is harder to search
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string id(kOwnIds);
  for (const unsigned char byte : bytes) {
    id += kDigits[byte >> 4];
    id += kDigits[byte & 15];
  }
  return id;
}

const Trouble& trouble_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::not_found:
      return trouble::kNoJob;
    case Outcome::denied:
      return trouble::kDenied;
    case Outcome::refused:
      return trouble::kKeyPaused;
    case Outcome::no_key:
      return trouble::kNoKey;
    case Outcome::throttled:
      return trouble::kThrottled;
    case Outcome::unreachable:
      return trouble::kUnreachable;
    case Outcome::failed:
      return trouble::kFailed;
    case Outcome::malformed:
      return trouble::kMalformed;
    case Outcome::too_large:
      return trouble::kTooLarge;
    case Outcome::unknown_project:
      return trouble::kUnknownProject;
    case Outcome::succeeded:
    case Outcome::deferred:
      break;
  }
  return trouble::kInternal;
}

}  // namespace

bool is_own_request_id(std::string_view id) {
  return id.starts_with(kOwnIds);
}

Problem problem_of(const Trouble& trouble, std::string_view detail) {
  return {.status = trouble.status,
          .code = std::string(trouble.code),
          .title = std::string(trouble.title),
          .detail = std::string(detail.empty() ? trouble.detail : detail),
          .request_id = new_request_id()};
}

Problem problem_of_status(int status) {
  for (const Trouble* known : {&trouble::kWrongMethod, &trouble::kNoLength, &trouble::kBodyTooLarge,
                               &trouble::kTargetTooLong, &trouble::kWrongType,
                               &trouble::kHeadTooLarge, &trouble::kInternal, &trouble::kCrowded}) {
    if (known->status == status) return problem_of(*known);
  }
  return problem_of(trouble::kBadRequest);
}

Problem problem_of(const cloud::JobReply& answer) {
  Problem problem = problem_of(trouble_of(answer.outcome), answer.detail);
  if (answer.outcome == Outcome::denied &&
      (answer.http_status == 400 || answer.http_status == 401)) {
    problem.status = answer.http_status;
  }
  if (!answer.error_code.empty()) problem.code = answer.error_code;
  if (!answer.request_id.empty()) problem.request_id = answer.request_id;
  problem.retry_after = answer.retry_after;
  return problem;
}

Response response_of(const Problem& problem) {
  nlohmann::ordered_json body{{"type", "about:blank"},    {"status", problem.status},
                              {"code", problem.code},     {"title", problem.title},
                              {"detail", problem.detail}, {"request_id", problem.request_id},
                              {"retry_after", nullptr}};
  Response response{
      .status = problem.status,
      .content_type = "application/problem+json; charset=utf-8",
      .body = {},
      .headers = {{"X-Request-Id", problem.request_id}, {"Cache-Control", "no-store"}}};
  if (problem.retry_after) {
    body["retry_after"] = problem.retry_after->count();
    response.headers.emplace_back("Retry-After", std::to_string(problem.retry_after->count()));
  }
  response.body = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return response;
}

}  // namespace jobtree::gateway

// What a route answers: a response, and what the log says of it.
//
// Knows: responses. Must not know: routes, sockets, which headers all responses get.
#pragma once

#include <httplib.h>

#include <memory>
#include <optional>
#include <string>

#include "gateway/access/authenticator.h"
#include "gateway/problem.h"

namespace jobtree::gateway {

struct RouteResponse {
  httplib::Response response;
  /// In the place of the response's own body: what many are sent at one time, and nobody has a copy
  /// of.
  std::shared_ptr<const std::string> body{};
  std::string request_id{};  ///< "" where there is none to look for
  bool was_parked = false;   ///< it was made to wait for a change, as it had asked to
  /// What the response words, for who needs other words.
  std::optional<Problem> problem{};
};

inline RouteResponse refusal(const Problem& problem) {
  return {.response = response_of(problem), .request_id = problem.request_id, .problem = problem};
}
inline RouteResponse refusal(const ProblemType& type, std::string_view detail = {}) {
  return refusal(problem_of(type, detail));
}

/// To who is not let in.
inline RouteResponse refusal_of(const Denial& denial) {
  RouteResponse answer = refusal(denial.problem);
  if (!denial.challenge.empty()) answer.response.set_header("WWW-Authenticate", denial.challenge);
  return answer;
}

inline RouteResponse json_response(int status, const std::string& body) {
  RouteResponse answer;
  answer.response.status = status;
  answer.response.set_header("Cache-Control", "private, no-cache");
  answer.response.set_content(body, "application/json; charset=utf-8");
  return answer;
}

}  // namespace jobtree::gateway

#include "gateway/memory/write_right.h"

#include "gateway/access/host_policy.h"

namespace jobtree::gateway {

std::optional<RouteResponse> refused_writer(const RoutedRequest& request, const RefusedWrite& words,
                                            RequestLog& log) {
  const bool may =
      request.token ? (*request.token).*words.right : is_loopback(request.facts.viewer);
  if (may) return std::nullopt;
  RouteResponse refused =
      refusal(problems::kNoRight, request.token ? words.to_token : words.to_visitor);
  Decision decision;
  decision.request_id = refused.request_id;
  decision.viewer = request.facts.viewer;
  decision.token = request.token ? request.token->name : "";
  decision.outcome = "not_permitted";
  log.audit(decision);
  return refused;
}

}  // namespace jobtree::gateway

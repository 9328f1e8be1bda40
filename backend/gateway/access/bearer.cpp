#include "gateway/access/bearer.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"

namespace jobtree::gateway {

std::optional<std::string_view> bearer_of(std::string_view authorization) {
  constexpr std::string_view kScheme = "bearer ";
  if (!equals_ignoring_case(authorization.substr(0, kScheme.size()), kScheme)) return std::nullopt;
  authorization.remove_prefix(kScheme.size());
  authorization.remove_prefix(std::min(authorization.find_first_not_of(' '), authorization.size()));
  return authorization;
}

Presented presented_by(const net::Exchange& exchange, bool is_sdk) {
  Presented presented;
  presented.by_sdk = is_sdk;
  if (is_sdk) {
    std::string token = exchange.head.header("X-Security-Token");
    if (!token.empty()) presented.token = std::move(token);
  } else if (const auto bearer = bearer_of(exchange.header("Authorization"))) {
    presented.token = std::string(*bearer);
  }
  return presented;
}

}  // namespace jobtree::gateway

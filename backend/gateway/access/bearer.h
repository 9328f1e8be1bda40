// The token in a request's headers.
//
// Knows: RFC 6750 section 2.1, and where an official SDK puts its token. Must not know: which
// tokens are good.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "net/http_server.h"

namespace jobtree::gateway {

/// What follows "Bearer" in an Authorization header; nothing when it is another scheme or no header
/// at all.
std::optional<std::string_view> bearer_of(std::string_view authorization);

/// What a request brings to be let in.
struct Presented {
  std::optional<std::string> token{};
  bool by_sdk = false;  ///< it would have come in X-Security-Token
};

/// Of a page or a script in Authorization; of an SDK, whose signature stands there, in
/// X-Security-Token.
Presented presented_by(const net::Exchange& exchange, bool is_sdk);

}  // namespace jobtree::gateway

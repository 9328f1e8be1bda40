// The token in a request's Authorization header.
//
// Knows: RFC 6750 section 2.1. Must not know: which tokens are good.
#pragma once

#include <optional>
#include <string_view>

namespace jobtree::gateway {

/// What follows "Bearer" in an Authorization header; nothing when it is another scheme or no header
/// at all.
std::optional<std::string_view> bearer_of(std::string_view authorization);

}  // namespace jobtree::gateway

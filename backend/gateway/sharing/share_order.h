// What a body of POST /api/shares orders: what is to be shown, under which label, for how long.
//
// Knows: the members of the JSON, and their bounds. Must not know: HTTP, which jobs there can be,
// who shares.
#pragma once

#include <chrono>
#include <string_view>
#include <variant>

#include "gateway/memory/board_query.h"
#include "store/shares/shares.h"

namespace jobtree::gateway {

inline constexpr std::chrono::seconds kShareLasts = std::chrono::days(7);
inline constexpr std::chrono::seconds kShortestShare = std::chrono::minutes(1);
inline constexpr std::chrono::seconds kLongestShare = std::chrono::days(366);

/// Without a token, and nobody's yet. The address of a job is as it was written, and not judged.
std::variant<store::NewShare, WrongParameter> share_order_of(std::string_view body);

}  // namespace jobtree::gateway

// What a body of POST /api/failures orders: which failure is to be muted, until when, or no more.
//
// Knows: the members of the JSON, and their bounds. Must not know: HTTP, which failures there are.
#pragma once

#include <string_view>
#include <variant>

#include "gateway/memory/board_query.h"
#include "store/failures.h"

namespace jobtree::gateway {

/// `now`: when it is ordered. Whose order it is stands nowhere in it.
std::variant<store::Muting, WrongParameter> mute_order_of(std::string_view body, store::Time now);

}  // namespace jobtree::gateway

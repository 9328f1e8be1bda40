// What a body of POST /api/jobs orders: a job, and what is to be remembered of it.
//
// Knows: the members of the JSON, and their bounds. Must not know: HTTP, which jobs there can be.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <variant>

#include "gateway/memory/board_query.h"
#include "store/archive.h"

namespace jobtree::gateway {

/// The address is as it was written, and not judged yet.
std::variant<store::Marking, WrongParameter> follow_order_of(std::string_view body);

/// A member of an order that is there and not null.
const nlohmann::json* member(const nlohmann::json& order, std::string_view name);

}  // namespace jobtree::gateway

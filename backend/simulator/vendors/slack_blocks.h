// The blocks of a Slack message.
//
// Knows: the shapes of the blocks that messages are made of, their bounds, and in which texts
// markup counts. Must not know: the message around them.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "simulator/vendors/parts/shown.h"

namespace jobtree::simulator::slack {

/// Adds what people see of `blocks`; the vendor's word for what is wrong, or "".
std::string_view read_blocks(const nlohmann::json& blocks, Shown& shown);

}  // namespace jobtree::simulator::slack

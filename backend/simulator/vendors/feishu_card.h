// A card of Feishu: header and elements, as the JSON of version 1 has them.
//
// Knows: the shape of a card, and in which of its texts markup counts. Must not know: the message
// around it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "simulator/vendors/parts/shown.h"

namespace jobtree::simulator::feishu {

/// Adds what people see of `card`; what is wrong with it, or "".
std::string read_card(const nlohmann::json& card, Shown& shown);

}  // namespace jobtree::simulator::feishu

// An explanation as JSON, the same for HTTP and for the command line.
//
// Knows: the names of the members, which are part of the public contract. Must not know: who reads
// it.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

#include "explain/explanation.h"

namespace jobtree::explain {

/// {"code", "known", "meaning": {"en", "zh"}, "remedy": {"en", "zh"}}. `code` is the entry's own;
/// of an explanation without an entry, for which `known` is false, the one that was looked up, or
/// null when that is none.
nlohmann::ordered_json json_of(const Explanation& explanation, std::string_view looked_up);

}  // namespace jobtree::explain

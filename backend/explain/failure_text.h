// The cause of an error, where it stands in a text: other codes, and phrases that name it.
//
// Knows: how codes are written, and a few phrases of the services behind. Must not know: jobs,
// JSON: a code looks the same however often the JSON around it is escaped.
#pragma once

#include <optional>
#include <string_view>

#include "explain/explanation.h"

namespace jobtree::explain {

/// The code in a text that says most: of those with an entry the last one, for what is nested comes
/// last; one that only wraps another when there is no other.
std::optional<Explanation> find_code_in(std::string_view text);

/// By what the text says, as in "NoValidHost" or "Quota exceeded for instances".
std::optional<Explanation> find_cause_in(std::string_view text);

}  // namespace jobtree::explain

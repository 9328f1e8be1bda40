// What an error of Huawei Cloud means and what to do, in English and Chinese.
//
// Knows: which of several sources says most. Must not know: jobs, requests, who reads it. Nothing
// here fetches, blocks or allocates.
#pragma once

#include <optional>
#include <string_view>

#include "explain/explanation.h"

namespace jobtree::explain {

/// Of a code: its own entry, else what its number says. Nothing when neither is known.
std::optional<Explanation> explain_code(std::string_view code);

/// Of a failure: its code, and the text that came with it, either of which may be empty. A code
/// inside the text is better than one that wraps it, and an entry is better than a range.
std::optional<Explanation> explain_failure(std::string_view code, std::string_view text);

}  // namespace jobtree::explain

// Codes that are in no table: their number still says what they are about.
//
// Knows: how services number their codes. Must not know: single codes, texts of errors.
#pragma once

#include <optional>
#include <string_view>

#include "explain/explanation.h"

namespace jobtree::explain {

/// By an HTTP status inside the number ("CCE.01403999": 403), else by its first digits ("VPC.0299":
/// subnets). Nothing for a service whose numbering is not known.
std::optional<Explanation> explain_by_range(std::string_view code);

}  // namespace jobtree::explain

// The address by which people reach a server, as an operator writes it.
//
// Knows: which addresses links can begin with. Must not know: what is linked to, flags.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace jobtree {

/// "https://jobs.example.com/tools", without the slashes at its end; "" stays so. Fails on all that
/// is not http or https with a host and at most a port and a path: a query, a fragment or a user
/// would stand in the middle of each link.
Result<std::string> parse_public_url(std::string_view text);

}  // namespace jobtree

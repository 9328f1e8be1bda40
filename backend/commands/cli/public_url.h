// --public-url: where people reach this server from outside.
//
// Knows: the flag. Must not know: who makes links of it.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "base/result.h"

namespace jobtree::commands {

void add_public_url_flag(CLI::App& command, std::string& url);

/// Without the "/" at its end; "" stays "". Fails on what links cannot begin with: anything but
/// https and http, a user, a query, a fragment.
Result<std::string> public_url_of(const std::string& flag);

}  // namespace jobtree::commands

// The manual pages of the program and its commands, in the language of the user.
//
// Knows: roff (man(7)), the sections of a page. Must not know: which flags there are, where pages
// are put.
#pragma once

#include <string>
#include <string_view>

#include "commands/manual/command_table.h"

namespace jobtree::commands {

/// `date`: "2026-12-01", or "" when it is not known. `command` is `program` itself or one of its.
std::string man_page(const CommandRow& program, const CommandRow& command, std::string_view date);

}  // namespace jobtree::commands

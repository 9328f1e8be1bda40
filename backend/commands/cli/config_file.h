// A file in the place of flags.
//
// Knows: the form of the file, CLI11. Must not know: which flags there are, what they mean.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace jobtree::commands {

/// Gives `command` what the file says ("listen = 127.0.0.1:8080", a line a flag, "#" before
/// comments) for flags that neither the command line nor the environment gave. What stands in a
/// section is for the command of that name, what stands before any for all that have such a flag.
/// Throws CLI::ParseError, as parsing does, on a file that cannot be read and on names that are no
/// flags.
void read_config(CLI::App& command, const std::string& file);

}  // namespace jobtree::commands

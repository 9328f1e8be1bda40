// What a shell offers when Tab is pressed: commands, flags, and the values of flags that are known.
//
// Knows: bash and zsh. Must not know: which commands and flags there are.
#pragma once

#include <string>

#include "commands/manual/command_table.h"

namespace jobtree::commands {

/// A file for share/bash-completion/completions.
std::string bash_completion(const CommandRow& program);
/// A file for a folder of $fpath.
std::string zsh_completion(const CommandRow& program);

}  // namespace jobtree::commands

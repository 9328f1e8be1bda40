// What `backend --version` prints.
//
// Knows: which libraries the program uses. Must not know: what for.
#pragma once

#include <string>
#include <string_view>

namespace jobtree::commands {

/// "jobtree 0.1.0 (commit 0123456789ab)", and a line of the libraries with their versions: of those
/// that tell it, as they are loaded now, of the others, as they were compiled in.
std::string version_text();

/// Which commit the program was built from: its first twelve digits, with "+" when files were
/// changed since; "unknown" outside git. version.cmake writes the source file at build time.
std::string_view commit();

}  // namespace jobtree::commands

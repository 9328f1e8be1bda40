// Files built into the program: what jobtree_embed() of embed.cmake makes a table of.
//
// Knows: names and bytes. Must not know: what the files are, who reads them.
#pragma once

#include <string_view>

namespace jobtree {

struct Embedded {
  std::string_view name;   ///< the file's own name, without folders
  std::string_view bytes;  ///< as the file has them, for as long as the program runs
};

}  // namespace jobtree

// Gives back what a string holds.
//
// Knows: that "= {}", clear() and the assignment of an empty string empty it and keep its memory,
// up to 64 MiB of it. Must not know: whose string it is.
#pragma once

#include <string>

namespace jobtree {

inline void free_memory(std::string& text) {
  std::string().swap(text);
}

}  // namespace jobtree

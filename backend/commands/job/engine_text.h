// The engine's words as strings of the standard library.
//
// Knows: the engine's text and its languages. Must not know: who prints it.
#pragma once

#include <string>
#include <string_view>

#include "base/array.h"

namespace jobtree::commands {

/// What one of the engine's put_… functions puts, by itself.
template <class Put, class... Given>
std::string text_of(Put put, const Given&... given) {
  engine::String out;
  put(out, given...);
  return std::string(std::string_view(out));
}

}  // namespace jobtree::commands

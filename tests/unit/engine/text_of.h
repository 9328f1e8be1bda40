// The engine's words as strings that a test can compare and print.
#pragma once

#include <string>
#include <string_view>

#include "base/array.h"

namespace jobtree::engine {

/// What one of the put_… functions puts, by itself.
template <class Put, class... Given>
std::string text_of(Put put, const Given&... given) {
  String out;
  put(out, given...);
  return std::string(std::string_view(out));
}

}  // namespace jobtree::engine

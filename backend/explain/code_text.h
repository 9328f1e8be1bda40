// How error codes are written.
//
// Knows: characters and lengths. Must not know: which codes there are.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "base/ascii.h"

namespace jobtree::explain {

inline constexpr std::size_t kLeastCode = 6;
inline constexpr std::size_t kMostCode = 64;

constexpr bool is_of_code(char c) {
  return is_alnum(c) || c == '.' || c == '_' || c == '-';
}

/// Whether it may be a code: what is safe to repeat anywhere.
constexpr bool is_code(std::string_view text) {
  return text.size() >= kLeastCode && text.size() <= kMostCode &&
         std::ranges::all_of(text, is_of_code);
}

}  // namespace jobtree::explain

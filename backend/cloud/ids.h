// Which ids the cloud gives out, judged on their raw bytes.
//
// Knows: the form of ids. Must not know: what they name.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "base/ascii.h"
#include "base/hex.h"

namespace jobtree::cloud {

/// 32 lower-case hex digits; a domain's id has the same form.
constexpr bool is_project_id(std::string_view text) {
  return text.size() == 32 && std::ranges::all_of(text, is_lower_hex);
}

/// 1 to 64 letters, digits, "_" and "-".
constexpr bool is_job_id(std::string_view text) {
  constexpr std::size_t kLongest = 64;
  constexpr auto kMayHave = [](char c) { return is_alnum(c) || c == '_' || c == '-'; };
  return !text.empty() && text.size() <= kLongest && std::ranges::all_of(text, kMayHave);
}

}  // namespace jobtree::cloud

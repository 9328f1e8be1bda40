// Which ids the cloud gives out, judged on their raw bytes; those of one job as one text.
//
// Knows: the form of ids. Must not know: what they name.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

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

/// What users call a thing, or a URN of it: 1 to 255 letters, digits, "_", "-", "." and ":", but
/// nothing that a path could take for one of its dot segments.
constexpr bool is_name_id(std::string_view text) {
  constexpr std::size_t kLongest = 255;
  constexpr auto kMayHave = [](char c) {
    return is_alnum(c) || c == '_' || c == '-' || c == '.' || c == ':';
  };
  return !text.empty() && text.size() <= kLongest && text.front() != '.' &&
         text.find("..") == std::string_view::npos && std::ranges::all_of(text, kMayHave);
}

/// The ids that name a job together stand in one text with "/" between them, "INSTANCE/TASK": none
/// of them has one. The last is the job's own.
std::vector<std::string_view> split_ids(std::string_view ids);
std::string join_ids(const std::vector<std::string_view>& ids);

/// Whether `id` is one of them. Services write an id in upper case here and in lower case there,
/// with "-" or without.
bool is_one_of_ids(std::string_view ids, std::string_view id);

}  // namespace jobtree::cloud

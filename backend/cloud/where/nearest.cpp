#include "cloud/where/nearest.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/ascii.h"

namespace jobtree::cloud {
namespace {

/// How far `written` is from what was given, 0 for the same; nothing when it is another word.
std::optional<std::size_t> distance(std::string_view given, std::string_view written) {
  if (written == given) return 0;
  const auto begins = [](std::string_view longer, std::string_view shorter) {
    return longer.size() > shorter.size() && longer.starts_with(shorter) &&
           longer[shorter.size()] == '-';
  };
  if (begins(written, given) || begins(given, written)) return 1;
  const std::size_t most = given.size() < 4 ? 1 : 2;
  const std::size_t letters = letters_between(given, written);
  return letters <= most ? std::optional(letters + 1) : std::nullopt;
}

}  // namespace

std::vector<std::string> nearest(std::string_view given, const std::vector<KnownName>& names) {
  constexpr std::size_t kLongest = 64;  // what is longer means nothing of ours
  constexpr std::size_t kMost = 3;
  if (given.empty() || given.size() > kLongest) return {};
  std::vector<std::pair<std::size_t, std::string_view>> found;
  for (const auto& [written, name] : names) {
    if (const auto far = distance(given, written)) found.emplace_back(*far, name);
  }
  std::ranges::stable_sort(found, {}, [](const auto& it) { return it.first; });
  std::vector<std::string> all;
  for (const auto& [far, name] : found) {
    if (all.size() == kMost) break;
    if (std::ranges::find(all, name) == all.end()) all.emplace_back(name);
  }
  return all;
}

}  // namespace jobtree::cloud

#include "simulator/cloud/request.h"

#include <algorithm>

namespace jobtree::simulator {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::optional<std::string_view> single_header(const Request& request, std::string_view name) {
  std::optional<std::string_view> value;
  for (const auto& [key, text] : request.headers) {
    if (!same_name(key, name)) continue;
    if (value) return std::nullopt;
    value = trimmed(text);
  }
  return value;
}

}  // namespace jobtree::simulator

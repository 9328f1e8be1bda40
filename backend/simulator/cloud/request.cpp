#include "simulator/cloud/request.h"

#include "base/ascii.h"

namespace jobtree::simulator {

std::optional<std::string_view> single_header(const Request& request, std::string_view name) {
  std::optional<std::string_view> value;
  for (const auto& [key, text] : request.headers) {
    if (!equals_ignoring_case(key, name)) continue;
    if (value) return std::nullopt;
    value = trimmed(text, kSpaceTab);
  }
  return value;
}

std::string_view header(const Request& request, std::string_view name) {
  return single_header(request, name).value_or(std::string_view());
}

}  // namespace jobtree::simulator

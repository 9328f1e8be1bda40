#include "gateway/jobs/prefer.h"

#include <algorithm>

#include "base/ascii.h"

namespace jobtree::gateway {

std::chrono::seconds seconds_to_wait(std::string_view prefer) {
  while (!prefer.empty()) {
    // Whoever quotes a comma means none of our preferences: the halves are malformed, and skipped.
    const std::size_t comma = std::min(prefer.find(','), prefer.size());
    std::string_view preference = prefer.substr(0, comma);
    prefer.remove_prefix(std::min(comma + 1, prefer.size()));

    preference = preference.substr(0, preference.find(';'));  // its parameters
    const std::size_t equals = preference.find('=');
    if (equals == std::string_view::npos ||
        !equals_ignoring_case(trimmed(preference.substr(0, equals), kSpaceTab), "wait")) {
      continue;
    }
    std::string_view value = trimmed(preference.substr(equals + 1), kSpaceTab);
    if (value.size() > 2 && value.front() == '"' && value.back() == '"') {
      value = value.substr(1, value.size() - 2);
    }
    if (value.empty() || value.find_first_not_of("0123456789") != std::string_view::npos) continue;
    std::chrono::seconds wait{0};
    for (const char digit : value) {
      wait = std::min(wait * 10 + std::chrono::seconds(digit - '0'), kLongestWait);
    }
    return wait;
  }
  return std::chrono::seconds{0};
}

}  // namespace jobtree::gateway

// Text as it stands in a URL (RFC 3986 section 2.1).
//
// Knows: which characters stand for themselves. Must not know: which part of a URL it is.
#pragma once

#include <string>
#include <string_view>

#include "base/ascii.h"

namespace jobtree {

/// All but the unreserved characters: letters, digits, "-", ".", "_", "~".
inline std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  constexpr std::string_view kUnreserved = "-._~";
  std::string encoded;
  for (const char c : text) {
    if (is_alnum(c) || kUnreserved.find(c) != std::string_view::npos) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += {'%', kDigits[byte >> 4U], kDigits[byte & 15U]};
  }
  return encoded;
}

}  // namespace jobtree

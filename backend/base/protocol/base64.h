// Bytes as base64 (RFC 4648 section 4): with "+", "/" and padding.
//
// Knows: the alphabet. Must not know: what the bytes are.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace jobtree {

/// On one line, whatever its length.
std::string to_base64(std::string_view bytes);

/// Nothing for what to_base64() does not write: blanks, missing padding, bits that are left over.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace jobtree

// Texts from outside, for XML, SVG and HTML.
//
// Pure. Knows: which characters those may have, and how others are written. Must not know: where a
// text came from.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace jobtree::gateway {

/// On one line, of at most so many bytes, with "…" where it was cut: without control characters,
/// what XML 1.0 forbids, and what turns the direction of other text. What is no UTF-8 becomes
/// U+FFFD.
std::string shown_text(std::string_view text, std::size_t most);

/// With "&lt;" and its like for what would be markup, in an element or in an attribute.
std::string escaped(std::string_view text);

}  // namespace jobtree::gateway

// Texts that came from outside, as people may be shown them.
//
// Knows: UTF-8, and which characters do something instead of showing something. Must not know: what
// a text says, or the markup of any channel.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace jobtree::notify {

/// One line of UTF-8, of at most `most` bytes. Bytes that are no UTF-8 become U+FFFD. Controls and
/// line breaks of every kind become a blank, of several blanks one stays, and none at the ends.
/// Marks that turn the direction of what follows (Unicode UAX 9) are left out: with them a text
/// looks other than it reads.
std::string plain_line(std::string_view text, std::size_t most);

/// At most `most` bytes, which is 3 or more: cut between two characters, with "…" behind, or whole.
std::string cut(std::string_view text, std::size_t most);

}  // namespace jobtree::notify

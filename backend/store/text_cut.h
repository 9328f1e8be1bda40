// Texts from outside, cut to what is stored of them.
//
// Pure. Knows: UTF-8. Must not know: what a text is of.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace jobtree::store {

/// At most so many bytes of UTF-8: no half of a character, and "?" for what is none, which not
/// every database takes.
std::string cut(std::string_view text, std::size_t most);

}  // namespace jobtree::store

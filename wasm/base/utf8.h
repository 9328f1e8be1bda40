// UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing past U+10FFFF.
#pragma once

#include <cstddef>
#include <cstdint>

namespace jobtree::engine {

/// How many bytes the character that begins at `text` has; 0 when it is none. Reads nothing past
/// the first byte that does not fit, and a NUL does not: there is one behind the last character.
[[gnu::noinline]] inline std::size_t utf8_length(const char* text) {
  constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};  // else overlong
  const auto first = static_cast<unsigned char>(*text);
  if (first < 0x80U) return 1;
  const std::size_t length = first < 0xC0U ? 0 : first < 0xE0U ? 2 : first < 0xF0U ? 3 : 4;
  std::uint32_t code = first & (0xFFU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const auto tail = static_cast<unsigned char>(text[i]);
    if ((tail & 0xC0U) != 0x80U) return 0;
    code = code << 6U | (tail & 0x3FU);
  }
  const bool is_surrogate = code >= 0xD800U && code < 0xE000U;
  const bool is_one = code >= kLeast[length] && code < 0x110000U && !is_surrogate;
  return is_one ? length : 0;
}

/// Writes a code point that is no surrogate; returns how many bytes it took, at most 4.
inline std::size_t write_utf8(std::uint32_t code, char* out) {
  const std::size_t length = code < 0x80U ? 1 : code < 0x800U ? 2 : code < 0x10000U ? 3 : 4;
  const std::uint32_t mark = length == 1 ? 0 : 0xF00U >> length;
  for (std::size_t i = length - 1; i != 0; --i) {
    out[i] = static_cast<char>(0x80U | (code & 0x3FU));
    code >>= 6U;
  }
  out[0] = static_cast<char>(mark | code);
  return length;
}

}  // namespace jobtree::engine

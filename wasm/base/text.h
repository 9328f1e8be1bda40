// Whether texts are the same or end alike, where a character is, and of which kind: what is asked
// of std::string_view, which in WebAssembly answers it with four functions more, one of which goes
// byte by byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace jobtree::engine {

inline std::uint64_t eight_bytes(const char* from) {
  std::uint64_t word = 0;
  std::memcpy(&word, from, sizeof word);
  return word;
}

inline std::uint32_t four_bytes(const char* from) {
  std::uint32_t word = 0;
  std::memcpy(&word, from, sizeof word);
  return word;
}

/// Eight bytes at a time, of which the last may be looked at twice.
inline bool is_same(std::string_view a, std::string_view b) {
  const std::size_t size = a.size();
  if (size != b.size()) return false;
  const char* x = a.data();
  const char* y = b.data();
  if (size >= 8) {
    const char* const last = x + size - 8;
    for (; x < last; x += 8, y += 8) {
      if (eight_bytes(x) != eight_bytes(y)) return false;
    }
    return eight_bytes(last) == eight_bytes(b.data() + size - 8);
  }
  if (size >= 4) {
    return four_bytes(x) == four_bytes(y) && four_bytes(x + size - 4) == four_bytes(y + size - 4);
  }
  for (std::size_t i = 0; i < size; ++i) {
    if (x[i] != y[i]) return false;
  }
  return true;
}

inline bool begins_with(std::string_view text, std::string_view with) {
  return text.size() >= with.size() && is_same({text.data(), with.size()}, with);
}

inline bool ends_with(std::string_view text, std::string_view with) {
  const std::size_t before = text.size() - with.size();
  return text.size() >= with.size() && is_same({text.data() + before, with.size()}, with);
}

/// What substr() gives, but nothing for a begin that is past the end: substr() would throw, and
/// what that takes the module would have to import.
inline std::string_view part(std::string_view text, std::size_t begin,
                             std::size_t most = std::string_view::npos) {
  if (begin > text.size()) return {};
  const std::size_t rest = text.size() - begin;
  return {text.data() + begin, most < rest ? most : rest};
}

/// Where `c` is, or the size of the text when it is not there.
inline std::size_t place_of(char c, std::string_view text) {
  std::size_t i = 0;
  while (i < text.size() && text[i] != c)
    ++i;
  return i;
}

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Of the letters of ASCII.
constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

}  // namespace jobtree::engine

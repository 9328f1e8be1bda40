// Tables of words in one run of bytes, made when the engine is compiled. With pointers to its words
// a table takes a third more; flat it is read from the front, which is for what is asked once a
// frame or once a name.
//
// Knows: how an entry is laid out: the bytes it was given, then its words, each up to a NUL.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace jobtree::engine {

/// One entry of a table, as long as the table is made.
template <std::size_t kBytes, std::size_t kWords>
struct Entry {
  std::array<std::uint8_t, kBytes> bytes;
  std::array<std::string_view, kWords> words;
};

/// How long `table`, of Entry, is when it is laid flat.
template <class Table>
constexpr std::size_t flat_size(const Table& table) {
  std::size_t size = 0;
  for (const auto& entry : table) {
    size += entry.bytes.size();
    for (const std::string_view word : entry.words)
      size += word.size() + 1;
  }
  return size;
}

/// `table` laid flat; `kSize` is its flat_size().
template <std::size_t kSize, class Table>
constexpr std::array<char, kSize> flat(const Table& table) {
  std::array<char, kSize> out{};
  std::size_t at = 0;
  for (const auto& entry : table) {
    for (const std::uint8_t byte : entry.bytes)
      out[at++] = static_cast<char>(byte);
    for (const std::string_view word : entry.words) {
      for (const char c : word)
        out[at++] = c;
      ++at;
    }
  }
  return out;
}

/// What stands behind a word, or several.
inline const char* behind(const char* word, int words = 1) {
  for (; words != 0; ++word) {
    if (*word == 0) --words;
  }
  return word;
}

/// A word of a table.
inline std::string_view text_of(const char* word) {
  return {word, static_cast<std::size_t>(behind(word) - word) - 1};
}

/// Whether a word of a table is this text, which may hold a NUL itself.
inline bool is_word(const char* word, std::string_view text) {
  for (const char c : text) {
    if (*word == 0 || *word++ != c) return false;
  }
  return *word == 0;
}

}  // namespace jobtree::engine

// Whether bytes are UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing past U+10FFFF.
//
// Apart from the parser because it is twice as fast so: answers are mostly ASCII, which is passed
// over eight bytes at a time, and the parser then copies without looking.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace jobtree::engine {

inline bool is_utf8(std::string_view text) {
  const auto byte = [&](std::size_t i) -> std::uint32_t {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto is_tail = [](std::uint32_t b) { return (b & 0xC0U) == 0x80U; };
  for (std::size_t i = 0; i < text.size();) {
    if (text.size() - i >= 8) {
      std::uint64_t eight = 0;
      std::memcpy(&eight, text.data() + i, 8);
      if ((eight & 0x8080808080808080U) == 0) {
        i += 8;
        continue;
      }
    }
    const std::uint32_t first = byte(i);
    const std::uint32_t second = byte(i + 1);
    if (first < 0x80U) {
      i += 1;
    } else if (first >= 0xC2U && first <= 0xDFU && is_tail(second)) {
      i += 2;
    } else if (first >= 0xE0U && first <= 0xEFU) {
      const std::uint32_t low = first == 0xE0U ? 0xA0U : 0x80U;   // else overlong
      const std::uint32_t high = first == 0xEDU ? 0x9FU : 0xBFU;  // else a surrogate
      if (second < low || second > high || !is_tail(byte(i + 2))) return false;
      i += 3;
    } else if (first >= 0xF0U && first <= 0xF4U) {
      const std::uint32_t low = first == 0xF0U ? 0x90U : 0x80U;   // else overlong
      const std::uint32_t high = first == 0xF4U ? 0x8FU : 0xBFU;  // else past U+10FFFF
      if (second < low || second > high || !is_tail(byte(i + 2)) || !is_tail(byte(i + 3))) {
        return false;
      }
      i += 4;
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace jobtree::engine

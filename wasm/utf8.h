// UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing past U+10FFFF.
#pragma once

#include <cstddef>
#include <cstdint>

namespace jobtree::engine {

/// How many bytes the character that begins at `text` has; 0 when it is none, or is cut off by
/// `end`. Reads nothing past the first byte that does not fit.
[[gnu::noinline]] inline std::size_t utf8_length(const char* text, const char* end) {
  const auto left = end - text;
  const auto byte = [&](int i) -> std::uint32_t {
    return i < left ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto is_tail = [&](int i) { return (byte(i) & 0xC0U) == 0x80U; };
  const std::uint32_t first = byte(0);
  const std::uint32_t second = byte(1);
  if (left <= 0) return 0;
  if (first < 0x80U) return 1;
  if (first < 0xC2U) return 0;
  if (first < 0xE0U) return is_tail(1) ? 2 : 0;
  if (first < 0xF0U) {
    const std::uint32_t low = first == 0xE0U ? 0xA0U : 0x80U;   // else overlong
    const std::uint32_t high = first == 0xEDU ? 0x9FU : 0xBFU;  // else a surrogate
    return second >= low && second <= high && is_tail(2) ? 3 : 0;
  }
  if (first > 0xF4U) return 0;
  const std::uint32_t low = first == 0xF0U ? 0x90U : 0x80U;   // else overlong
  const std::uint32_t high = first == 0xF4U ? 0x8FU : 0xBFU;  // else past U+10FFFF
  return second >= low && second <= high && is_tail(2) && is_tail(3) ? 4 : 0;
}

/// Writes a code point that is no surrogate; returns how many bytes it took, at most 4.
inline std::size_t write_utf8(std::uint32_t code, char* out) {
  const auto tail = [](std::uint32_t bits) { return static_cast<char>(0x80U | (bits & 0x3FU)); };
  if (code < 0x80U) {
    out[0] = static_cast<char>(code);
    return 1;
  }
  if (code < 0x800U) {
    out[0] = static_cast<char>(0xC0U | (code >> 6U));
    out[1] = tail(code);
    return 2;
  }
  if (code < 0x10000U) {
    out[0] = static_cast<char>(0xE0U | (code >> 12U));
    out[1] = tail(code >> 6U);
    out[2] = tail(code);
    return 3;
  }
  out[0] = static_cast<char>(0xF0U | (code >> 18U));
  out[1] = tail(code >> 12U);
  out[2] = tail(code >> 6U);
  out[3] = tail(code);
  return 4;
}

}  // namespace jobtree::engine

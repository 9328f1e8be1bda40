// Whether texts are the same, and hashes for identity and for "did this change": fast, well mixed,
// and the same everywhere. Not for secrets.
#pragma once

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

/// Eight at a time, of which the last may be looked at twice: the C library's comparison goes byte
/// by byte in WebAssembly.
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

// Inlined always: hot code would otherwise call the copy of a file that is built small.
[[gnu::always_inline]] inline std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  std::uint64_t x = a ^ (b + 0x9E3779B97F4A7C15U + (a << 6U) + (a >> 2U));
  x ^= x >> 32U;
  x *= 0xD6E8FEB86659FD93U;
  x ^= x >> 32U;
  return x;
}

[[gnu::noinline]] inline std::uint64_t hash(std::string_view text) {
  std::uint64_t value = text.size();
  while (text.size() >= 8) {
    value = mix(value, eight_bytes(text.data()));
    text.remove_prefix(8);
  }
  std::uint64_t tail = 0;
  if (!text.empty()) std::memcpy(&tail, text.data(), text.size());
  return mix(value, tail);
}

/// The bits of a number; std::bit_cast is not in every standard library we build with.
inline std::uint64_t bits_of(double value) {
  std::uint64_t bits = 0;
  static_assert(sizeof bits == sizeof value);
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

}  // namespace jobtree::engine

// Hashes for identity and for "did this change": fast, well mixed, and the same everywhere. Not for
// secrets.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/text.h"

namespace jobtree::engine {

// Inlined always: hot code would otherwise call the copy of a file that is built small.
[[gnu::always_inline]] inline std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  std::uint64_t x = a ^ (b + 0x9E3779B97F4A7C15U + (a << 6U) + (a >> 2U));
  x ^= x >> 32U;
  x *= 0xD6E8FEB86659FD93U;
  x ^= x >> 32U;
  return x;
}

/// Up to seven bytes, the first one lowest. They are read as two or three runs that may overlap: a
/// copy of a size that is not known would be a call, for most texts one that takes longer than all
/// the rest.
inline std::uint64_t fewer_bytes(std::string_view text) {
  const std::size_t size = text.size();
  const char* const from = text.data();
  if (size >= 4) {
    const std::uint64_t last = four_bytes(from + size - 4);
    return four_bytes(from) | last << (8 * (size - 4));
  }
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < size; ++i)
    bytes |= std::uint64_t{static_cast<unsigned char>(from[i])} << (8 * i);
  return bytes;
}

[[gnu::noinline]] inline std::uint64_t hash(std::string_view text) {
  std::uint64_t value = text.size();
  while (text.size() >= 8) {
    value = mix(value, eight_bytes(text.data()));
    text.remove_prefix(8);
  }
  return mix(value, fewer_bytes(text));
}

/// The bits of a number; std::bit_cast is not in every standard library we build with.
inline std::uint64_t bits_of(double value) {
  std::uint64_t bits = 0;
  static_assert(sizeof bits == sizeof value);
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

}  // namespace jobtree::engine

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

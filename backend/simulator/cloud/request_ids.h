// The id every response carries, in X-Request-Id and in the bodies of errors.
//
// Knows: the seed. Must not know: requests.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "simulator/script/random.h"

namespace jobtree::simulator {

/// 32 hex digits of the seed and a number, so that the same requests in the same order have the
/// same ids. Thread-safe.
class RequestIds {
 public:
  explicit RequestIds(std::uint64_t seed) : seed_(seed) {}

  std::string next() {
    Random random(seed_ ^ (0x9e3779b97f4a7c15 * ++number_));
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string id;
    for (int half = 0; half < 2; ++half) {
      const std::uint64_t value = random.next();
      for (int shift = 60; shift >= 0; shift -= 4) {
        id += kDigits[(value >> shift) & 15];
      }
    }
    return id;
  }

 private:
  const std::uint64_t seed_;
  std::atomic<std::uint64_t> number_ = 0;
};

}  // namespace jobtree::simulator

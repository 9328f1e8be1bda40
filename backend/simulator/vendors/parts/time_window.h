// Whether a signature is of now.
//
// Knows: how a timestamp is written. Must not know: what time it is, what is signed.
#pragma once

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <string_view>

#include "base/ascii.h"
#include "simulator/script/time.h"

namespace jobtree::simulator {

/// True when `digits`, so many `Unit`s since 1970 and nothing else, is `now` or at most `reach`
/// before or after it.
template <class Unit>
bool is_near(std::string_view digits, WallTime now, Milliseconds reach) {
  constexpr std::size_t kMaxDigits = 14;  // of milliseconds, thousands of years
  if (digits.empty() || digits.size() > kMaxDigits || !std::ranges::all_of(digits, is_digit)) {
    return false;
  }
  std::int64_t count = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), count);
  return std::chrono::abs(now - WallTime(Unit(count))) <= reach;
}

}  // namespace jobtree::simulator

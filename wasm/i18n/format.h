// Numbers, durations and sentences with places, in English and Chinese.
//
// Knows: how each language writes them. Must not know: what a sentence says. Dates and clock times
// are not here: the browser's Intl knows every calendar and zone, so the engine hands it numbers.
#pragma once

#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "base/array.h"
#include "base/min_max.h"

namespace jobtree::engine {

enum class Language : std::uint8_t { en, zh };

/// Chinese for every tag that begins with "zh", else English.
Language language_of(std::string_view bcp47_tag);

/// A text in both languages.
struct Pair {
  const char* en = "";
  const char* zh = "";
  std::string_view in(Language language) const { return language == Language::zh ? zh : en; }
};

/// What a sentence has a place for: a text, a figure, a number with at least so many digits, or how
/// long something takes in seconds.
struct Given {
  Given(std::string_view text) : text(text) {}  // NOLINT(google-explicit-constructor)
  Given(std::uint64_t number, int width = 0) : number(number), width(width) {}  // NOLINT
  static Given seconds(double seconds) {
    return {static_cast<std::uint64_t>(std::ceil(greater(seconds, 0.0))), kSeconds};
  }
  std::string_view text;
  std::uint64_t number = 0;
  int width = kText;
  static constexpr int kText = -1;
  static constexpr int kSeconds = -2;
};

// What is put somewhere is put behind what is there.

/// Puts what is given where the sentence has {0}, {1} and so on; true when it has the last of them.
bool fill_places(String& out, std::string_view sentence, Language language,
                 std::initializer_list<Given> all);
void fill(String& out, const Pair& sentence, Language language, std::initializer_list<Given> all);

/// A number, with zeros before it up to `width` digits (at most 20).
void put_digits(String& out, std::uint64_t value, int width = 1);

/// A number with separators: "10,000".
void put_figure(String& out, std::uint32_t value);

/// "0.8s" below ten seconds, then "34s", "2m 34s", "3h 05m", "2d 4h". Milliseconds; negative counts
/// as nothing. With `whole_seconds` no tenths, for a clock that is still running.
void put_duration(String& out, std::int64_t milliseconds, Language language, bool whole_seconds);

}  // namespace jobtree::engine

// Everything the engine says, in English and Chinese.
//
// Knows: wording. Must not know: when a sentence is due. Dates and clock times are not here: the
// browser's Intl knows every calendar and zone, so the engine hands it numbers.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/array.h"
#include "model/job.h"
#include "wire/abi.h"

namespace jobtree::engine {

enum class Language : std::uint8_t { en, zh };

/// Chinese for every tag that begins with "zh", else English.
Language language_of(std::string_view bcp47_tag);

// What is put somewhere is put behind what is there.

/// A number, with zeros before it up to `width` digits (at most 20).
void put_digits(String& out, std::uint64_t value, int width = 1);

/// A number with separators: "10,000".
void put_figure(String& out, std::uint32_t value);

/// "running", "运行中"
std::string_view status_word(Status status, Language language);

/// ", " or "，"
std::string_view comma(Language language);

/// "0.8s" below ten seconds, then "34s", "2m 34s", "3h 05m", "2d 4h". Milliseconds; negative counts
/// as nothing. With `whole_seconds` no tenths, for a clock that is still running.
void put_duration(String& out, std::int64_t milliseconds, Language language, bool whole_seconds);

/// "3 failed"
void put_counted(String& out, std::uint32_t count, Status status, Language language);

/// "12 of 20 done"
void put_done(String& out, std::uint32_t done, std::uint32_t total, Language language);

/// Name of a list's made-up root: "3 jobs in one answer".
void put_list_name(String& out, std::uint32_t count, Language language);

/// How much a filter leaves: "5 of 27 jobs match".
void put_matches(String& out, std::uint32_t matches, std::uint32_t total, Language language);

/// "likely root failure", and why a row is there that does not match: "holds matches".
std::string_view cause_words(Language language);
std::string_view way_words(Language language);

/// What the watch's sentence is made of. Times in whole seconds; negative when not known.
struct WatchFacts {
  abi::State state = abi::State::loading;
  std::string_view code;         ///< the problem's code, "APIGW.0301", may be empty
  std::int32_t http_status = 0;  ///< of the last answer, 0 when none came
  double age = -1;               ///< since what is shown was confirmed
  double next = -1;              ///< until the next query
  bool has_tree = false;

  bool operator==(const WatchFacts&) const = default;
};

/// How the watch goes, one sentence, and true when it changes by itself with the clock; and what to
/// do about it, one sentence or nothing.
bool put_watch_message(String& out, const WatchFacts& facts, Language language);
std::string_view watch_hint(const WatchFacts& facts, Language language);

}  // namespace jobtree::engine

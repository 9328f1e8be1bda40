// Everything the engine says, in English and Chinese.
//
// Knows: wording. Must not know: when a sentence is due. Dates and clock times are not here: the
// browser's Intl knows every calendar and zone, so the engine hands it numbers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "abi.h"
#include "job.h"

namespace jobtree::engine {

enum class Language : std::uint8_t { en, zh };

/// Chinese for every tag that begins with "zh", else English.
Language language_of(std::string_view bcp47_tag);

/// Appends a number, with zeros before it up to `width` digits (at most 20).
void put_digits(std::string& out, std::uint64_t value, int width = 1);

/// "running", "运行中"
std::string_view status_word(Status status, Language language);

/// "0.8s" below ten seconds, then "34s", "2m 34s", "3h 05m", "2d 4h". Milliseconds; negative counts
/// as nothing. With `whole_seconds` no tenths, for a clock that is still running.
std::string duration(std::int64_t milliseconds, Language language, bool whole_seconds);

/// "3 failed"
std::string counted(std::uint32_t count, Status status, Language language);

/// "12 of 20 done"
std::string done_of(std::uint32_t done, std::uint32_t total, Language language);

/// A figure with separators: "10,000".
std::string figure(std::uint32_t value);

/// What the watch's sentence is made of. Times in seconds; negative when not known.
struct WatchFacts {
  abi::State state = abi::State::loading;
  std::string_view code;         ///< the problem's code, "APIGW.0301", may be empty
  std::int32_t http_status = 0;  ///< of the last answer, 0 when none came
  double age = -1;               ///< since what is shown was confirmed
  double next = -1;              ///< until the next query
  bool has_tree = false;
  bool is_list = false;
};

/// How the watch goes, one sentence; and what to do about it, one sentence or nothing.
std::string watch_message(const WatchFacts& facts, Language language);
std::string_view watch_hint(const WatchFacts& facts, Language language);
/// Whether the first changes by itself with the clock.
bool watch_message_ticks(const WatchFacts& facts);

/// Name of a list's made-up root: "3 jobs in one answer".
std::string list_name(std::uint32_t count, Language language);

/// How much a filter leaves: "5 of 27 jobs match".
std::string matches_of(std::uint32_t matches, std::size_t total, Language language);

/// A row's accessible name: "attachVolume, failed, 2m 3s, 4 of 9 done, Ecs.0319: no capacity,
/// likely root failure".
struct RowWords {
  std::string_view name, status, duration, progress, error;
  bool is_cause = false;
  bool is_on_the_way = false;  ///< shown for a match below
};
std::string row_label(const RowWords& words, Language language);

}  // namespace jobtree::engine

// What the engine says of jobs and lists of them, in English and Chinese.
//
// Knows: wording. Must not know: when something is said; how the watch goes (watch_words.h).
#pragma once

#include <cstdint>
#include <string_view>

#include "base/array.h"
#include "i18n/format.h"
#include "model/job.h"

namespace jobtree::engine {

/// "running", "运行中"
std::string_view status_word(Status status, Language language);

/// ", " or "，"
std::string_view comma(Language language);

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

}  // namespace jobtree::engine

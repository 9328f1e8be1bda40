// Times as texts that programs and people read alike: "2022-12-05T08:10:20".
//
// Knows: the calendar. Must not know: zones, languages.
#pragma once

#include "base/array.h"
#include "model/job.h"

namespace jobtree::engine {

/// Whether it is in the years that have four digits.
bool has_date(Instant instant);

/// Such a time to the second, with `between` between the day and the time of day.
void put_date_time(String& out, Instant instant, char between);

/// What is left of the second.
std::uint32_t milliseconds_of(Instant instant);

}  // namespace jobtree::engine

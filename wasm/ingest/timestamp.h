// Points in time as job answers write them.
#pragma once

#include <string_view>

#include "model/job.h"

namespace jobtree::engine {

/// Reads the formats seen in answers: "2022-12-05T08:10:19.951Z", "2016-01-02 15:04:05" (UTC when
/// no zone is given), "+0800" and "+08:00", " +0000 UTC", any number of fraction digits,
/// "04-Jun-2015 18:11:06:586", and milliseconds or seconds since 1970 as digits. kNoInstant for
/// anything else: the caller then shows the text itself.
Instant parse_instant(std::string_view text);

/// Days since 1970-01-01 of a date in the Gregorian calendar.
int days_since_1970(int year, int month, int day);

}  // namespace jobtree::engine

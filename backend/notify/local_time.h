// Moments and durations in words, as a channel's readers want them.
//
// Knows: offsets from UTC, two languages. Must not know: what time it is, calendars of zones that
// change their offset: no such calendar comes with the compiler on Debian 12.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "i18n/format.h"
#include "store/records.h"

namespace jobtree::notify {

using engine::Language;
using store::Time;

/// How far from UTC.
using Zone = std::chrono::minutes;

/// "+08:00", "-03:30", or "UTC". Nothing for anything else, and beyond 14 hours.
std::optional<Zone> parse_zone(std::string_view text);

/// "2026-11-29 06:28:18 (GMT+08:00)": the zone is always said.
std::string local_text(Time time, Zone zone);

/// "4m 12s", "4 分 12 秒". Negative counts as nothing.
std::string duration_text(std::chrono::microseconds duration, Language language);

}  // namespace jobtree::notify

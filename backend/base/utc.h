// Moments as text, in UTC: printed and parsed in the three forms that protocols use.
//
// Knows: ISO 8601, the vendor's X-Sdk-Date, dates of HTTP. Must not know: locales, time zones, what
// time it is. Years are 0000 to 9999. Parsing takes a moment that exists and nothing else: no
// February 30, no hour 24, nothing before or after it. A second 60 is a leap second and counts as
// the next one.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace jobtree {

using UtcTime = std::chrono::system_clock::time_point;

/// "2026-11-24T12:00:00Z"
std::string iso_time(UtcTime time);
/// "2026-11-24T12:00:00.123Z"
std::string iso_time_with_milliseconds(UtcTime time);
/// With or without a fraction of any length; "Z" or "z" at the end (RFC 3339 section 5.6).
std::optional<UtcTime> parse_iso_time(std::string_view text);

/// "20191115T033655Z", the form of X-Sdk-Date.
std::string sdk_date(UtcTime time);
std::optional<UtcTime> parse_sdk_date(std::string_view text);

/// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 section 5.6.7).
std::string http_date(UtcTime time);
/// That form and the two obsolete ones of the same section. A day's name is not compared with the
/// date. In "Sunday, 06-Nov-94", a year from 70 on is of the last century.
std::optional<UtcTime> parse_http_date(std::string_view text);

}  // namespace jobtree

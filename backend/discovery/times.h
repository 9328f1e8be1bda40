// Moments as the cloud's records write them.
//
// Knows: numbers of every length, and the dates of traces and lists. Must not know: which record it
// is. What says no moment, and the beginning of 1970, which services write for "none", is nothing.
#pragma once

#include <optional>
#include <string_view>

#include "store/records.h"

namespace jobtree::discovery {

/// Of a JSON value. Takes numbers, and texts of digits, as seconds, milliseconds, microseconds or
/// nanoseconds by their size: a documented trace has a record_time of 19 digits. Takes the dates
/// of the engine's timestamps, where none without a zone is anything but UTC, and the three of
/// traces: "12/01/2016 11:24:04 GMT+08:00" (the month first), "2016-12-15 15:27:40 GMT+08:00",
/// "2016/12/15 15:27:40 GMT+08:00". In whole milliseconds.
std::optional<store::Time> time_of(std::string_view value);

}  // namespace jobtree::discovery

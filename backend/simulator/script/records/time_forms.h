// The forms in which the services write a time.
//
// Knows: the forms. Must not know: which service has which, or what time it is.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "simulator/script/time.h"

namespace jobtree::simulator {

enum class TimeForm {
  zulu,          ///< 2026-11-26T10:00:00Z
  milliseconds,  ///< 2026-11-26T10:00:00.120Z
  offset,        ///< 2026-11-26T10:00:00+0000
  china,         ///< the same moment: 2026-11-26T18:00:00+0800
  no_zone,       ///< 2026-11-26T10:00:00
  spaced,        ///< 2026-11-26 10:00:00.120 +0000 UTC
  epoch,         ///< 1795687200120
  compact,       ///< 20261126100000
};

std::string written(WallTime time, TimeForm form);

/// The form of that name, "china"; nothing when there is none.
std::optional<TimeForm> time_form(std::string_view name);

/// Reads every one of the forms. A time without a zone is taken as UTC.
std::optional<WallTime> read_time(std::string_view text);

}  // namespace jobtree::simulator

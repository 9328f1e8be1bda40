// The times of a documented job, moved to another day: a job of 2016 does not run on a board of
// today.
//
// Knows: how services write times. Must not know: what a job is, what time it is.
#pragma once

#include <string>
#include <string_view>

#include "simulator/script/time.h"

namespace jobtree::simulator {

/// `document` with the latest of its times at `latest`, and the others as far before it as they
/// were. All other bytes stay. Read are dates with a time of day ("2016-02-04T01:43:37", also with
/// a blank for the T, "20160204T014337", "20160204014337") and milliseconds since 1970 of 13
/// digits; what stands behind the seconds stays, so times move by whole seconds.
std::string moved_times(std::string_view document, WallTime latest);

}  // namespace jobtree::simulator

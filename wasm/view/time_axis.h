// Where the marks of a timeline stand, and what they say.
//
// Knows: lengths of time that people count in. Must not know: bars, pixels.
#pragma once

#include "base/array.h"
#include "i18n/format.h"
#include "model/job.h"

namespace jobtree::engine {

/// How far apart the marks of so long a time are: the shortest round time of which at most four
/// fit. 0 where nothing can be marked, below a second. All in milliseconds.
Instant mark_step(Instant length);

/// "30s", "1m 30s", "2h", each on a line of its own. The first is a step away from the begin.
void put_marks(String& out, Instant step, Instant length, Language language);

}  // namespace jobtree::engine

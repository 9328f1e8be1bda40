// Jobs that other people started: no list of the demo names them, only traces and task lists do.
//
// Knows: documents/unlisted-made.json. Must not know: HTTP, what time it is.
#pragma once

#include <vector>

#include "simulator/script/scripted_job.h"

namespace jobtree::simulator {

/// Each begins by itself, some before the simulator's start. `speed` divides how long each takes,
/// and what passes between the start and those that begin after it.
std::vector<ScriptedJob> unlisted_jobs(double speed);

}  // namespace jobtree::simulator

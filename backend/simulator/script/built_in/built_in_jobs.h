// The jobs a simulator holds that is given no others.
//
// Knows: which they are, and their titles. Must not know: HTTP, what time it is.
#pragma once

#include <cstdint>
#include <vector>

#include "simulator/script/scripted_job.h"

namespace jobtree::simulator {

/// Batches and servers that move, and every document of documents/. `speed` divides every duration.
std::vector<ScriptedJob> built_in_jobs(std::uint64_t seed, double speed,
                                       DocumentTimes times = DocumentTimes::as_documented);

}  // namespace jobtree::simulator

// Which sub-jobs a job's duration hangs on: had one of them been faster, the job would have been.
//
// Knows: times of jobs. Must not know: how that is shown.
#pragma once

#include <cstdint>

#include "base/array.h"
#include "model/job.h"

namespace jobtree::engine {

/// For each job 1 when it is on the critical path, else 0; empty for a job that has not ended, says
/// no times or has no parts. The last part that ended is on it; before that, the last that ended
/// before it began, and so on; and likewise the parts of each of these.
Array<std::uint8_t> critical_path(const JobTree& tree);

}  // namespace jobtree::engine

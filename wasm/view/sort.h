// In which order siblings stand.
//
// Knows: what each order goes by. Must not know: which jobs are shown, or where.
#pragma once

#include <cstdint>

#include "base/array.h"
#include "model/job.h"
#include "wire/abi.h"

namespace jobtree::engine {

/// The order of all jobs: each family's places hold its jobs, equal ones as they were sent. Empty
/// when all are as sent. `now` is how long running jobs have run until, milliseconds since 1970.
Array<std::uint32_t> sorted(const JobTree& tree, abi::Sort sort, double now);

/// Whether nothing that the order goes by has changed, of a job or of those it is a part of: then
/// it moves only as others pass it. `job` in the tree `before` is `job_now` in `now`.
bool has_same_rank(const JobTree& before, std::uint32_t job, const JobTree& now,
                   std::uint32_t job_now, abi::Sort sort);

}  // namespace jobtree::engine

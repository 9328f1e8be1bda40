// The threads of a job cache: some that ask the cloud, and one that keeps time.
//
// Knows: threads and the steady clock. Must not know: what the tasks are.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "gateway/jobs/job_cache.h"

namespace jobtree::gateway {

/// `threads`: as many as tasks are run at one time. `chance` is called from many threads at once.
/// Throws std::system_error when the system has no threads to give.
std::unique_ptr<JobCache::World> make_crew(std::size_t threads, std::function<double()> chance);

}  // namespace jobtree::gateway

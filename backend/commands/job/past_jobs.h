// How long jobs like one took, from what a server on this machine remembers.
//
// Knows: the folder of a server's memory. Must not know: what is said of it.
#pragma once

#include <string>
#include <string_view>

#include "base/environment.h"
#include "base/result.h"
#include "model/estimate.h"

namespace jobtree::commands {

/// `data`: --data. Fails when there is no such memory, or none that this user may read.
Result<engine::PastRuns> past_runs_of(const Environment& environment, const std::string& data,
                                      std::string_view service, const engine::JobTree& tree);

}  // namespace jobtree::commands

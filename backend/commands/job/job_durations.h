// How long sub-jobs took, by type: for below the tree of a large job.
//
// Knows: the engine's figures. Must not know: terminals, when it is shown.
#pragma once

#include <string>
#include <vector>

#include "commands/job/job_lines.h"

namespace jobtree::commands {

/// A heading, then a line for each type of which there are many; no lines where there is none.
std::vector<std::string> duration_lines(const Picture& picture, bool colour);

}  // namespace jobtree::commands

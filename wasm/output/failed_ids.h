// Which jobs failed themselves, for a script that tries them again.
//
// Knows: what a list of ids is. Must not know: where it goes.
#pragma once

#include <string_view>

#include "base/array.h"
#include "model/job.h"
#include "wire/abi.h"

namespace jobtree::engine {

using abi::FailedIds;

/// Of the group of this name, or of all when it is empty; in the order of the tree.
String failed_ids(const JobTree& tree, std::string_view group, FailedIds form);

}  // namespace jobtree::engine

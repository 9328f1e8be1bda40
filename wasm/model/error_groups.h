// What failed for which reason: the failures of a tree, counted by error.
//
// Knows: which jobs failed themselves, and when two errors are the same: where their codes are, and
// what stays of their texts when ids, addresses, times and numbers are left out (error_pattern.h).
// Must not know: words.
#pragma once

#include <cstdint>

#include "base/array.h"
#include "model/job.h"

namespace jobtree::engine {

struct ErrorGroup {
  std::uint32_t job = kNoJob;  ///< the first that failed so, in the order of the tree
  std::uint32_t count = 0;
};

/// More kinds of error than this are not told apart: a list that long explains nothing.
inline constexpr std::size_t kMostErrorGroups = 64;

/// Which errors are one: those of one code and one reason, or of one code (of one reason where
/// there is no code). Reasons are one that have one pattern.
enum class ErrorsBy : std::uint8_t { code_and_reason, code };

/// Groups of the jobs that failed themselves, not for a part of them; the largest first.
Array<ErrorGroup> error_groups(const JobTree& tree, ErrorsBy by);

}  // namespace jobtree::engine

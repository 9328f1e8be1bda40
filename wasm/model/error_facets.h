// What jobs that failed alike have in common and those that succeeded have not: "all in zone
// cn-north-4a, as 12 of the 9,964 that succeeded".
//
// Knows: types and facts. Must not know: words, what the error is.
#pragma once

#include <cstdint>

#include "base/array.h"
#include "model/error_groups.h"
#include "model/job.h"

namespace jobtree::engine {

/// A value that all jobs of a group have.
struct Facet {
  std::uint32_t group = 0;  ///< its place among the groups
  Text name;                ///< of the fact; empty where it is the type
  Text value;
  std::uint32_t succeeded = 0;  ///< how many that succeeded have it too,
  std::uint32_t of = 0;  ///< of how many: those without parts, and of a fact those of its type
};

/// Of one group no more is told.
inline constexpr std::size_t kMostFacets = 3;

/// Those that at most half of what succeeded has too. Of one failure alone nothing is in common,
/// and without a success there is nothing to compare with. `groups` are those of these `keys`, or
/// some of them. Linear in the size of the tree.
Array<Facet> error_facets(const JobTree& tree, const Array<std::uint64_t>& keys,
                          const Array<ErrorGroup>& groups);

}  // namespace jobtree::engine

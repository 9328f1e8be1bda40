// What one looks at stays under the eye, whatever an answer moves around it.
//
// Knows: rows of a view before and after. Must not know: pixels.
#pragma once

#include <cstdint>

#include "base/array.h"
#include "model/job.h"
#include "view/tree_view.h"

namespace jobtree::engine {

/// Takes note of the rows from one on, before a view is given another tree.
class ScrollAnchor {
 public:
  ScrollAnchor(const TreeView& view, std::uint32_t top_row);

  /// By how many rows the first of them has moved that is still there and was not sorted to another
  /// place, for that one runs away from under the eye; 0 when there is none. `before`: the tree
  /// they were noted of; `view` shows `now`.
  double moved(const JobTree& before, const TreeView& view, const JobTree& now) const;

 private:
  std::uint32_t top_row_;
  Array<std::uint32_t> jobs_;  // of the rows, as indices into the tree before
};

}  // namespace jobtree::engine

#include "view/scroll_anchor.h"

#include "view/sort.h"

namespace jobtree::engine {

ScrollAnchor::ScrollAnchor(const TreeView& view, std::uint32_t top_row) : top_row_(top_row) {
  constexpr std::size_t kMost = 50;  // about a screen
  const auto& rows = view.rows();
  for (std::size_t row = top_row; row < rows.size() && jobs_.size() < kMost; ++row)
    jobs_.push_back(rows[row]);
}

double ScrollAnchor::moved(const JobTree& before, const TreeView& view, const JobTree& now) const {
  for (std::uint32_t i = 0; i < jobs_.size(); ++i) {
    const std::uint32_t job = now.find(before.jobs[jobs_[i]].key);
    if (job == kNoJob || !has_same_rank(before, jobs_[i], now, job, view.sort())) continue;
    const std::uint32_t row = view.row_of(job);
    if (row == view.rows().size()) continue;
    return static_cast<double>(row) - (top_row_ + i);
  }
  return 0;
}

}  // namespace jobtree::engine

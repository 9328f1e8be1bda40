#include "model/error_groups.h"

#include <algorithm>

#include "base/hash.h"

namespace jobtree::engine {

Array<ErrorGroup> error_groups(const JobTree& tree, ErrorsBy by) {
  Array<ErrorGroup> groups;
  const auto is_one = [&](const Job& a, const Job& b) {
    if (!is_same(tree.view(a.error_code), tree.view(b.error_code))) return false;
    const bool code_says_all = by == ErrorsBy::code && !a.error_code.empty();
    return code_says_all || is_same(tree.view(a.error_text), tree.view(b.error_text));
  };
  for (std::uint32_t i = 0; i < tree.jobs.size(); ++i) {
    const Job& job = tree.jobs[i];
    if (job.status != Status::failed || job.failed_below) continue;
    auto* const group = std::find_if(groups.begin(), groups.end(), [&](const ErrorGroup& it) {
      return is_one(tree.jobs[it.job], job);
    });
    if (group != groups.end()) {
      ++group->count;
    } else if (groups.size() < kMostErrorGroups) {
      groups.push_back({i, 1});
    }
  }
  // Few, and of equal ones the first stays first.
  for (std::size_t i = 1; i < groups.size(); ++i) {
    for (std::size_t k = i; k > 0 && groups[k - 1].count < groups[k].count; --k)
      std::swap(groups[k - 1], groups[k]);
  }
  return groups;
}

}  // namespace jobtree::engine

#include "model/critical_path.h"

#include "base/merge_sort.h"
#include "base/min_max.h"

namespace jobtree::engine {
namespace {

// A number for each part: when it ended, and which it is.
constexpr unsigned kChildBits = 22;
constexpr Instant kLongestJob = Instant{1} << 41;  // milliseconds; seventy years

/// Walks the children of a job back from its end.
class Families {
 public:
  explicit Families(const JobTree& tree) : tree_(tree) {}

  void mark(const Job& parent, Array<std::uint8_t>& marks) {
    ends_.clear();
    for (std::uint32_t i = 0; i < parent.child_count; ++i) {
      const Span span = tree_.span(parent.first_child + i);
      if (span.begin == kNoInstant || span.end == kNoInstant) continue;
      const Instant end = bounded(span.end - tree_.first_begin, 0, kLongestJob);
      ends_.push_back(static_cast<std::uint64_t>(end) << kChildBits | i);
    }
    space_.resize(ends_.size());
    merge_sort(ends_.data(), space_.data(), ends_.size());
    Instant until = 0;
    bool is_first = true;
    for (std::size_t i = ends_.size(); i-- > 0;) {
      const std::uint32_t child =
          parent.first_child + static_cast<std::uint32_t>(ends_[i] & ((1U << kChildBits) - 1));
      const Span span = tree_.span(child);
      if (!is_first && span.end > until) continue;
      marks[child] = 1;
      is_first = false;
      // What took no time is passed: nothing can have waited for its beginning and its end.
      until = span.begin < span.end ? span.begin : span.end - 1;
    }
  }

 private:
  const JobTree& tree_;
  Array<std::uint64_t> ends_;
  Array<std::uint64_t> space_;
};

}  // namespace

Array<std::uint8_t> critical_path(const JobTree& tree) {
  Array<std::uint8_t> marks;
  if (tree.empty() || tree.is_list || !is_settled(tree.root().status)) return marks;
  if (tree.root().child_count == 0 || tree.span(0).end == kNoInstant) return marks;
  marks.resize(tree.jobs.size());
  marks[0] = 1;
  Families families(tree);
  // Children come after their parents.
  for (std::uint32_t i = 0; i < tree.jobs.size(); ++i) {
    if (marks[i] != 0 && tree.jobs[i].child_count != 0) families.mark(tree.jobs[i], marks);
  }
  return marks;
}

}  // namespace jobtree::engine

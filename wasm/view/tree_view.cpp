#include "view/tree_view.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/min_max.h"
#include "model/error_groups.h"
#include "view/sort.h"

namespace jobtree::engine {

using abi::Expand;
using abi::Sort;

/// Goes over jobs in the order they are shown, those of closed branches too when they are entered.
class TreeView::Walk {
 public:
  Walk(const TreeView& view, bool filtered) : view_(view), filtered_(filtered) {
    if (view.tree_ != nullptr && !view.tree_->empty()) families_.push_back({0, 1, 0});
  }

  /// True when there is another job; job() and position() are of it.
  [[gnu::noinline]] bool next() {
    while (!families_.empty()) {
      Family& family = families_.back();
      if (family.next == family.end) {
        families_.pop_back();
        continue;
      }
      job_ = view_.in_order(family.next++);
      if (filtered_ && !view_.is_kept(job_)) continue;
      position_ = ++family.position;
      return true;
    }
    return false;
  }
  /// Its children are next.
  void enter() {
    const Job& job = view_.tree_->jobs[job_];
    families_.push_back({job.first_child, job.first_child + job.child_count, 0});
  }

  std::uint32_t job() const { return job_; }
  /// Its place among its siblings that are walked over, from 1.
  std::uint32_t position() const { return position_; }

 private:
  /// Of those on the way to the job: who is next, and how many were.
  struct Family {
    std::uint32_t next, end, position;
  };

  const TreeView& view_;
  const bool filtered_;
  std::uint32_t job_ = 0;
  std::uint32_t position_ = 0;
  Array<Family> families_;
};

void TreeView::show(const JobTree& tree, double now) {
  const std::uint64_t active = heir(tree);
  Array<std::uint8_t> decided(tree.jobs.size());
  for (std::size_t i = 0; i < decided_.size(); ++i) {
    if (decided_[i] == 0) continue;
    const std::uint32_t job = tree.find(tree_->jobs[i].key);
    if (job != kNoJob) decided[job] = decided_[i];
  }
  decided_ = std::move(decided);
  tree_ = &tree;
  active_key_ = active;
  open_failures();
  order_ = tree_ == nullptr ? Array<std::uint32_t>() : sorted(*tree_, sort_, now);
  mark();
  build_rows();
}

/// Who gets the attention in the next tree: the active job; when it is gone the sibling after it,
/// else the one before, else their parent.
std::uint64_t TreeView::heir(const JobTree& next) const {
  std::uint32_t job = tree_ == nullptr ? kNoJob : tree_->find(active_key_);
  while (job != kNoJob) {
    const Job& it = tree_->jobs[job];
    if (next.find(it.key) != kNoJob) return it.key;
    if (it.parent == kNoJob) break;
    const Job& parent = tree_->jobs[it.parent];
    std::uint64_t nearest = 0;
    bool passed = false;
    for (std::uint32_t i = 0; i < parent.child_count; ++i) {
      const std::uint32_t sibling = in_order(parent.first_child + i);
      passed = passed || sibling == job;
      const std::uint64_t key = tree_->jobs[sibling].key;
      if (!is_kept(sibling) || next.find(key) == kNoJob) continue;
      nearest = key;
      if (passed) break;
    }
    if (nearest != 0) return nearest;
    job = it.parent;
  }
  return 0;
}

void TreeView::set_policy(std::uint32_t expand) {
  constexpr auto kEverything = std::numeric_limits<std::uint32_t>::max();
  const auto none = static_cast<std::uint32_t>(Expand::none);
  failures_open_ = expand == static_cast<std::uint32_t>(Expand::failed);
  open_depth_ = failures_open_                                      ? 1
                : expand == static_cast<std::uint32_t>(Expand::all) ? kEverything
                                                                    : expand - none;
  std::fill(decided_.begin(), decided_.end(), 0);
  if (tree_ == nullptr) return;
  open_failures();
  // Under a filter all is open, but for what is folded.
  for (std::size_t i = 0; is_filtered() && !failures_open_ && i < decided_.size(); ++i) {
    if (tree_->jobs[i].depth >= open_depth_) decided_[i] = kFolded;
  }
  build_rows();
}

/// The way to a failure is opened once; then it is the user's, and stays when a retry succeeds.
void TreeView::open_failures() {
  if (!failures_open_) return;
  for (std::size_t i = 0; i < decided_.size(); ++i) {
    const Job& job = tree_->jobs[i];
    const bool is_decided = (decided_[i] & (kOpened | kClosed)) != 0;
    if (!is_decided && job.failed_below) decided_[i] |= kOpened;
  }
}

void TreeView::set_sort(Sort sort, double now) {
  sort_ = sort;
  order_ = tree_ == nullptr ? Array<std::uint32_t>() : sorted(*tree_, sort_, now);
  build_rows();
}

void TreeView::set_search(std::string_view text, Language language) {
  filter_.set_text(text, language);
  refilter();
}

void TreeView::set_statuses(std::uint32_t bits) {
  filter_.set_statuses(bits);
  refilter();
}

/// Somebody who looks for something wants to be where it is, and to stay there afterwards.
void TreeView::refilter() {
  if (tree_ == nullptr || tree_->empty()) return;
  for (std::uint8_t& decided : decided_)
    decided &= static_cast<std::uint8_t>(~kFolded);
  const std::uint32_t active = rows_[active_row_];
  const bool stays = went_ && filter_.empty();
  mark();
  went_ = false;
  if (stays) open_way_to(active);
  build_rows();
  // A detail beside rows that hold its job no longer would be taken for one of theirs.
  if (is_filtered() && std::find(rows_.begin(), rows_.end(), selected()) == rows_.end()) unselect();
  if (is_match(rows_[active_row_])) return;
  const auto first =
      std::find_if(rows_.begin(), rows_.end(), [this](std::uint32_t job) { return is_match(job); });
  if (first != rows_.end()) move_to(static_cast<std::uint32_t>(first - rows_.begin()));
}

/// Children come after their parents, so one pass from the end finds what leads to a match. A
/// branch mostly has its status from a part of it; then that part is meant, and counted, and the
/// branch is the way there.
void TreeView::mark() {
  match_count_ = 0;
  marks_.clear();
  kept_children_.clear();
  if (filter_.empty() || tree_ == nullptr || tree_->empty()) return;
  const Array<Job>& jobs = tree_->jobs;
  Array<std::uint64_t> errors;
  if (filter_.wants_group()) errors = error_keys(*tree_, ErrorsBy::code_and_reason);
  marks_.resize(jobs.size());
  kept_children_.resize(jobs.size());
  for (std::size_t i = jobs.size(); i-- > 0;) {
    const bool is_way = marks_[i] != 0 && !filter_.has_text();
    if (!is_way && filter_.matches(*tree_, jobs[i], errors.empty() ? 0 : errors[i])) {
      marks_[i] |= kKept | kMatch;
      if (i != 0 || jobs.size() == 1) ++match_count_;
    }
    if (marks_[i] == 0 || i == 0) continue;
    marks_[jobs[i].parent] |= kKept;
    ++kept_children_[jobs[i].parent];
  }
  marks_[0] |= kKept;
}

std::uint32_t TreeView::match_total() const {
  const Array<Job>& jobs = tree_->jobs;
  return jobs.size() == 1 ? 1 : static_cast<std::uint32_t>(jobs.size()) - 1;
}

bool TreeView::is_open(std::uint32_t job) const {
  if (!is_branch(job)) return false;
  if (is_filtered()) return (decided_[job] & kFolded) == 0;
  if ((decided_[job] & (kOpened | kClosed)) != 0) return (decided_[job] & kOpened) != 0;
  return tree_->jobs[job].depth < open_depth_;
}

void TreeView::set_open(std::uint32_t job, bool open) {
  std::uint8_t& decided = decided_[job];
  if (is_filtered()) {
    decided = static_cast<std::uint8_t>((decided & ~kFolded) | (open ? 0U : kFolded));
  } else {
    decided = open ? kOpened : kClosed;
  }
}

void TreeView::open_way_to(std::uint32_t job) {
  while ((job = tree_->jobs[job].parent) != kNoJob)
    set_open(job, true);
}

void TreeView::build_rows() {
  rows_.clear();
  positions_.clear();
  if (tree_ == nullptr || tree_->empty()) return;
  for (Walk walk(*this, true); walk.next();) {
    rows_.push_back(walk.job());
    positions_.push_back(walk.position());
    if (is_open(walk.job())) walk.enter();
  }

  // The active job may be filtered out or in a branch that is closed now: then the nearest ancestor
  // that is visible takes over.
  std::uint32_t visible = tree_->find(active_key_);
  for (std::uint32_t job = visible; job != kNoJob;) {
    const std::uint32_t parent = tree_->jobs[job].parent;
    if (!is_kept(job) || (parent != kNoJob && !is_open(parent))) visible = parent;
    job = parent;
  }
  move_to(visible == kNoJob ? 0 : row_of(visible));
}

std::uint32_t TreeView::set_size(std::uint32_t row) const {
  const std::uint32_t parent = tree_->jobs[rows_[row]].parent;
  return parent == kNoJob ? 1 : shown_children(parent);
}

std::uint32_t TreeView::row_of(std::uint32_t job) const {
  return static_cast<std::uint32_t>(std::find(rows_.begin(), rows_.end(), job) - rows_.begin());
}

void TreeView::move_to(std::uint32_t row) {
  active_row_ = row;
  active_key_ = tree_->jobs[rows_[row]].key;
}

void TreeView::activate(std::uint32_t row) {
  if (row >= rows_.size()) return;
  move_to(row);
  went_ = is_filtered();
}

std::uint32_t TreeView::selected() const {
  return selected_key_ == 0 || tree_ == nullptr ? kNoJob : tree_->find(selected_key_);
}

void TreeView::toggle(std::uint32_t row) {
  if (row >= rows_.size()) return;
  activate(row);
  const std::uint32_t job = rows_[row];
  if (!is_branch(job)) return;
  set_open(job, !is_open(job));
  build_rows();
}

void TreeView::select(std::uint32_t row) {
  if (row >= rows_.size()) return;
  activate(row);
  selected_key_ = selected_key_ == active_key_ ? 0 : active_key_;
}

void TreeView::reveal(std::uint32_t job) {
  if (!is_kept(job)) {
    filter_.clear();
    mark();
  }
  open_way_to(job);
  active_key_ = tree_->jobs[job].key;
  build_rows();
  went_ = is_filtered();
}

void TreeView::reveal_and_select(std::uint32_t job) {
  reveal(job);
  selected_key_ = active_key_;
}

void TreeView::open_siblings(std::uint32_t row) {
  const std::uint32_t parent = tree_->jobs[rows_[row]].parent;
  const std::uint32_t first = parent == kNoJob ? 0 : tree_->jobs[parent].first_child;
  const std::uint32_t count = parent == kNoJob ? 1 : tree_->jobs[parent].child_count;
  for (std::uint32_t i = first; i < first + count; ++i) {
    if (is_branch(i)) set_open(i, true);
  }
  build_rows();
}

std::uint32_t TreeView::failure_beside(bool forward) const {
  const std::uint32_t active = rows_[active_row_];
  for (const bool filtered : {true, false}) {
    std::uint32_t first = kNoJob;
    std::uint32_t last = kNoJob;
    std::uint32_t before = kNoJob;
    std::uint32_t after = kNoJob;
    bool passed = false;
    for (Walk walk(*this, filtered); walk.next(); walk.enter()) {
      const std::uint32_t job = walk.job();
      if (is_failure(tree_->jobs[job])) {
        if (first == kNoJob) first = job;
        if (passed && after == kNoJob) after = job;
        if (!passed && job != active) before = job;
        last = job;
      }
      passed = passed || job == active;
    }
    if (first == kNoJob) continue;
    if (forward) return after == kNoJob ? first : after;
    return before == kNoJob ? last : before;
  }
  return kNoJob;
}

void TreeView::go_to(std::uint32_t job) {
  reveal(job);
  if (selected_key_ != 0) selected_key_ = active_key_;
}

}  // namespace jobtree::engine

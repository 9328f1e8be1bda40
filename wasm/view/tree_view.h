// Which rows there are, in which order: what is open, filtered, has the focus, is selected.
//
// Knows: the tree's shape. Must not know: keys, pixels, words, or when answers come. What the user
// did is kept by job key, so it outlives every answer. Whatever is asked costs one pass over the
// jobs at most, and allocates nothing for a row.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/array.h"
#include "model/job.h"
#include "view/filter.h"
#include "wire/abi.h"

namespace jobtree::engine {

class TreeView {
 public:
  /// Takes over a new answer; what the user decided of jobs that are still there holds. The tree
  /// must outlive the next call: the view compares the two. `now` is how long running jobs have
  /// run until, for the order; milliseconds since 1970.
  void show(const JobTree& tree, double now);

  /// Which branches are open where the user decided nothing (a value of Option::expand); forgets
  /// what the user decided.
  void set_policy(std::uint32_t expand);
  void set_sort(abi::Sort sort, double now);
  abi::Sort sort() const { return sort_; }

  /// Shows what matches and the way to it alone, all of it open. What is open without a filter is
  /// as it was when there is none again.
  void set_search(std::string_view text, Language language);
  void set_statuses(std::uint32_t bits);
  const Filter& filter() const { return filter_; }
  bool is_filtered() const { return !marks_.empty(); }
  /// Sub-jobs; the job itself where it is alone.
  std::uint32_t match_count() const { return match_count_; }
  /// Of how many.
  std::uint32_t match_total() const;
  /// False of a job that is shown for what is below it.
  bool is_match(std::uint32_t job) const { return marks_.empty() || (marks_[job] & kMatch) != 0; }

  /// As show() was given it.
  const JobTree& tree() const { return *tree_; }
  /// Visible jobs from top to bottom, as indices into the tree. The job itself is always there.
  const Array<std::uint32_t>& rows() const { return rows_; }
  /// A row's place among the siblings that are shown, from 1, and how many these are.
  std::uint32_t position(std::uint32_t row) const { return positions_[row]; }
  std::uint32_t set_size(std::uint32_t row) const;
  /// Whether there is something to open.
  bool is_branch(std::uint32_t job) const { return shown_children(job) != 0; }
  bool is_open(std::uint32_t job) const;
  /// The row of a job, or the number of rows when it is not visible.
  std::uint32_t row_of(std::uint32_t job) const;

  /// The row that has the keyboard's attention; 0 in an empty tree.
  std::uint32_t active_row() const { return active_row_; }
  /// The selected job, or kNoJob.
  std::uint32_t selected() const;

  void toggle(std::uint32_t row);
  /// Makes the row active and selects its job, or unselects it when it was selected.
  void select(std::uint32_t row);
  /// Gives the row the keyboard's attention.
  void activate(std::uint32_t row);
  void unselect() { selected_key_ = 0; }
  /// Opens all branches beside the row.
  void open_siblings(std::uint32_t row);
  /// Opens the way to a job, makes it active and selects it; a filter that hides it is cleared.
  void reveal_and_select(std::uint32_t job);

  /// The same, and selects it only where another was.
  void go_to(std::uint32_t job);
  /// The failure after or before the active job, in the order of the screen and round its ends;
  /// those the filter hides only when it hides all; or kNoJob.
  std::uint32_t failure_beside(bool forward) const;

 private:
  class Walk;
  // Of each job: what the user did with the branch, and in the list under a filter.
  static constexpr std::uint8_t kOpened = 1;
  static constexpr std::uint8_t kClosed = 2;
  static constexpr std::uint8_t kFolded = 4;
  // Of each job under a filter.
  static constexpr std::uint8_t kKept = 1;
  static constexpr std::uint8_t kMatch = 2;

  std::uint32_t in_order(std::uint32_t place) const {
    return order_.empty() ? place : order_[place];
  }
  bool is_kept(std::uint32_t job) const { return marks_.empty() || marks_[job] != 0; }
  std::uint32_t shown_children(std::uint32_t job) const {
    return marks_.empty() ? tree_->jobs[job].child_count : kept_children_[job];
  }
  std::uint64_t heir(const JobTree& next) const;
  void open_failures();
  void mark();
  void refilter();
  void build_rows();
  void move_to(std::uint32_t row);
  void set_open(std::uint32_t job, bool open);
  void open_way_to(std::uint32_t job);
  void reveal(std::uint32_t job);

  const JobTree* tree_ = nullptr;
  Array<std::uint32_t> rows_;
  Array<std::uint32_t> positions_;
  Array<std::uint8_t> decided_;  // of each job in the tree
  Array<std::uint32_t> order_;   // each family's places hold its jobs; empty: as sent
  std::uint32_t open_depth_ = 1;
  bool failures_open_ = true;
  abi::Sort sort_ = abi::Sort::as_sent;

  Filter filter_;
  Array<std::uint8_t> marks_;           // empty without a filter
  Array<std::uint32_t> kept_children_;  // likewise
  std::uint32_t match_count_ = 0;
  bool went_ = false;  // the user moved within what the filter shows

  std::uint64_t active_key_ = 0;
  std::uint64_t selected_key_ = 0;
  std::uint32_t active_row_ = 0;
};

}  // namespace jobtree::engine

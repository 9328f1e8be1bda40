// Which rows there are: what is open, what has the focus, what is selected.
//
// Knows: the tree's shape and the keys of the WAI-ARIA tree pattern. Must not know: pixels, words,
// or when answers come. What the user did is kept by job key, so it outlives every answer.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "abi.h"
#include "job.h"

namespace jobtree::engine {

class TreeView {
 public:
  /// Takes over a new answer; what the user decided of jobs that are still there holds. The tree
  /// must outlive the next call: the view compares the two.
  void show(const JobTree& tree);

  /// Which branches are open where the user decided nothing; forgets what the user decided.
  void set_policy(abi::Expand policy);
  void set_rtl(bool rtl) { rtl_ = rtl; }

  /// Visible jobs from top to bottom, as indices into the tree.
  const std::vector<std::uint32_t>& rows() const { return rows_; }
  bool is_open(std::uint32_t job) const;

  /// The row that has the keyboard's attention; 0 in an empty tree.
  std::uint32_t active_row() const { return active_row_; }
  /// The selected job, or kNoJob.
  std::uint32_t selected() const;

  void toggle(std::uint32_t row);
  /// Makes the row active and selects its job, or unselects it when it was selected.
  void select(std::uint32_t row);
  void unselect() { selected_key_ = 0; }

  /// Takes a key; `page` is how many rows fit on screen. False: the tree has no use for it.
  bool press(abi::Key key, std::uint32_t character, std::uint32_t page, double now);

 private:
  /// What the user did with a branch.
  enum class Decision : std::uint8_t { none, open, closed };

  void build_rows();
  void activate(std::uint32_t row);
  void set_open(std::uint32_t job, bool open);
  std::uint32_t row_of(std::uint32_t job) const;
  bool open_or_enter();
  bool close_or_leave();
  bool open_siblings();
  bool type_ahead(std::uint32_t character, double now);

  const JobTree* tree_ = nullptr;
  std::vector<std::uint32_t> rows_;
  std::vector<Decision> decided_;  // of each job in the tree
  abi::Expand policy_ = abi::Expand::failed;
  std::uint64_t active_key_ = 0;
  std::uint64_t selected_key_ = 0;
  std::uint32_t active_row_ = 0;
  bool rtl_ = false;
  std::string typed_;
  double typed_at_ = 0;
};

}  // namespace jobtree::engine

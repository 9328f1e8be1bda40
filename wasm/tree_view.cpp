#include "tree_view.h"

#include <algorithm>
#include <utility>

namespace jobtree::engine {

using abi::Expand;
using abi::Key;

void TreeView::show(const JobTree& tree) {
  std::vector<Decision> decided(tree.jobs.size(), Decision::none);
  for (std::size_t i = 0; i < decided_.size(); ++i) {
    if (decided_[i] == Decision::none) continue;
    const std::uint32_t job = tree.find(tree_->jobs[i].key);
    if (job != kNoJob) decided[job] = decided_[i];
  }
  decided_ = std::move(decided);
  tree_ = &tree;
  build_rows();
}

void TreeView::set_policy(Expand policy) {
  policy_ = policy;
  decided_.assign(decided_.size(), Decision::none);
  if (tree_ != nullptr) build_rows();
}

/// What the user decided holds. Otherwise the way to a failure is open, and the job itself.
bool TreeView::is_open(std::uint32_t job) const {
  const Job& it = tree_->jobs[job];
  if (it.child_count == 0) return false;
  if (decided_[job] != Decision::none) return decided_[job] == Decision::open;
  switch (policy_) {
    case Expand::all:
      return true;
    case Expand::none:
      return false;
    case Expand::failed:
      break;
  }
  return job == 0 || count(it.leaves, Status::failed) != 0;
}

void TreeView::build_rows() {
  rows_.clear();
  if (tree_->empty()) return;
  std::vector<std::uint32_t> pending{0};
  while (!pending.empty()) {
    const std::uint32_t job = pending.back();
    pending.pop_back();
    rows_.push_back(job);
    if (!is_open(job)) continue;
    const Job& it = tree_->jobs[job];
    for (std::uint32_t i = it.child_count; i-- > 0;)
      pending.push_back(it.first_child + i);
  }

  // The active job may be gone, or inside a branch that is closed now: then the nearest ancestor
  // that is visible takes over, else whatever stands in its place.
  std::uint32_t job = tree_->find(active_key_);
  std::uint32_t row = static_cast<std::uint32_t>(rows_.size());
  for (; job != kNoJob; job = tree_->jobs[job].parent) {
    row = row_of(job);
    if (row < rows_.size()) break;
  }
  if (row >= rows_.size()) row = active_row_;
  activate(std::min(row, static_cast<std::uint32_t>(rows_.size()) - 1));
}

std::uint32_t TreeView::row_of(std::uint32_t job) const {
  return static_cast<std::uint32_t>(std::find(rows_.begin(), rows_.end(), job) - rows_.begin());
}

void TreeView::activate(std::uint32_t row) {
  active_row_ = row;
  active_key_ = tree_->jobs[rows_[row]].key;
}

std::uint32_t TreeView::selected() const {
  return selected_key_ == 0 || tree_ == nullptr ? kNoJob : tree_->find(selected_key_);
}

void TreeView::set_open(std::uint32_t job, bool open) {
  decided_[job] = open ? Decision::open : Decision::closed;
}

void TreeView::toggle(std::uint32_t row) {
  if (row >= rows_.size()) return;
  activate(row);
  const std::uint32_t job = rows_[row];
  if (tree_->jobs[job].child_count == 0) return;
  set_open(job, !is_open(job));
  build_rows();
}

void TreeView::select(std::uint32_t row) {
  if (row >= rows_.size()) return;
  activate(row);
  selected_key_ = selected_key_ == active_key_ ? 0 : active_key_;
}

bool TreeView::open_or_enter() {
  const std::uint32_t job = rows_[active_row_];
  if (tree_->jobs[job].child_count == 0) return true;
  if (is_open(job)) {
    activate(active_row_ + 1);
  } else {
    set_open(job, true);
    build_rows();
  }
  return true;
}

bool TreeView::close_or_leave() {
  const std::uint32_t job = rows_[active_row_];
  if (is_open(job)) {
    set_open(job, false);
    build_rows();
  } else if (tree_->jobs[job].parent != kNoJob) {
    activate(row_of(tree_->jobs[job].parent));
  }
  return true;
}

bool TreeView::open_siblings() {
  const std::uint32_t parent = tree_->jobs[rows_[active_row_]].parent;
  const std::uint32_t first = parent == kNoJob ? 0 : tree_->jobs[parent].first_child;
  const std::uint32_t count = parent == kNoJob ? 1 : tree_->jobs[parent].child_count;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (tree_->jobs[first + i].child_count != 0) set_open(first + i, true);
  }
  build_rows();
  return true;
}

/// Letters typed within half a second or so are one word; the same letter again goes on to the next
/// row that begins with it.
bool TreeView::type_ahead(std::uint32_t character, double now) {
  constexpr double kPause = 600;
  constexpr std::size_t kLongest = 32;
  // Job types are ASCII at every service; other characters match nothing.
  if (character <= ' ' || character > '~') return false;
  if (now - typed_at_ > kPause || typed_.size() >= kLongest) typed_.clear();
  typed_at_ = now;
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  const char letter = lower(static_cast<char>(character));
  if (typed_.size() != 1 || typed_.front() != letter) typed_ += letter;

  const auto matches = [&](std::uint32_t job) {
    const Job& it = tree_->jobs[job];
    const std::string_view name = tree_->view(it.type.empty() ? it.id : it.type);
    return name.size() >= typed_.size() &&
           std::equal(typed_.begin(), typed_.end(), name.begin(),
                      [&](char a, char b) { return a == lower(b); });
  };
  const std::size_t from = typed_.size() == 1 ? active_row_ + 1 : active_row_;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const auto row = static_cast<std::uint32_t>((from + i) % rows_.size());
    if (!matches(rows_[row])) continue;
    activate(row);
    break;
  }
  return true;
}

bool TreeView::press(Key key, std::uint32_t character, std::uint32_t page, double now) {
  if (rows_.empty()) return false;
  const auto last = static_cast<std::uint32_t>(rows_.size()) - 1;
  if (rtl_ && key == Key::left) {
    key = Key::right;
  } else if (rtl_ && key == Key::right) {
    key = Key::left;
  }
  switch (key) {
    case Key::up:
      activate(active_row_ == 0 ? 0 : active_row_ - 1);
      return true;
    case Key::down:
      activate(std::min(active_row_ + 1, last));
      return true;
    case Key::home:
      activate(0);
      return true;
    case Key::end:
      activate(last);
      return true;
    case Key::page_up:
      activate(active_row_ - std::min(active_row_, page));
      return true;
    case Key::page_down:
      activate(std::min(active_row_ + page, last));
      return true;
    case Key::right:
      return open_or_enter();
    case Key::left:
      return close_or_leave();
    case Key::enter:
    case Key::space:
      select(active_row_);
      return true;
    case Key::asterisk:
      return open_siblings();
    case Key::escape:
      if (selected_key_ == 0) return false;
      unselect();
      return true;
    case Key::character:
      return type_ahead(character, now);
  }
  return false;
}

}  // namespace jobtree::engine

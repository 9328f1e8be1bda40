#include "discovery/rounds.h"

#include <algorithm>

namespace jobtree::discovery {
namespace {

constexpr std::size_t kWholeEvery = 10;  // heads

}  // namespace

Rounds::Rounds(Rules rules, std::optional<UtcTime> until, Now now)
    : rules_(rules), next_head_(now.steady + rules.every), head_until_(now.wall) {
  const UtcTime reach = now.wall - kReach;
  const UtcTime from = until ? std::clamp(*until - rules.overlap, reach, now.wall) : reach;
  backlog_ = Round{.page = {.window = {.from = from, .to = now.wall}}, .is_whole = true};
}

Rounds::Page Rounds::next(Now now) {
  if (!head_ && now.steady >= next_head_) {
    // A clock that was set back makes the window longer, never one that ends before it begins.
    const UtcTime from = std::min(head_until_, now.wall) - rules_.overlap;
    head_ = Round{.page = {.window = {.from = std::max(from, now.wall - kReach), .to = now.wall}},
                  .is_whole = ++heads_ % kWholeEvery == 0};
  }
  return head_ ? head_->page : backlog_ ? backlog_->page : Page();
}

bool Rounds::is_over(Round& round, const std::optional<cloud::ListPlace>& following,
                     bool has_news) const {
  if (!following || ++round.pages >= kMostPages) return true;
  if (!round.is_whole && !has_news) return true;
  const std::string& marker = following->marker;
  if (!marker.empty() && !round.markers.insert(marker).second) return true;
  round.page.place = *following;
  return false;
}

void Rounds::read(const std::optional<cloud::ListPlace>& following, bool has_news, Now now) {
  if (head_) {
    if (!is_over(*head_, following, has_news)) return;
    head_until_ = head_->page.window.to;
    next_head_ = now.steady + rules_.every;
    head_.reset();
  } else if (backlog_ && is_over(*backlog_, following, has_news)) {
    backlog_.reset();
  }
}

void Rounds::restart() {
  if (head_) {
    head_.reset();  // and the next one begins where it did
  } else if (backlog_) {
    *backlog_ = Round{.page = {.window = backlog_->page.window}, .is_whole = true};
  }
}

Rounds::Steady Rounds::due() const {
  return head_ || backlog_ ? Steady::min() : next_head_;
}

std::optional<UtcTime> Rounds::read_until() const {
  return backlog_ ? std::nullopt : std::optional(head_until_);
}

}  // namespace jobtree::discovery

#include "poller.h"

#include <algorithm>
#include <limits>

namespace jobtree::engine {
namespace {

using abi::State;

// Seconds. A batch of elastic IPs takes a few, a server some minutes: ask often while things move,
// and every ten seconds, as most clients of this API do, when they do not.
constexpr double kFirstInterval = 2;
constexpr double kGrowth = 1.5;
constexpr double kLastInterval = 10;
constexpr double kHiddenInterval = 30;
constexpr double kFailureFirst = 2;
constexpr double kFailureLast = 30;
// The gateway's throttling message comes without a time; five seconds is what its guide advises.
constexpr double kThrottledAtLeast = 5;
// A job may not be found just after it was created; some ids are never stored at all.
constexpr double kMissingInterval = 3;
constexpr double kMissingFor = 30;
constexpr double kJitter = 0.1;

}  // namespace

double Poller::jittered(double seconds) {
  random_ = random_ * 1664525U + 1013904223U;
  const double unit = static_cast<double>(random_ >> 8U) / (1U << 24U);  // [0, 1)
  return seconds * (1 - kJitter + 2 * kJitter * unit);
}

void Poller::plan(double seconds, double now) {
  next_ = now + jittered(seconds) * 1000;
}

bool Poller::due(double now) {
  if (now < next()) return false;
  asking_ = true;
  wanted_ = false;
  return true;
}

double Poller::next() const {
  const bool held = (stopped_ || paused_ || offline_) && !wanted_;
  return asking_ || held ? std::numeric_limits<double>::infinity() : next_;
}

void Poller::answered(Reply reply, bool settled, double retry_after, double age, double now) {
  asking_ = false;
  if (reply != Reply::not_found) missing_since_ = 0;
  const bool shown = confirmed_ != 0;

  switch (reply) {
    case Reply::changed:
    case Reply::unchanged:
      failures_ = 0;
      confirmed_ = now - std::max(age, 0.0) * 1000;
      known_ = settled ? State::settled : State::live;
      stopped_ = settled;
      // Something moved: look closely again. Nothing moved: look less often.
      interval_ =
          reply == Reply::changed ? kFirstInterval : std::min(interval_ * kGrowth, kLastInterval);
      plan(hidden_ ? kHiddenInterval : interval_, now);
      return;
    case Reply::denied:
      known_ = State::denied;
      stopped_ = true;
      return;
    case Reply::not_found:
      if (missing_since_ == 0) missing_since_ = now;
      known_ = State::not_found;
      stopped_ = shown || now - missing_since_ >= kMissingFor * 1000;
      plan(kMissingInterval, now);
      return;
    case Reply::throttled:
      known_ = State::throttled;
      plan(std::max(retry_after, kThrottledAtLeast), now);
      return;
    case Reply::not_a_job:
    case Reply::unreachable:
      break;
  }
  known_ = reply == Reply::not_a_job ? State::not_understood
           : shown                   ? State::stale
                                     : State::unreachable;
  const double backoff = kFailureFirst * static_cast<double>(1U << std::min(failures_, 5U));
  ++failures_;
  plan(std::max(std::min(backoff, kFailureLast), retry_after), now);
}

void Poller::refresh(double now) {
  wanted_ = true;
  missing_since_ = 0;
  failures_ = 0;
  next_ = now;
  // Until the answer is there, a refusal is no longer the truth; an end still is.
  if (known_ == State::settled) return;
  stopped_ = false;
  known_ = confirmed_ != 0 ? State::live : State::loading;
}

void Poller::set_paused(bool paused, double now) {
  if (paused_ && !paused && !stopped_) next_ = now;
  paused_ = paused;
}

void Poller::set_hidden(bool hidden, double now) {
  // Coming back to a page, one wants to see how things are, not how they were.
  if (hidden_ && !hidden && !stopped_ && known_ == State::live) next_ = now;
  hidden_ = hidden;
}

void Poller::set_offline(bool offline, double now) {
  if (offline_ && !offline && !stopped_) next_ = now;
  offline_ = offline;
}

State Poller::state() const {
  if (stopped_) return known_;
  if (offline_) return State::offline;
  if (paused_) return State::paused;
  return known_;
}

}  // namespace jobtree::engine

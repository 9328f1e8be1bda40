#include "poll/schedule.h"

#include <limits>

#include "base/min_max.h"

namespace jobtree::engine {
namespace {

using abi::State;

// Seconds. A batch of elastic IPs takes a few, a server some minutes: ask often while things move,
// and every ten seconds, as most clients of this API do, when they do not.
constexpr double kPatience = 30;  // for an answer, beyond what it is held
constexpr double kFirstInterval = 2;
constexpr double kGrowth = 1.5;
constexpr double kLastInterval = 10;
constexpr double kHiddenInterval = 30;
constexpr double kJitter = 0.1;
// Nothing but the user asks more often than this, whatever the backend answers.
constexpr double kFloor = 1;
// A held answer is followed by another query at once. But all who watch the job were answered in
// the same moment, and should not come back in one, too.
constexpr double kSoon = 0.1;
constexpr double kSoonAtMost = 1;
// So much of its time an unchanged answer has been held, else the backend does not hold any.
constexpr double kHeldShare = 0.8;
constexpr double kFailureFirst = 2;
constexpr double kFailureLast = 30;
// The gateway's throttling message comes without a time; five seconds is what its guide advises.
constexpr double kThrottledFirst = 5;
constexpr double kThrottledLast = 60;
// Whoever tells us to stay away for longer is asked again nevertheless: it may be a mistake.
constexpr double kToldAtMost = 600;
// A job may not be found just after it was created; some ids are never stored at all.
constexpr double kMissingInterval = 3;
constexpr double kMissingFor = 30;
// Between two queries of the user, who may lean on a key.
constexpr double kRefreshFloor = 0.3;

}  // namespace

double Poller::chance() {
  random_ = random_ * 1664525U + 1013904223U;
  return static_cast<double>(random_ >> 8U) / (1U << 24U);  // [0, 1)
}

void Poller::plan(double least, double most, double now) {
  next_ = now + (least + (most - least) * chance()) * 1000;
  resumes_hold_ = false;
}

/// A clock that was set back takes all our times with it: else nothing would be asked until it is
/// that late again.
void Poller::look_at_clock(double now) {
  if (now < latest_) {
    for (double* time :
         {&next_, &not_before_, &asked_at_, &refreshed_at_, &confirmed_, &missing_since_}) {
      if (*time != 0) *time -= latest_ - now;
    }
  }
  latest_ = now;
}

void Poller::plan_poll(double now) {
  const double seconds = hidden_ ? kHiddenInterval : interval_;
  plan(seconds * (1 - kJitter), seconds * (1 + kJitter), now);
}

/// After the n-th failure in a row: twice as long as after the one before, half of it by chance;
/// never sooner than told, and then spread, too.
void Poller::plan_retry(double first, double last, double told, double now) {
  const double backoff = lesser(first * static_cast<double>(1U << lesser(failures_, 5U)), last);
  ++failures_;
  plan(backoff / 2, backoff, now);
  if (told <= 0) return;
  const double least = lesser(told, kToldAtMost);
  not_before_ = now + least * 1000;
  const double after_backoff = next_;
  plan(least, least * (1 + kJitter) + kFloor, now);
  next_ = greater(next_, after_backoff);
}

bool Poller::may_hold() const {
  return holds_ != nullptr && known_ == State::live && !stopped_ && !paused_ && !hidden_ &&
         !offline_;
}

void Poller::leave() {
  if (holds_ != nullptr) holds_->leave(this);
  hold_ = 0;
}

void Poller::drop() {
  if (!asking_) return;
  asking_ = false;
  dropped_ = true;
  leave();
}

/// Something happened that makes what is known doubtful, the query under way too.
void Poller::ask_soon(double now) {
  next_ = greater(greater(now, not_before_), asked_at_ + kFloor * 1000);
  resumes_hold_ = false;
  if (next_ != now) return;
  asking_ = false;
  leave();
}

bool Poller::due(double now, bool has_version) {
  look_at_clock(now);
  if (now < next()) return false;
  if (has_version && !wanted_ && may_hold()) hold_ = holds_->take(this);
  if (resumes_hold_ && hold_ == 0) {
    plan_poll(now);
    return false;
  }
  if (wanted_) refreshed_at_ = now;
  asking_ = true;
  asked_at_ = now;
  wanted_ = dropped_ = false;
  return true;
}

bool Poller::overdue(double now) {
  look_at_clock(now);
  return asking_ && now >= wake();
}

double Poller::wake() const {
  return asking_ ? asked_at_ + (kPatience + hold_) * 1000 : next();
}

double Poller::next() const {
  const bool waits = (stopped_ || paused_ || offline_) && !wanted_;
  return asking_ || waits ? std::numeric_limits<double>::infinity() : next_;
}

void Poller::answered(Reply reply, bool settled, double retry_after, double age, double now) {
  look_at_clock(now);
  const bool awaited = std::exchange(asking_, false);
  const double planned = next_;
  const double took = (now - asked_at_) / 1000;
  const std::uint32_t hold = hold_;
  if (hold != 0) leave();
  if (reply != Reply::not_found) missing_since_ = 0;

  switch (reply) {
    case Reply::changed:
    case Reply::unchanged: {
      failures_ = 0;
      not_before_ = 0;
      confirmed_ = now - greater(age, 0.0) * 1000;
      known_ = settled ? State::settled : State::live;
      stopped_ = settled;
      // Something moved: look closely again. Nothing moved: look less often, unless it was the
      // backend that looked meanwhile.
      const bool changed = reply == Reply::changed;
      const bool was_held = hold != 0 && took >= (changed ? kFloor : kHeldShare * hold);
      if (changed) {
        interval_ = kFirstInterval;
      } else if (!was_held) {
        interval_ = bounded(interval_ * kGrowth, kFirstInterval, kLastInterval);
      }
      if (was_held && may_hold()) {
        plan(kSoon, kSoonAtMost, now);
        resumes_hold_ = true;
      } else {
        plan_poll(now);
      }
      break;
    }
    case Reply::denied:
      known_ = State::denied;
      stopped_ = true;
      break;
    case Reply::no_place:
      known_ = State::not_found;
      stopped_ = true;
      break;
    case Reply::not_found:
      if (missing_since_ == 0) missing_since_ = now;
      stopped_ = now - missing_since_ >= kMissingFor * 1000;
      known_ = stopped_ ? State::not_found : State::waiting;
      plan(kMissingInterval * (1 - kJitter), kMissingInterval * (1 + kJitter), now);
      break;
    case Reply::throttled:
      known_ = State::throttled;
      plan_retry(2 * kThrottledFirst, kThrottledLast, greater(retry_after, kThrottledFirst), now);
      break;
    case Reply::not_a_job:
      known_ = State::not_understood;
      plan_retry(kFailureFirst, kFailureLast, retry_after, now);
      break;
    case Reply::unreachable:
      known_ = confirmed_ != 0 ? State::stale : State::unreachable;
      plan_retry(kFailureFirst, kFailureLast, retry_after, now);
      break;
  }
  if (!awaited) {
    next_ = planned;
    resumes_hold_ = false;
  }
  if (!may_hold()) leave();
}

void Poller::refresh(double now) {
  look_at_clock(now);
  asking_ = false;
  leave();
  wanted_ = true;
  missing_since_ = 0;
  failures_ = 0;
  not_before_ = 0;
  next_ = greater(now, refreshed_at_ + kRefreshFloor * 1000);
  resumes_hold_ = false;
  // Until the answer is there, a refusal is no longer the truth; an end still is.
  if (known_ == State::settled) return;
  stopped_ = false;
  known_ = confirmed_ != 0 ? State::live : State::loading;
}

/// What keeps us from asking, or from asking often, begins or ends.
void Poller::set(bool& obstacle, bool there, double now) {
  look_at_clock(now);
  if (obstacle == there) return;
  obstacle = there;
  // Who pauses wants to read in peace: what is under way may not change the page any more. To a
  // page that is hidden it still may, but not after half a minute.
  const bool hides = there && &obstacle == &hidden_;
  if (there && (!hides || hold_ != 0)) drop();
  if (hides && known_ == State::live && !asking_) plan_poll(now);
  // Coming back to a page, one wants to see how things are, not how they were.
  if (!there && !stopped_ && !paused_) ask_soon(now);
  if (!may_hold()) leave();
}

State Poller::state() const {
  if (stopped_) return known_;
  if (offline_) return State::offline;
  if (paused_) return State::paused;
  return known_;
}

}  // namespace jobtree::engine

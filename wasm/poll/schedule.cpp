#include "poll/schedule.h"

#include <limits>

#include "base/min_max.h"

namespace jobtree::engine {
namespace {

using abi::State;

// Seconds. A batch of elastic IPs takes a few, a server some minutes: ask often while things move,
// and every ten seconds, as most clients of this API do, when they do not.
constexpr double kTimeout = 30;  // for an answer, beyond what it is held
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
// What the cloud said so long ago is no news: the backend has it still, and gets no other.
constexpr double kOld = 20;
constexpr double kFailureFirst = 2;
constexpr double kFailureLast = 30;
// The gateway's throttling message comes without a time; five seconds is what its guide advises.
constexpr double kThrottledFirst = 5;
constexpr double kThrottledLast = 60;
// Whoever tells us to stay away for longer is asked again nevertheless: it may be a mistake.
constexpr double kRetryAfterAtMost = 600;
// A job may not be found just after it was created; some ids are never stored at all.
constexpr double kMissingInterval = 3;
constexpr double kMissingFor = 30;
// Between two queries of the user, who may lean on a key.
constexpr double kRefreshFloor = 0.3;

}  // namespace

double PollSchedule::random_share() {
  random_ = random_ * 1664525U + 1013904223U;
  return static_cast<double>(random_ >> 8U) / (1U << 24U);  // [0, 1)
}

void PollSchedule::plan(double least, double most, double now) {
  next_ = now + (least + (most - least) * random_share()) * 1000;
  resumes_hold_ = false;
}

/// A clock that was set back takes all our times with it: else nothing would be asked until it is
/// that late again.
void PollSchedule::look_at_clock(double now) {
  if (now < latest_) {
    for (double* time :
         {&next_, &not_before_, &queried_at_, &refreshed_at_, &confirmed_, &missing_since_}) {
      if (*time != 0) *time -= latest_ - now;
    }
  }
  latest_ = now;
}

void PollSchedule::plan_poll(double now) {
  const double seconds = hidden_ ? kHiddenInterval : interval_;
  plan(seconds * (1 - kJitter), seconds * (1 + kJitter), now);
}

/// After the n-th failure in a row: twice as long as after the one before, half of it by chance;
/// never sooner than retry_after, and then spread, too.
void PollSchedule::plan_retry(double first, double last, double retry_after, double now) {
  const double backoff = lesser(first * static_cast<double>(1U << lesser(failures_, 5U)), last);
  ++failures_;
  plan(backoff / 2, backoff, now);
  if (retry_after <= 0) return;
  const double least = lesser(retry_after, kRetryAfterAtMost);
  not_before_ = now + least * 1000;
  const double after_backoff = next_;
  plan(least, least * (1 + kJitter) + kFloor, now);
  next_ = greater(next_, after_backoff);
}

bool PollSchedule::may_hold() const {
  return slots_ != nullptr && most_hold_ != 0 && known_ == State::live && !stopped_ && !paused_ &&
         !hidden_;
}

void PollSchedule::release_slot() {
  if (slots_ != nullptr) slots_->release(this);
  hold_ = 0;
}

void PollSchedule::drop() {
  if (!querying_) return;
  querying_ = false;
  dropped_ = true;
  release_slot();
}

/// Something happened that makes what is known doubtful, the query under way too.
void PollSchedule::query_soon(double now) {
  next_ = greater(greater(now, not_before_), queried_at_ + kFloor * 1000);
  resumes_hold_ = false;
  is_doubtful_ = true;
  if (next_ != now) return;
  querying_ = false;
  release_slot();
}

bool PollSchedule::due(double now, bool has_version) {
  look_at_clock(now);
  if (now < next()) return false;
  if (has_version && !refresh_wanted_ && !is_doubtful_ && may_hold())
    hold_ = lesser(slots_->take(this), most_hold_);
  if (resumes_hold_ && hold_ == 0) {
    plan_poll(now);
    return false;
  }
  if (refresh_wanted_) refreshed_at_ = now;
  querying_ = true;
  queried_at_ = now;
  refresh_wanted_ = is_doubtful_ = dropped_ = false;
  return true;
}

bool PollSchedule::overdue(double now) {
  look_at_clock(now);
  return querying_ && now >= wake();
}

double PollSchedule::wake() const {
  return querying_ ? queried_at_ + (kTimeout + hold_) * 1000 : next();
}

double PollSchedule::next() const {
  const bool waits = (stopped_ || paused_) && !refresh_wanted_;
  return querying_ || waits ? std::numeric_limits<double>::infinity() : next_;
}

void PollSchedule::answered(PollOutcome reply, bool settled, double retry_after, double age,
                            double now) {
  look_at_clock(now);
  const bool awaited = std::exchange(querying_, false);
  const double planned = next_;
  const double took = (now - queried_at_) / 1000;
  const std::uint32_t hold = hold_;
  if (hold != 0) release_slot();
  if (reply != PollOutcome::not_found) missing_since_ = 0;

  switch (reply) {
    case PollOutcome::changed:
    case PollOutcome::unchanged: {
      failures_ = 0;
      not_before_ = 0;
      confirmed_ = now - greater(age, 0.0) * 1000;
      known_ = settled ? State::settled : age > kOld ? State::stale : State::live;
      stopped_ = settled;
      // Something moved: look closely again. Nothing moved: look less often, unless it was the
      // backend that looked meanwhile.
      const bool changed = reply == PollOutcome::changed;
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
    case PollOutcome::denied:
      known_ = State::denied;
      stopped_ = true;
      break;
    case PollOutcome::no_place:
      known_ = State::not_found;
      stopped_ = true;
      break;
    case PollOutcome::not_found:
      if (missing_since_ == 0) missing_since_ = now;
      stopped_ = now - missing_since_ >= kMissingFor * 1000;
      known_ = stopped_ ? State::not_found : State::waiting;
      plan(kMissingInterval * (1 - kJitter), kMissingInterval * (1 + kJitter), now);
      break;
    case PollOutcome::throttled:
      known_ = State::throttled;
      plan_retry(2 * kThrottledFirst, kThrottledLast, greater(retry_after, kThrottledFirst), now);
      break;
    case PollOutcome::not_a_job:
      known_ = State::not_understood;
      plan_retry(kFailureFirst, kFailureLast, retry_after, now);
      break;
    case PollOutcome::timed_out:
      // The next ones are held for half as long, or not at all.
      if (hold != 0) most_hold_ = hold / 2 < LongPollSlots::kShortest ? 0 : hold / 2;
      [[fallthrough]];
    case PollOutcome::unreachable:
      known_ = confirmed_ != 0 ? State::stale : State::unreachable;
      plan_retry(kFailureFirst, kFailureLast, retry_after, now);
      break;
  }
  if (!awaited) {
    next_ = planned;
    resumes_hold_ = false;
  }
  if (!may_hold()) release_slot();
}

void PollSchedule::refresh(double now) {
  look_at_clock(now);
  querying_ = false;
  release_slot();
  refresh_wanted_ = true;
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
void PollSchedule::set(bool& obstacle, bool there, double now) {
  look_at_clock(now);
  if (obstacle == there) return;
  obstacle = there;
  // Who pauses wants to read in peace: what is under way may not change the page any more. To a
  // page that is hidden it still may, but not after half a minute.
  const bool hides = there && &obstacle == &hidden_;
  const bool is_hint = &obstacle == &offline_;
  if (there && !is_hint && (!hides || hold_ != 0)) drop();
  if (hides && known_ == State::live && !querying_) plan_poll(now);
  // Coming back to a page, one wants to see how things are, not how they were; and whether there is
  // a way to the backend, its answer tells.
  if ((!there || is_hint) && !stopped_ && !paused_) query_soon(now);
  if (!may_hold()) release_slot();
}

State PollSchedule::state() const {
  if (stopped_) return known_;
  if (paused_) return State::paused;
  if (offline_ && (known_ == State::stale || known_ == State::unreachable)) return State::offline;
  return known_;
}

}  // namespace jobtree::engine

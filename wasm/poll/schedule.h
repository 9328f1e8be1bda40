// When to ask next, for how long the answer may be held, and how the watch goes.
//
// Pure: time is an argument, chance comes from a seed, and nothing is sent from here. Must not
// know: what a job looks like, or how a query travels.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/min_max.h"
#include "poll/long_poll_slots.h"
#include "wire/abi.h"

namespace jobtree::engine {

/// What came of one query.
enum class PollOutcome : std::uint8_t {
  changed,      ///< a job, other than before
  unchanged,    ///< the same job (304 or equal)
  not_a_job,    ///< an answer that could not be understood
  not_found,    ///< 404
  no_place,     ///< 404, and not for want of a job: there are no jobs at this address
  denied,       ///< 400, 401, 403 and the like: asking again cannot help
  throttled,    ///< 429
  unreachable,  ///< nothing came, or the way there is broken (5xx)
  timed_out,    ///< a proxy did not wait for the answer (504)
};

class PollSchedule {
 public:
  /// `slots`: the page's, which must outlive this; without one, no query is held.
  explicit PollSchedule(std::uint32_t seed, LongPollSlots* slots = nullptr)
      : slots_(slots), random_(seed) {}
  ~PollSchedule() { release_slot(); }
  PollSchedule(const PollSchedule&) = delete;
  PollSchedule& operator=(const PollSchedule&) = delete;

  /// True once when a query is due; the caller then asks, in the place of any query under way, and
  /// reports with answered(). `has_version`: the query can name what is known, so that there is
  /// something to wait for the change of.
  bool due(double now, bool has_version = false);
  /// For how many seconds the backend may hold the answer to the query under way; 0: not at all.
  std::uint32_t hold() const { return hold_; }
  /// True once when the query under way is not wanted any more: its answer must not come.
  bool dropped() { return std::exchange(dropped_, false); }
  /// True when the query under way has taken too long. The caller gives it up, and reports that
  /// nothing came.
  bool overdue(double now);

  /// What came of the last query; when a newer one is due already, that stays so.
  /// `settled`: the job has ended. `retry_after`: seconds the other side wants us to wait, negative
  /// when it did not say. `age`: seconds since the cloud said what came.
  void answered(PollOutcome reply, bool settled, double retry_after, double age, double now);

  /// What came is all that will ever be known, although the job may not have ended.
  void forgotten() {
    if (known_ != abi::State::settled) known_ = abi::State::not_found;
    stopped_ = true;
  }

  /// The user wants an answer now, whatever was decided before and whatever is under way.
  void refresh(double now);

  void set_paused(bool paused, double now) { set(paused_, paused, now); }
  void set_hidden(bool hidden, double now) { set(hidden_, hidden, now); }
  /// What a browser says is a hint: a backend on the same machine needs no network.
  void set_offline(bool offline, double now) { set(offline_, offline, now); }

  /// When due() may turn true, in milliseconds since 1970; Infinity while nothing is planned.
  double next() const;
  /// When due() or overdue() may turn true; Infinity while neither can.
  double wake() const;
  /// When the cloud said what is shown, in milliseconds since 1970; 0 before the first answer.
  double confirmed() const { return confirmed_; }
  /// Seconds since then; negative before the first answer.
  double age(double now) const {
    return confirmed_ == 0 ? -1 : greater(0.0, (now - confirmed_) / 1000);
  }

  abi::State state() const;

 private:
  [[gnu::noinline]] void set(bool& obstacle, bool there, double now);
  double random_share();
  void plan(double least, double most, double now);
  void plan_poll(double now);
  void plan_retry(double first, double last, double retry_after, double now);
  void look_at_clock(double now);
  void query_soon(double now);
  void drop();
  void release_slot();
  bool may_hold() const;

  LongPollSlots* slots_;
  abi::State known_ = abi::State::loading;  // but for paused and offline, which lie above it
  // Times; 0 for never, and of next_ for at once.
  double latest_ = 0;  // that we were told of
  double next_ = 0;
  double not_before_ = 0;  // as Retry-After said; only the user may query sooner
  double queried_at_ = 0;
  double refreshed_at_ = 0;
  double confirmed_ = 0;
  double missing_since_ = 0;                           // first 404 in a row
  double interval_ = 0;                                // seconds
  std::uint32_t failures_ = 0;                         // in a row
  std::uint32_t hold_ = 0;                             // of the query under way, seconds
  std::uint32_t most_hold_ = LongPollSlots::kLongest;  // that the way there bears; 0: none
  std::uint32_t random_;
  bool querying_ = false;
  bool dropped_ = false;
  bool resumes_hold_ = false;    // next_ is soon, for a query that is held; not for another
  bool refresh_wanted_ = false;  // by the user: queried even while stopped, paused or offline
  bool is_doubtful_ = false;     // how old what is shown is: the next query is not held
  bool stopped_ = false;
  bool paused_ = false;
  bool hidden_ = false;
  bool offline_ = false;
};

}  // namespace jobtree::engine

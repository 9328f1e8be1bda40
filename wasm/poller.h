// When to ask next, and how the watch goes.
//
// Pure: time is an argument, chance comes from a seed, and nothing is sent from here. Must not
// know: what a job looks like, or how a query travels.
#pragma once

#include <cstdint>

#include "abi.h"

namespace jobtree::engine {

/// What came of one query.
enum class Reply : std::uint8_t {
  changed,      ///< a job, other than before
  unchanged,    ///< the same job (304 or equal)
  not_a_job,    ///< an answer that could not be understood
  not_found,    ///< 404
  denied,       ///< 400, 401, 403 and the like: asking again cannot help
  throttled,    ///< 429
  unreachable,  ///< nothing came, or the way there is broken (5xx)
};

class Poller {
 public:
  explicit Poller(std::uint32_t seed) : random_(seed) {}

  /// True once when a query is due; the caller then asks and reports with answered().
  bool due(double now);

  /// `retry_after`: seconds the other side wants us to wait, negative when it did not say.
  /// `settled`: the job has ended. `age`: seconds since the cloud said what came.
  void answered(Reply reply, bool settled, double retry_after, double age, double now);

  /// The user wants an answer now, whatever was decided before.
  void refresh(double now);

  void set_paused(bool paused, double now);
  void set_hidden(bool hidden, double now);
  void set_offline(bool offline, double now);

  /// When due() may turn true, in milliseconds since 1970; Infinity while nothing is planned.
  double next() const;
  /// Seconds since what is shown was confirmed; negative before the first answer.
  double age(double now) const { return confirmed_ == 0 ? -1 : (now - confirmed_) / 1000; }

  abi::State state() const;

 private:
  void plan(double seconds, double now);
  double jittered(double seconds);

  abi::State known_ = abi::State::loading;  // but for paused and offline, which lie above it
  double next_ = 0;                         // 0: at once
  double interval_ = 0;                     // seconds
  double confirmed_ = 0;                    // when, 0: never
  double missing_since_ = 0;                // first 404 in a row, 0: none
  std::uint32_t failures_ = 0;              // in a row
  std::uint32_t random_;
  bool asking_ = false;
  bool wanted_ = false;  // by the user: asked even while stopped, paused or offline
  bool stopped_ = false;
  bool paused_ = false;
  bool hidden_ = false;
  bool offline_ = false;
};

}  // namespace jobtree::engine

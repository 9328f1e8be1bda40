// Where times stand on the timeline: all of a job's, or a span of it that was zoomed to. Long times
// in which nothing ran are cut out of it.
//
// Knows: times of jobs, lengths of time that people count in. Must not know: bars, pixels.
#pragma once

#include <cstdint>

#include "base/array.h"
#include "i18n/format.h"
#include "model/job.h"

namespace jobtree::engine {

/// Positions on it are in 1/10000 of what is shown.
class TimeAxis {
 public:
  static constexpr std::uint32_t kScale = 10000;
  static constexpr std::uint32_t kOutside = 2 * kScale;

  /// A tree, or a later state of it. A time of at least ten minutes and a fifth of the whole in
  /// which no leaf ran is cut.
  void show(const JobTree& tree);
  /// Until when it goes: to the job's end, or to `now`.
  void set_now(const JobTree& tree, Instant now);

  /// Shows this span alone, one of the ends of which may not be known; of no length: all.
  void zoom(Span span);
  bool is_zoomed() const { return zoomed_.begin != kNoInstant; }

  bool empty() const { return shown(shown_.end) <= shown(shown_.begin); }
  /// Where an instant stands, or the nearest that is shown.
  std::uint32_t place(Instant instant) const;
  /// What stands there.
  Instant at(std::uint32_t place) const;
  /// Whether any of it is shown.
  bool shows(Span span) const { return span.end >= shown_.begin && span.begin <= shown_.end; }

  /// A line for each mark: its place, and how long after the job's begin that is, in words; and for
  /// each cut: both of its ends and how long it is. U+001F stands between.
  void put_marks(String& out, Language language) const;

 private:
  struct Gap {
    Instant begin, end;
  };
  /// How far from the begin of all, where each gap is as long as `gap_`.
  double shown(Instant instant) const;

  Span all_;
  Span zoomed_;
  Span shown_;  // one of the two
  Array<Gap> gaps_;
  double gap_ = 0;  // milliseconds
};

}  // namespace jobtree::engine

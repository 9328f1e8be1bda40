#include "view/time_axis.h"

#include <array>

#include "base/min_max.h"
#include "wire/abi.h"

namespace jobtree::engine {

using abi::kBetween;

namespace {

constexpr std::int64_t kSecond = 1000;
constexpr std::int64_t kTenth = kSecond / 10;
constexpr std::uint32_t kMinute = 60;
constexpr std::uint32_t kHour = 3600;
constexpr std::uint32_t kDay = 86400;

// Gaps are looked for in so many parts of the whole.
constexpr std::uint32_t kGapParts = 1000;
constexpr std::uint32_t kLeastGapParts = kGapParts / 5;
constexpr Instant kLeastGap = Instant{10} * kMinute * kSecond;
constexpr double kGapShare = 0.04;  // of the rest: how long a gap seems to be

struct Unit {
  std::uint32_t seconds;
  Pair name;
};
constexpr Unit kUnits[] = {
    {kDay, {"d", "天"}}, {kHour, {"h", "小时"}}, {kMinute, {"m", "分"}}, {1, {"s", "秒"}}};

/// "1m 30s", "2h", "0.2s", as short as can be: marks stand close.
void put_mark(String& out, Instant length, Language language) {
  auto left = static_cast<std::uint64_t>(length / kSecond);
  const auto tenths = static_cast<std::uint64_t>(length % kSecond / kTenth);
  const std::size_t begin = out.size();
  for (const auto& [seconds, name] : kUnits) {
    const std::uint64_t number = left / seconds;
    const bool is_split = seconds == 1 && tenths != 0;
    left %= seconds;
    if (number == 0 && !is_split) continue;
    if (out.size() != begin && language == Language::en) out += ' ';
    put_digits(out, number);
    if (is_split) {
      out += '.';
      put_digits(out, tenths);
    }
    out += name.in(language);
  }
}

/// The shortest round time of which at most four fit. 0 where nothing can be marked, below a
/// tenth of a second. In milliseconds.
Instant mark_step(Instant length) {
  constexpr Instant kMostMarks = 4;
  constexpr std::uint32_t kSteps[] = {
      1,       2,           5,           10,           15,           30,
      kMinute, 2 * kMinute, 5 * kMinute, 10 * kMinute, 15 * kMinute, 30 * kMinute,
      kHour,   2 * kHour,   3 * kHour,   6 * kHour,    12 * kHour,   kDay};
  if (length < kTenth) return 0;
  for (const Instant step : {kTenth, 2 * kTenth, 5 * kTenth}) {
    if (length <= step * kMostMarks) return step;
  }
  for (const std::uint32_t seconds : kSteps) {
    const Instant step = Instant{seconds} * kSecond;
    if (length <= step * kMostMarks) return step;
  }
  // Days: 1, 2, 4 and so on. Nobody waits for months, and whoever does counts in weeks.
  Instant step = Instant{kDay} * kSecond;
  while (length > step * kMostMarks)
    step *= 2;
  return step;
}

}  // namespace

void TimeAxis::show(const JobTree& tree) {
  gaps_.clear();
  const Instant begin = tree.first_begin;
  if (begin == kNoInstant || tree.last_end == kNoInstant) return;
  const Instant part = (tree.last_end - begin) / kGapParts + 1;
  if (part * kGapParts < kLeastGap) return;

  // How many leaves begin in each part, less those that ended before it.
  std::array<std::int32_t, kGapParts + 1> running{};
  const auto part_of = [&](Instant instant) {
    return static_cast<std::size_t>(
        bounded((instant - begin) / part, Instant{0}, Instant{kGapParts - 1}));
  };
  for (const Job& job : tree.jobs) {
    if (job.child_count != 0 || job.begin == kNoInstant || job.status == Status::waiting) continue;
    const std::size_t first = part_of(job.begin);
    const std::size_t last = is_ticking(job)         ? kGapParts - 1
                             : job.end == kNoInstant ? first
                                                     : greater(first, part_of(job.end));
    ++running[first];
    --running[last + 1];
  }
  std::int32_t count = 0;
  bool has_run = false;
  std::size_t idle = 0;  // since this part
  for (std::size_t i = 0; i < kGapParts; ++i) {
    count += running[i];
    if (count == 0) continue;
    const Instant length = static_cast<Instant>(i - idle) * part;
    if (has_run && i - idle >= kLeastGapParts && length >= kLeastGap) {
      const Instant from = begin + static_cast<Instant>(idle) * part;
      gaps_.push_back({from, from + length});
    }
    has_run = true;
    idle = i + 1;
  }
}

void TimeAxis::set_now(const JobTree& tree, Instant now) {
  const bool has_ended =
      !tree.empty() && is_settled(tree.root().status) && tree.last_end != kNoInstant;
  all_ = {tree.first_begin, has_ended ? tree.last_end : greater(now, tree.last_end)};
  shown_ = is_zoomed() ? zoomed_ : all_;
  if (all_.begin == kNoInstant) return;
  auto length = static_cast<double>(all_.end - all_.begin);
  for (const Gap& gap : gaps_)
    length -= static_cast<double>(gap.end - gap.begin);
  gap_ = length * kGapShare;
}

void TimeAxis::zoom(Span span) {
  zoomed_ = {};
  if (span.begin == kNoInstant || all_.begin == kNoInstant) return;
  if (span.end == kNoInstant) span.end = all_.end;
  if (span.begin < span.end && span != all_) zoomed_ = span;
}

double TimeAxis::shown(Instant instant) const {
  if (all_.begin == kNoInstant) return 0;
  auto at = static_cast<double>(instant - all_.begin);
  for (const Gap& gap : gaps_) {
    if (instant <= gap.begin) break;
    const auto length = static_cast<double>(gap.end - gap.begin);
    const auto within = static_cast<double>(lesser(instant, gap.end) - gap.begin);
    at -= within - within / length * gap_;
  }
  return at;
}

std::uint32_t TimeAxis::place(Instant instant) const {
  const double begin = shown(shown_.begin);
  const double end = shown(shown_.end);
  const double at = shown(bounded(instant, shown_.begin, shown_.end));
  return end <= begin ? 0 : static_cast<std::uint32_t>((at - begin) * kScale / (end - begin));
}

Instant TimeAxis::at(std::uint32_t place) const {
  const double begin = shown(shown_.begin);
  double left = begin + (shown(shown_.end) - begin) * lesser(place, kScale) / kScale;
  for (const Gap& gap : gaps_) {
    const double beyond = left - static_cast<double>(gap.begin - all_.begin);
    if (beyond <= 0) break;
    const auto length = static_cast<double>(gap.end - gap.begin);
    left += beyond < gap_ ? beyond * length / gap_ - beyond : length - gap_;
  }
  return all_.begin + static_cast<Instant>(left);
}

void TimeAxis::put_marks(String& out, Language language) const {
  constexpr std::uint32_t kClosest = kScale / 5;
  if (empty()) return;
  const Instant step = mark_step(static_cast<Instant>(shown(shown_.end) - shown(shown_.begin)));
  if (step == 0) return;
  const std::size_t begin = out.size();
  const auto put_place = [&](std::uint32_t place) {
    if (out.size() != begin && out.back() != kBetween) out += '\n';
    put_digits(out, place);
    out += kBetween;
  };
  std::uint32_t last = 0;
  Instant from = shown_.begin - all_.begin;
  // Up to each gap, and after the last.
  for (std::size_t i = 0; i <= gaps_.size(); ++i) {
    const Instant to =
        (i < gaps_.size() ? lesser(gaps_[i].begin, shown_.end) : shown_.end) - all_.begin;
    for (Instant at = (from / step + 1) * step; at <= to; at += step) {
      const std::uint32_t here = place(all_.begin + at);
      if (here - last < kClosest) continue;
      put_place(here);
      put_mark(out, at, language);
      last = here;
    }
    if (i == gaps_.size()) return;
    const Gap& gap = gaps_[i];
    from = greater(from, gap.end - all_.begin);
    if (!shows({gap.begin, gap.end})) continue;
    last = place(gap.end);
    put_place(place(gap.begin));
    put_place(last);
    put_mark(out, (gap.end - gap.begin) / kMinute / kSecond * kMinute * kSecond, language);
  }
}

}  // namespace jobtree::engine

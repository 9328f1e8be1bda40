#include "model/estimate.h"

#include "base/min_max.h"

namespace jobtree::engine {
namespace {

constexpr Instant kLately = 180'000;           // milliseconds
constexpr std::uint32_t kFewest = 5;           // that have ended; fewer tell nothing
constexpr std::uint32_t kShortestStill = 120;  // seconds

std::uint32_t seconds(Instant milliseconds) {
  constexpr Instant kMost = 0xFFFF'FFFF;
  return static_cast<std::uint32_t>(bounded(milliseconds / 1000, Instant{0}, kMost));
}

}  // namespace

void Pace::saw(const JobTree& tree, Instant now) {
  // What is seen for the first time may have stood still for long, if the times of all tell so.
  bool may_be_old = last_change == kNoInstant;
  since = greater(now - kLately, tree.first_begin);
  ended = 0;
  Instant last = kNoInstant;
  for (const Job& job : tree.jobs) {
    last = greater(last, greater(job.begin, job.end));
    if (job.child_count != 0) continue;
    if (job.end > since) ++ended;
    const bool has_time = is_settled(job.status) ? job.end != kNoInstant
                                                 : job.status != Status::running || is_ticking(job);
    may_be_old = may_be_old && has_time;
  }
  last_change = may_be_old ? lesser(last, now) : now;
}

Estimate estimate_of(const JobTree& tree, const PastRuns& past, const Pace& pace, Instant now) {
  Estimate estimate;
  const Job& root = tree.root();
  if (is_settled(root.status) || tree.is_list) return estimate;
  const Instant begin = tree.span(0).begin;
  const std::uint32_t ran = begin == kNoInstant ? 0 : seconds(now - begin);
  const bool is_known = past.count >= kFewest;
  if (is_known) {
    estimate.kind = ran <= past.p95 ? abi::Estimate::usual : abi::Estimate::longer;
    estimate.from = past.p50;
    estimate.to = past.p90;
    estimate.unchanged = seconds(now - pace.last_change);
  }
  // Of a job without parts nothing changes until its end.
  if (root.child_count == 0) return estimate;
  if (estimate.kind == abi::Estimate::longer &&
      estimate.unchanged > greater(kShortestStill, past.p50 / 4)) {
    estimate.kind = abi::Estimate::stuck;
    return estimate;
  }
  if (pace.ended < kFewest) return estimate;
  const std::uint32_t to_do = total(root.leaves) - settled(root.leaves);
  estimate.left = seconds((now - pace.since) * to_do / pace.ended);
  // The last parts may be the slowest: no sooner than such jobs end.
  const std::uint32_t end = ran < past.p50 ? past.p50 : past.p90;
  if (is_known && end > ran) estimate.left = greater(estimate.left, end - ran);
  return estimate;
}

}  // namespace jobtree::engine

#include "model/durations.h"

#include <utility>

#include "base/hash.h"
#include "base/merge_sort.h"
#include "base/min_max.h"
#include "base/text.h"

namespace jobtree::engine {
namespace {

constexpr std::size_t kMostTypes = 64;  // counted; what comes later is not
// A number for each sub-job: its type, how long it took, and which it is.
constexpr unsigned kJobBits = 22;
constexpr unsigned kTimeBits = 36;  // two years of milliseconds
constexpr Instant kLongestDuration = (Instant{1} << kTimeBits) - 1;

/// The place of a type among those so far, which gets one when it is new and there is room.
std::size_t place_of_type(const JobTree& tree, Array<Durations>& all, Text type) {
  std::size_t place = 0;
  while (place < all.size() && !is_same(tree.view(all[place].type), tree.view(type)))
    ++place;
  if (place == all.size() && place < kMostTypes) all.push_back({.type = type});
  return place;
}

}  // namespace

Array<Durations> durations_of(const JobTree& tree) {
  Array<Durations> all;
  Array<std::uint64_t> took;
  const std::size_t jobs = lesser(tree.jobs.size(), std::size_t{1} << kJobBits);
  for (std::uint32_t i = 1; i < jobs; ++i) {
    const Job& job = tree.jobs[i];
    if (job.status == Status::skipped || !is_settled(job.status)) continue;
    const Span span = tree.span(i);
    if (span.begin == kNoInstant || span.end == kNoInstant) continue;
    const std::uint64_t type = place_of_type(tree, all, job.type);
    if (type == kMostTypes) continue;
    ++all[static_cast<std::size_t>(type)].count;
    const auto time =
        static_cast<std::uint64_t>(bounded(span.end - span.begin, 0, kLongestDuration));
    took.push_back((type << kTimeBits | time) << kJobBits | i);
  }
  Array<std::uint64_t> space(took.size());
  merge_sort(took.data(), space.data(), took.size());
  const auto time_at = [&](std::size_t place) {
    return static_cast<Instant>(took[place] >> kJobBits &
                                static_cast<std::uint64_t>(kLongestDuration));
  };
  std::size_t begin = 0;
  for (Durations& it : all) {
    const auto percentile = [&](std::size_t n) {
      return time_at(begin + (it.count * n + 99) / 100 - 1);
    };
    const std::size_t last = begin + it.count - 1;
    it.p50 = percentile(50);
    it.p90 = percentile(90);
    it.p99 = percentile(99);
    it.longest = time_at(last);
    it.job = static_cast<std::uint32_t>(took[last] & ((std::uint64_t{1} << kJobBits) - 1));
    begin += it.count;
  }
  for (std::size_t i = 1; i < all.size(); ++i) {
    for (std::size_t k = i; k > 0 && all[k - 1].p99 < all[k].p99; --k)
      std::swap(all[k - 1], all[k]);
  }
  if (all.size() > kMostDurations) all.cut(kMostDurations);
  return all;
}

}  // namespace jobtree::engine

#include "view/sort.h"

#include <algorithm>
#include <utility>

#include "base/merge_sort.h"
#include "base/min_max.h"

namespace jobtree::engine {

using abi::Sort;

namespace {

// What the order goes by stands above a job's number, so that plain numbers are compared and equal
// jobs stay as they were sent.
constexpr std::uint32_t kNumberBits = 24;
static_assert(JsonLimits{}.values <= 1U << kNumberBits);
constexpr std::uint64_t kMostRank = (1ULL << (64 - kNumberBits)) - 1;

/// What needs somebody comes first.
std::uint64_t urgency_rank(const Job& job) {
  if (job.failed_below) return 0;
  switch (job.status) {
    case Status::failed:
      return 0;
    case Status::unknown:
      return 1;
    case Status::running:
      return 2;
    case Status::waiting:
      return 3;
    case Status::cancelled:
      return 4;
    case Status::skipped:
      return 5;
    case Status::succeeded:
      return 6;
  }
  return 0;
}

std::uint64_t length_rank(const Job& job, Span span, double now) {
  const bool runs = !is_settled(job.status) && job.status != Status::waiting;
  const Instant end = span.end == kNoInstant && runs ? static_cast<Instant>(now) : span.end;
  if (span.begin == kNoInstant || end == kNoInstant) return kMostRank;
  const auto most = static_cast<Instant>(kMostRank);
  return static_cast<std::uint64_t>(most - bounded(end - span.begin, Instant{0}, most));
}

}  // namespace

Array<std::uint32_t> sorted(const JobTree& tree, Sort sort, double now) {
  Array<std::uint32_t> order;
  if (sort == Sort::as_sent) return order;
  const Array<Job>& jobs = tree.jobs;
  Array<std::uint64_t> ranks(jobs.size());
  for (std::uint32_t i = 0; i < jobs.size(); ++i) {
    const std::uint64_t rank = sort == Sort::failed_first ? urgency_rank(jobs[i])
                                                          : length_rank(jobs[i], tree.span(i), now);
    ranks[i] = rank << kNumberBits | i;
  }
  Array<std::uint64_t> space(jobs.size());
  for (const Job& job : jobs) {
    if (job.child_count > 1) merge_sort(&ranks[job.first_child], space.data(), job.child_count);
  }
  order.reserve(ranks.size());
  for (const std::uint64_t rank : ranks)
    order.push_back(static_cast<std::uint32_t>(rank & ((1U << kNumberBits) - 1)));
  return order;
}

bool has_same_rank(const JobTree& before, std::uint32_t job, const JobTree& now,
                   std::uint32_t job_now, Sort sort) {
  // The job itself has no siblings to pass.
  for (; job != 0 && job_now != 0 && sort != Sort::as_sent;
       job = before.jobs[job].parent, job_now = now.jobs[job_now].parent) {
    const Job& then = before.jobs[job];
    const Job& it = now.jobs[job_now];
    if (sort == Sort::failed_first && urgency_rank(then) != urgency_rank(it)) return false;
    if (sort == Sort::longest_first &&
        (before.span(job) != now.span(job_now) || is_settled(then.status) != is_settled(it.status)))
      return false;
  }
  return true;
}

}  // namespace jobtree::engine

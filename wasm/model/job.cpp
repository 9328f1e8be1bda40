#include "model/job.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/hash.h"
#include "base/min_max.h"

namespace jobtree::engine {

namespace {

Instant earlier(Instant a, Instant b) {
  if (a == kNoInstant || b == kNoInstant) return greater(a, b);
  return lesser(a, b);
}

/// Services write whole seconds at times, so a job may end before it began.
Instant length(const Job& job) {
  return greater<Instant>(job.end - job.begin, 0);
}

}  // namespace

std::uint32_t JobTree::find(std::uint64_t key) const {
  if (index_.empty()) return kNoJob;
  const std::size_t mask = index_.size() - 1;
  for (std::size_t i = key & mask; index_[i] != kNoJob; i = (i + 1) & mask) {
    if (jobs[index_[i]].key == key) return index_[i];
  }
  return kNoJob;
}

void JobTree::assign_keys(std::uint32_t seed) {
  // A key of 0 would stand for no job: none has this bit unset.
  constexpr std::uint64_t kSet = 1ULL << 63U;
  index_ = Array<std::uint32_t>(std::bit_ceil(jobs.size() * 2));
  std::fill(index_.begin(), index_.end(), kNoJob);
  const std::size_t mask = index_.size() - 1;
  for (std::uint32_t i = 0; i < jobs.size(); ++i) {
    Job& job = jobs[i];
    const bool is_root = job.parent == kNoJob;
    const std::uint64_t above = is_root ? seed : jobs[job.parent].key;
    const std::uint64_t place = is_root ? 0 : i - jobs[job.parent].first_child;
    job.key = mix(above, job.id.empty() ? place : hash(view(job.id))) | kSet;
    std::size_t slot = job.key & mask;
    while (index_[slot] != kNoJob) {
      // Ids come from outside and may repeat; two jobs must never share a key.
      if (jobs[index_[slot]].key == job.key) {
        job.key = mix(job.key, place) | kSet;
        slot = job.key & mask;
      } else {
        slot = (slot + 1) & mask;
      }
    }
    index_[slot] = i;
  }
}

/// Of several that took equally long the first stays; children come last to first.
void JobTree::add(const RollUp& below, RollUp& above) const {
  above.span.begin = earlier(above.span.begin, below.span.begin);
  above.span.end = greater(above.span.end, below.span.end);
  if (below.longest_ended != kNoJob &&
      (above.longest_ended == kNoJob ||
       length(jobs[below.longest_ended]) >= length(jobs[above.longest_ended]))) {
    above.longest_ended = below.longest_ended;
  }
  if (below.longest_ticking != kNoJob &&
      (above.longest_ticking == kNoJob ||
       jobs[below.longest_ticking].begin <= jobs[above.longest_ticking].begin)) {
    above.longest_ticking = below.longest_ticking;
  }
}

/// Once all that is below has been added: what the job says of itself holds.
void JobTree::complete(const Job& job, RollUp& own) const {
  if (job.begin != kNoInstant) own.span.begin = job.begin;
  const bool is_group = job.status_text.empty() && settled(job.leaves) == total(job.leaves);
  if (job.end != kNoInstant) {
    own.span.end = job.end;
  } else if (!is_settled(job.status) && !is_group) {
    own.span.end = kNoInstant;
  }
}

void JobTree::roll_up() {
  roll_ups_.clear();
  roll_ups_.reserve(jobs.size());
  for (std::uint32_t i = 0; i < jobs.size(); ++i) {
    const Job& job = jobs[i];
    first_begin = earlier(first_begin, job.begin);
    last_end = greater(last_end, job.end);
    const bool is_leaf = job.child_count == 0;
    const bool has_ended = job.begin != kNoInstant && job.end != kNoInstant;
    roll_ups_.push_back({is_leaf ? Span{job.begin, job.end} : Span{},
                         is_leaf && has_ended ? i : kNoJob,
                         is_leaf && is_ticking(job) ? i : kNoJob});
  }
  // Children stand behind their parents: from the back, all below a job is done before it.
  for (std::uint32_t i = static_cast<std::uint32_t>(jobs.size()); i-- > 0;) {
    Job& job = jobs[i];
    if (job.child_count == 0) {
      job.leaves[static_cast<std::size_t>(job.status)] = 1;
    } else {
      complete(job, roll_ups_[i]);
    }
    if (job.parent == kNoJob) continue;
    Job& above = jobs[job.parent];
    for (std::size_t s = 0; s < kStatusCount; ++s)
      above.leaves[s] += job.leaves[s];
    above.failed_below |= job.failed_below || job.status == Status::failed;
    add(roll_ups_[i], roll_ups_[job.parent]);
  }
  find_root_failure();
}

void JobTree::find_root_failure() {
  const auto comes_first = [](const Job& a, const Job& b) {
    const Instant when_a = a.end != kNoInstant ? a.end : a.begin;
    const Instant when_b = b.end != kNoInstant ? b.end : b.begin;
    if (when_a == when_b) return a.source.offset < b.source.offset;
    return when_b == kNoInstant || (when_a != kNoInstant && when_a < when_b);
  };
  for (std::uint32_t i = 0; i < jobs.size(); ++i) {
    if (!is_failure(jobs[i])) continue;
    if (root_failure == kNoJob || comes_first(jobs[i], jobs[root_failure])) root_failure = i;
  }
}

Span JobTree::span(std::uint32_t job) const {
  return roll_ups_[job].span;
}

std::uint32_t JobTree::longest(std::uint32_t job, Instant now) const {
  const RollUp& it = roll_ups_[job];
  if (it.longest_ended == kNoJob) return it.longest_ticking;
  if (it.longest_ticking == kNoJob) return it.longest_ended;
  const bool still_running = now - jobs[it.longest_ticking].begin > length(jobs[it.longest_ended]);
  return still_running ? it.longest_ticking : it.longest_ended;
}

}  // namespace jobtree::engine

#include "notify/stuck.h"

#include <algorithm>
#include <chrono>
#include <numeric>

namespace jobtree::notify {
namespace {

using Seconds = std::chrono::duration<double>;

constexpr Seconds kShortestStandstill{120};

}  // namespace

bool is_stuck(const store::JobRecord& job, const store::Durations& others) {
  if (others.count < kFewestSamples || !job.begun_at) return false;
  if (job.status != store::Status::running || job.is_lost()) return false;
  const Seconds ran = job.last_seen - *job.begun_at;
  const Seconds stood_still = job.last_seen - job.last_change;
  return ran > Seconds(others.p95) &&
         stood_still >= std::max(kShortestStandstill, Seconds(others.p50 / 4));
}

std::uint32_t parts_of(const store::JobRecord& job) {
  return std::max(1U, std::accumulate(job.counts.begin(), job.counts.end(), 0U));
}

}  // namespace jobtree::notify

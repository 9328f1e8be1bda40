#include "notify/job_watch.h"

#include <optional>

#include "notify/herald.h"
#include "notify/stuck.h"

namespace jobtree::notify {
namespace {

constexpr std::size_t kMostJobs = 10'000;

/// How long others took, looked up once for all jobs of a kind and about a size.
class Known {
 public:
  explicit Known(store::Archive& archive) : archive_(archive) {}

  /// Nothing while it cannot be read.
  std::optional<store::Durations> of(const store::JobRecord& job) {
    const std::uint32_t parts = parts_of(job);
    const std::string key = job.address.service() + '/' + job.type + '/' + std::to_string(parts);
    const auto found = durations_.find(key);
    if (found != durations_.end()) return found->second;
    const auto read = archive_.durations(job.address.service(), job.type, parts);
    if (!read) return std::nullopt;
    durations_.emplace(key, read.value());
    return read.value();
  }

 private:
  store::Archive& archive_;
  std::map<std::string, store::Durations> durations_;
};

}  // namespace

void JobWatch::look(const Setup& setup, Time now) {
  if (setup.rules.empty()) return;
  const auto jobs = with_.archive.unfinished(kMostJobs);
  if (!jobs) return;
  Known known(with_.archive);
  for (const store::JobRecord& job : jobs.value()) {
    if (job.marks.is_example || store::has_ended(job.status) || job.is_lost()) continue;
    if (with_.share != nullptr && !with_.share->has(job.address.key())) continue;
    if (!is_awaited(setup, job)) continue;
    if (job.finding.is_queryable) with_.follow(job.address);
    const auto others = known.of(job);
    if (others && is_stuck(job, *others)) with_.archive.stuck(job.address, now);
  }
}

}  // namespace jobtree::notify

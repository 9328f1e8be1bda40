#include "simulator/job_book.h"

#include <algorithm>
#include <utility>

namespace jobtree::simulator {

JobBook::JobBook(std::uint64_t seed, double speed) : seed_(seed), speed_(speed) {
  for (Scenario& scenario : built_in_scenarios(seed, speed)) {
    built_in_.push_back(scenario.job);
    const std::string id = scenario.job.job_id;
    entries_.emplace(id, Entry{std::move(scenario), std::nullopt, {}});
  }
}

std::optional<std::string> JobBook::document(const std::string& job_id, WallTime now) {
  std::shared_ptr<const Course> course;
  WallTime began;
  Milliseconds elapsed;
  {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(job_id);
    if (found == entries_.end()) return std::nullopt;
    Entry& entry = found->second;
    if (!entry.began) entry.began = now;
    entry.elapsed = std::max(entry.elapsed, now - *entry.began);
    course = entry.scenario.course;
    began = *entry.began;
    elapsed = entry.elapsed;
  }
  // Outside the lock: ten thousand sub-jobs take milliseconds to write.
  return course->document(began, elapsed);
}

Result<KnownJob> JobBook::start_batch(const BatchOrder& order, WallTime now) {
  if (std::string wrong = check_order(order); !wrong.empty()) return Failure{std::move(wrong)};
  const std::lock_guard lock(mutex_);
  Scenario scenario = batch_scenario(seed_, speed_, ++batches_started_, order);
  const KnownJob job = scenario.job;
  kept_jobs_ += scenario.course->size();
  entries_.emplace(job.job_id, Entry{std::move(scenario), now, {}});
  batches_.push_back(job);
  drop_oldest_batches();
  return job;
}

void JobBook::drop_oldest_batches() {
  while (batches_.size() > kMaxBatches || (kept_jobs_ > kMaxKeptJobs && batches_.size() > 1)) {
    const auto oldest = entries_.find(batches_.front().job_id);
    kept_jobs_ -= oldest->second.scenario.course->size();
    entries_.erase(oldest);
    batches_.pop_front();
  }
}

std::vector<KnownJob> JobBook::known_jobs() const {
  const std::lock_guard lock(mutex_);
  std::vector<KnownJob> jobs = built_in_;
  const auto listed = static_cast<std::ptrdiff_t>(std::min(batches_.size(), kListedBatches));
  jobs.insert(jobs.end(), batches_.rbegin(), batches_.rbegin() + listed);
  return jobs;
}

}  // namespace jobtree::simulator

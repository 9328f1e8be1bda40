#include "simulator/cloud/job_book.h"

#include <algorithm>
#include <utility>

#include "simulator/script/built_in/built_in_jobs.h"

namespace jobtree::simulator {
JobBook::JobBook(std::uint64_t seed, double speed)
    : JobBook(seed, speed, built_in_jobs(seed, speed)) {}

JobBook::JobBook(std::uint64_t seed, double speed, std::vector<ScriptedJob> jobs,
                 std::optional<Milliseconds> forget_after, WallTime started)
    : seed_(seed), speed_(speed), forget_after_(forget_after) {
  const Lock lock(mutex_);
  for (ScriptedJob& scripted : jobs) {
    if (scripted.is_listed) first_.push_back(scripted.job);
    std::optional<WallTime> began;
    if (scripted.starts_after) began = started + *scripted.starts_after;
    const WallTime submitted = began.value_or(submission_of_next(started));
    add(std::move(scripted), began, submitted);
  }
}

WallTime JobBook::submission_of_next(WallTime started) const {
  constexpr std::int64_t kFirst = 150;  // seconds before the start
  constexpr std::int64_t kLast = std::int64_t{6} * 24 * 3600;
  std::int64_t ago = kFirst;
  for (std::uint64_t i = 0; i < added_ && ago < kLast; ++i) {
    ago = ago * 117 / 100;
  }
  // Of a thousand jobs no two are of the same moment.
  return started - std::chrono::seconds(std::min(ago, kLast)) - Milliseconds(added_ * 7);
}

void JobBook::add(ScriptedJob scripted, std::optional<WallTime> began, WallTime submitted) {
  const std::string service = scripted.job.service;
  const std::string job_id = scripted.job.job_id;
  const auto entry =
      std::make_shared<Entry>(Entry{std::move(scripted), began, {}, submitted, ++added_});
  for (const JobRoute& route : job_routes()) {
    if (route.service != service) continue;
    entries_.emplace(EntryKey(route.path, job_id), entry);
  }
}

std::optional<std::string> JobBook::document(const std::string& job_id, WallTime now,
                                             std::string_view path) {
  std::shared_ptr<const Course> course;
  WallTime began;
  Milliseconds elapsed;
  {
    const Lock lock(mutex_);
    const auto found = entries_.find(EntryKey(path, job_id));
    if (found == entries_.end()) return std::nullopt;
    Entry& entry = *found->second;
    course = entry.scripted.course;
    if (!entry.began) entry.began = now;
    if (now < *entry.began && entry.elapsed == Milliseconds(0) && entry.scripted.starts_after) {
      return std::nullopt;
    }
    entry.elapsed = std::max(entry.elapsed, now - *entry.began);
    const bool moved = course->length() > Milliseconds(0);
    if (moved && forget_after_ && entry.elapsed >= course->length() + *forget_after_) {
      return std::nullopt;
    }
    began = *entry.began;
    elapsed = entry.elapsed;
  }
  // Outside the lock: ten thousand sub-jobs take milliseconds to write.
  return course->document(began, elapsed);
}

std::string JobBook::service_of(const std::string& job_id, std::string_view path) const {
  const Lock lock(mutex_);
  const auto found = entries_.find(EntryKey(path, job_id));
  return found == entries_.end() ? std::string() : found->second->scripted.job.service;
}

Result<KnownJob> JobBook::start_batch(const BatchOrder& order, WallTime now) {
  if (std::string wrong = check_order(order); !wrong.empty())
    return Failure::usage(std::move(wrong));
  const Lock lock(mutex_);
  ScriptedJob scripted = batch_job(seed_, speed_, ++batches_started_, order);
  const KnownJob job = scripted.job;
  kept_jobs_ += scripted.course->size();
  add(std::move(scripted), now, now);
  batches_.push_back(job);
  drop_oldest_batches();
  return job;
}

void JobBook::drop_oldest_batches() {
  while (batches_.size() > kMaxBatches || (kept_jobs_ > kMaxKeptJobs && batches_.size() > 1)) {
    const auto oldest = entries_.find(EntryKey(kClassicPath, batches_.front().job_id));
    kept_jobs_ -= oldest->second->scripted.course->size();
    entries_.erase(oldest);
    batches_.pop_front();
  }
}

std::vector<BookedJob> JobBook::booked(WallTime now) const {
  std::vector<BookedJob> jobs;
  {
    const Lock lock(mutex_);
    jobs.reserve(entries_.size());
    for (const auto& [key, entry] : entries_) {
      // A service with several paths has the job at each of them.
      const auto first =
          std::ranges::find(job_routes(), entry->scripted.job.service, &JobRoute::service);
      if (first->path != key.first || now < entry->submitted) continue;
      BookedJob job{entry->scripted.job, entry->scripted.trace, entry->scripted.course,
                    entry->submitted,    entry->began,          entry->elapsed,
                    entry->number};
      if (job.began) job.elapsed = std::max(job.elapsed, now - *job.began);
      jobs.push_back(std::move(job));
    }
  }
  std::ranges::sort(jobs, {}, &BookedJob::number);
  return jobs;
}

std::vector<KnownJob> JobBook::known_jobs() const {
  const Lock lock(mutex_);
  std::vector<KnownJob> jobs = first_;
  const auto listed = static_cast<std::ptrdiff_t>(std::min(batches_.size(), kListedBatches));
  jobs.insert(jobs.end(), batches_.rbegin(), batches_.rbegin() + listed);
  return jobs;
}

}  // namespace jobtree::simulator

#include "gateway/jobs/follower.h"

#include <algorithm>
#include <utility>

namespace jobtree::gateway {
namespace {

using cloud::JobAddress;
using cloud::Outcome;
using std::chrono::duration_cast;
using std::chrono::seconds;

// Those of a program that just ended are taken up a second after the other, many over so long.
constexpr seconds kTakeUpGap{1};
constexpr std::chrono::minutes kTakeUpTime{2};
constexpr seconds kTakeUpAgain{30};  // when the archive cannot be read
// How soon a replica follows what another cannot any more, or was told to.
constexpr seconds kShareEvery{1};
constexpr seconds kReadEvery{30};
// While the key cannot be used, and while its budget is used up.
constexpr seconds kKeyRest{10};
constexpr seconds kBudgetRest{1};
// A job that nobody has ever seen is waited for so long: it may be about to begin.
constexpr std::chrono::hours kUnseenTime{1};
// Each refusal brings the key nearer to being locked.
constexpr std::chrono::minutes kRefusedPause{15};
constexpr int kMostRefusals = 3;
constexpr seconds kWatched{60};
// A job whose record is older has ended long ago, or the cloud has forgotten it.
constexpr std::chrono::hours kFoundLately{24};

/// Whether another try would make it worse, or come to the same.
bool is_refusal(Outcome outcome) {
  switch (outcome) {
    case Outcome::denied:
    case Outcome::unknown_project:
    case Outcome::malformed:
    case Outcome::too_large:
      return true;
    default:
      return false;
  }
}

/// Whether it is looked at to its end: somebody wants it, or the server found it by itself.
bool is_wanted(const store::JobRecord& record, store::Time now) {
  return record.marks.is_followed ||
         (record.finding.found_at && now - record.last_seen < kFoundLately);
}

}  // namespace

Follower::Follower(Neighbours neighbours) : with_(std::move(neighbours)), tasks_(with_.executor) {}

void Follower::start() {
  if (with_.archive.state().kind == store::ArchiveState::Kind::off) return;
  if (with_.share != nullptr) return look_at_share();
  tasks_.run([this] { take_up(); });
}

void Follower::look_at_share() {
  const Time now = with_.clock.steady();
  {
    const Lock lock(mutex_);
    const std::uint64_t revision = with_.share->revision();
    if (revision != share_revision_) {
      share_revision_ = revision;
      next_reading_ = now;
      std::vector<std::string> lost;
      for (const auto& [key, job] : jobs_) {
        if (job.is_wanted && !is_ours(job.address)) lost.push_back(key);
      }
      for (const std::string& key : lost)
        drop(key);
    }
    // Nothing is this replica's before the database was reached.
    if (revision > 0 && now >= next_reading_) {
      next_reading_ = now + kReadEvery;
      tasks_.run([this] { take_up(); });
    }
  }
  tasks_.at(now + kShareEvery, [this] { look_at_share(); });
}

void Follower::take_up() {
  const auto records = with_.archive.unfinished(kMost);
  if (records) return take_up(records.value());
  if (with_.share != nullptr) return;  // it is read again anyway
  tasks_.at(with_.clock.steady() + kTakeUpAgain, [this] { start(); });
}

void Follower::take_up(const std::vector<store::JobRecord>& records) {
  const Time now = with_.clock.steady();
  const auto wall = std::chrono::time_point_cast<store::Time::duration>(with_.clock.wall());
  const auto count = static_cast<int>(std::max<std::size_t>(records.size(), 1));
  const auto gap = std::min(Time::duration(kTakeUpTime) / count, Time::duration(kTakeUpGap));
  const Lock lock(mutex_);
  // Those that nobody wants followed get one look after a start.
  const bool is_start = !std::exchange(has_taken_up_, true);
  Time due = now;
  for (const store::JobRecord& record : records) {
    if (!is_ours(record.address) || (!is_start && !is_wanted(record, wall))) continue;
    // What has ended, or is gone, can be followed no more, whatever is marked.
    if (record.is_final || record.forgotten_at || jobs_.contains(record.address.key())) continue;
    if (jobs_.size() >= kMost) break;
    const auto age =
        std::max(wall - record.begun_at.value_or(record.first_seen), store::Time::duration::zero());
    add({.address = record.address,
         .began = now - duration_cast<Time::duration>(age),
         .is_wanted = is_wanted(record, wall),
         .was_seen = record.version > 0},
        due);
    due += gap;
  }
  set_alarm();
}

bool Follower::follow(const JobAddress& address) {
  const Time now = with_.clock.steady();
  const Lock lock(mutex_);
  const auto found = jobs_.find(address.key());
  if (found != jobs_.end()) {
    found->second.is_wanted = true;
    return true;
  }
  if (jobs_.size() >= kMost) return false;
  add({.address = address, .began = now, .is_wanted = true}, now);
  set_alarm();
  return true;
}

void Follower::watch(std::span<const JobAddress> addresses) {
  const Time now = with_.clock.steady();
  const Lock lock(mutex_);
  for (const JobAddress& address : addresses) {
    const auto found = jobs_.find(address.key());
    if (found != jobs_.end()) {
      found->second.watched_until = now + kWatched;
    } else if (jobs_.size() < kMost) {
      add({.address = address, .began = now, .was_seen = true, .watched_until = now + kWatched},
          now);
    }
  }
  set_alarm();
}

void Follower::unfollow(const JobAddress& address) {
  const Lock lock(mutex_);
  drop(address.key());
}

std::size_t Follower::size() const {
  const Lock lock(mutex_);
  return jobs_.size();
}

void Follower::on_alarm(Time time) {
  struct Look {
    JobAddress address;
    std::size_t number;
  };
  std::optional<Look> look;
  const Time now = with_.clock.steady();
  const auto rest = rests_until(now);
  {
    const Lock lock(mutex_);
    if (alarm_ != time) return;  // an earlier one took its place
    alarm_.reset();
    if (rest) return set_alarm(*rest);
    const auto key = schedule_.take(now, [this](const std::string& service) {
      return FollowSchedule::Rates{.of_service = with_.source.rate_of(service),
                                   .of_all = with_.source.health().budget.per_second};
    });
    if (key) {
      const Job& job = jobs_.at(*key);
      look = Look{job.address, job.number};
    }
    set_alarm();
  }
  if (!look) return;
  with_.look(look->address, [this, key = look->address.key(), number = look->number](
                                const Reading& reading) { looked(key, number, reading); });
}

void Follower::looked(const std::string& key, std::size_t number, const Reading& reading) {
  const Time now = with_.clock.steady();
  std::optional<Bilingual> note;
  std::optional<JobAddress> given_up;
  {
    const Lock lock(mutex_);
    const auto found = jobs_.find(key);
    if (found == jobs_.end() || found->second.number != number) return;
    Job& job = found->second;
    if (is_over(job, reading, now, note)) {
      if (job.is_wanted && !job.was_seen) given_up = job.address;
      drop(key);
    } else if (!is_ours(job.address) && now >= job.watched_until) {
      drop(key);  // it was looked at for whoever asked for it here; the rest is another's
    } else {
      const std::string& service = job.address.service();
      const auto interval = FollowSchedule::interval(
          of_service_[service], with_.source.rate_of(service), now - job.began);
      const auto pause = job.refusals > 0 ? Time::duration(kRefusedPause) : interval;
      schedule_.add(service, key,
                    now + duration_cast<Time::duration>(pause * (1 + 0.1 * with_.clock.chance())));
    }
    set_alarm();
  }
  if (note && with_.notice) with_.notice(*note);
  if (!given_up) return;
  // Or the next start would take it up again.
  tasks_.run([this, address = *given_up, at = with_.clock.wall()] {
    (void)with_.archive.set_marks({.address = address, .follow = false},
                                  std::chrono::time_point_cast<store::Time::duration>(at));
  });
}

bool Follower::is_over(Job& job, const Reading& reading, Time now,
                       std::optional<Bilingual>& note) const {
  if (reading.is_final()) {
    job.was_seen = true;
    return true;
  }
  const bool is_told = !reading.failure && !reading.stored;
  if (reading.content && is_told) {
    job.was_seen = true;
    job.refusals = 0;
    return !job.is_wanted && now >= job.watched_until;
  }
  if (!reading.failure || reading.failure->kind != FailedFetch::Kind::cloud) return false;
  const Outcome outcome = reading.failure->reply.outcome;
  const bool is_absent = schedule::is_gone(reading.failure->reply);
  // The list would have it looked at anew at once, if it were dropped.
  if (!job.is_wanted && now < job.watched_until && (is_absent || is_refusal(outcome))) {
    ++job.refusals;
    return false;
  }
  if (is_absent && !reading.content) {
    // One that was seen is in the archive, unless that has let it go.
    return job.was_seen || !job.is_wanted || now - job.began > kUnseenTime;
  }
  if (!is_refusal(outcome)) return false;
  if (++job.refusals < kMostRefusals && job.is_wanted) return false;
  if (job.is_wanted) {
    note = bilingual({"job {0} is not followed any more: its query fails for good",
                      "不再跟踪任务 {0}：其查询持续失败"},
                     job.address.key());
  }
  return true;
}

void Follower::add(Job job, Time due) {
  job.number = ++numbers_;
  const std::string key = job.address.key();
  const std::string service = job.address.service();
  schedule_.add(service, key, due);
  ++of_service_[service];
  jobs_.emplace(key, std::move(job));
}

void Follower::drop(const std::string& key) {
  const auto found = jobs_.find(key);
  if (found == jobs_.end()) return;
  const std::string& service = found->second.address.service();
  schedule_.remove(service, key);
  --of_service_[service];
  jobs_.erase(found);
}

std::optional<Follower::Time> Follower::rests_until(Time now) const {
  const cloud::Health health = with_.source.health();
  if (health.no_key) return now + kKeyRest;
  if (health.shut_for.count() > 0) return now + std::min(health.shut_for, seconds(kKeyRest));
  // What is left is for viewers; below zero they wait already.
  if (health.budget.per_second > 0 && health.budget.left < 1) return now + kBudgetRest;
  return std::nullopt;
}

void Follower::set_alarm(Time at) {
  if (alarm_ && *alarm_ <= at) return;
  alarm_ = at;
  tasks_.at(at, [this, at] { on_alarm(at); });
}

void Follower::set_alarm() {
  if (const auto next = schedule_.next()) set_alarm(*next);
}

}  // namespace jobtree::gateway

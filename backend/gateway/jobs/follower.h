// Looks at jobs though nobody views them: those that somebody wants followed, to their end, and
// after a start all that had not ended when they were seen last, once.
//
// It fetches through the cache, as a viewer does, so that there is one query for both. Viewers go
// first: it holds to half of each service's rate, and rests while the key's budget is used up.
//
// Where several replicas share a database, each looks at its share of the jobs. What a job is
// followed for stands in the archive, so who gets another share reads there what it is.
//
// Knows: the archive, which jobs are followed, what a look brought. Must not know: HTTP, tokens.
// Has no thread: alarms of the executor, and its threads for what may block. Thread-safe.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bilingual.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "cloud/job_source.h"
#include "gateway/jobs/cache/cache_entry.h"
#include "gateway/jobs/executor.h"
#include "gateway/jobs/follow_schedule.h"
#include "store/archive.h"
#include "store/shared.h"

namespace jobtree::gateway {

class Follower {
 public:
  /// Whom it asks and tells; all must outlive it.
  struct Neighbours {
    store::Archive& archive;
    cloud::JobSource& source;  ///< for nothing but its rates
    Executor& executor;
    Clock clock;
    /// Has the job fetched if its interval is over, and calls once, from any thread.
    std::function<void(const cloud::JobAddress&, std::function<void(const Reading&)>)> look;
    /// Is told what the operator should know; may be empty.
    std::function<void(const Bilingual&)> notice{};
    store::BackgroundShare* share = nullptr;  ///< null: all jobs are this replica's
  };

  static constexpr std::size_t kMost = 10'000;

  explicit Follower(Neighbours neighbours);
  ~Follower() { close(); }
  /// Takes up what the archive has of jobs that had not ended, when it can be read.
  void start();
  /// For the end: nothing is looked at any more.
  void close() { tasks_.close(); }

  /// From now on, or until its end; false when too many are followed already.
  bool follow(const cloud::JobAddress& address) JOBTREE_EXCLUDES(mutex_);
  void unfollow(const cloud::JobAddress& address) JOBTREE_EXCLUDES(mutex_);
  /// Somebody sees these in a list, and does as long as this is called again: within a minute they
  /// are looked at now and then.
  void watch(std::span<const cloud::JobAddress> addresses) JOBTREE_EXCLUDES(mutex_);
  /// How many jobs are still to be looked at.
  std::size_t size() const JOBTREE_EXCLUDES(mutex_);

 private:
  using Time = std::chrono::steady_clock::time_point;

  struct Job {
    cloud::JobAddress address;
    Time began;              ///< as far as is known; its age makes looks rarer
    bool is_wanted = false;  ///< somebody wants it followed: not one look, but all to its end
    bool was_seen = false;
    Time watched_until = Time::min();  ///< by somebody who sees it in a list
    int refusals = 0;
    std::size_t number = 0;  ///< of this following: a look that began under another means nothing
  };

  void take_up();
  void take_up(const std::vector<store::JobRecord>& records) JOBTREE_EXCLUDES(mutex_);
  /// Where others follow too: gives up what is theirs by now, and reads what is new.
  void look_at_share() JOBTREE_EXCLUDES(mutex_);
  bool is_ours(const cloud::JobAddress& address) const {
    return with_.share == nullptr || with_.share->has(address.key());
  }
  void on_alarm(Time time) JOBTREE_EXCLUDES(mutex_);
  void looked(const std::string& key, std::size_t number, const Reading& reading)
      JOBTREE_EXCLUDES(mutex_);
  /// Whether the job is done with.
  bool is_over(Job& job, const Reading& reading, Time now, std::optional<Bilingual>& note) const
      JOBTREE_REQUIRES(mutex_);
  void add(Job job, Time due) JOBTREE_REQUIRES(mutex_);
  void drop(const std::string& key) JOBTREE_REQUIRES(mutex_);
  /// When it may go on although something is due; nothing: now.
  std::optional<Time> rests_until(Time now) const;
  void set_alarm(Time at) JOBTREE_REQUIRES(mutex_);
  void set_alarm() JOBTREE_REQUIRES(mutex_);

  const Neighbours with_;
  mutable Mutex mutex_;
  std::map<std::string, Job> jobs_ JOBTREE_GUARDED_BY(mutex_);  ///< by their addresses' keys
  std::map<std::string, std::size_t> of_service_ JOBTREE_GUARDED_BY(mutex_);
  FollowSchedule schedule_ JOBTREE_GUARDED_BY(mutex_);
  std::optional<Time> alarm_ JOBTREE_GUARDED_BY(mutex_);  ///< the one that is set
  std::size_t numbers_ JOBTREE_GUARDED_BY(mutex_) = 0;
  bool has_taken_up_ JOBTREE_GUARDED_BY(mutex_) = false;  ///< since the start
  std::uint64_t share_revision_ JOBTREE_GUARDED_BY(mutex_) = 0;
  Time next_reading_ JOBTREE_GUARDED_BY(mutex_){};  ///< of the archive
  TaskScope tasks_;                                 ///< last: they use all of the above
};

}  // namespace jobtree::gateway

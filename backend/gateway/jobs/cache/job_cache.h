// One fetch for all viewers of a job.
//
// The invariant: of each job at most one fetch is under way, and the next begins no sooner than the
// job's interval after the last one's end, however many viewers read, wait or leave. All else
// follows from it: who comes while a fetch is under way shares what it brings, who comes within the
// interval gets the last reading, and a fetch belongs to the job, not to the viewer whose coming
// started it.
//
// Knows: what the cloud said of a job, as opaque bytes with a version, when, and how it went.
// Must not know: HTTP, or what a job looks like; whether a job has ended it is told. Threads come
// from an executor, time and chance from a clock, so that a test has them in its hands.
//
// Its parts can be read alone: job_fetch.h (one fetch), poll_schedule.h (when), cache_entry.h (one
// job), waiting_viewers.h (who waits), fair_share.h (which fetch gets a thread), byte_ledger.h
// (memory), eviction.h (what is forgotten first).
#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "cloud/job_source.h"
#include "gateway/jobs/cache/byte_ledger.h"
#include "gateway/jobs/cache/cache_entry.h"
#include "gateway/jobs/cache/eviction.h"
#include "gateway/jobs/cache/fair_share.h"
#include "gateway/jobs/cache/job_fetch.h"
#include "gateway/jobs/cache/job_limits.h"
#include "gateway/jobs/cache/waiting_viewers.h"
#include "gateway/jobs/executor.h"

namespace jobtree::gateway {

class JobCache {
 public:
  struct Options : FetchOptions {
    JobLimits limits{};
  };

  /// `source` and `executor` must outlive it. `ledger` counts what it keeps, and may be shared.
  JobCache(Options options, cloud::JobSource& source, Executor& executor, Clock clock,
           std::shared_ptr<ByteLedger> ledger);
  ~JobCache() { close(); }
  /// For the end: no fetch begins any more; returns when those that run are over and have told
  /// their viewers. Who still waits then is not told any more.
  void close() { tasks_.close(); }

  /// The reading that is there for this query; nothing when the viewer would have to wait for it.
  /// The hot path: a look-up and a few moves of pointers under the lock.
  std::optional<Reading> read(const cloud::JobAddress& address, const ReadQuery& query);

  /// Calls `done` once: later from another thread, or from here when nothing is to be waited for
  /// after all. A viewer who has the current version and would wait hears when the version changes,
  /// when fetches begin to fail or to fail otherwise or cease to, or when its time is over.
  ViewerId wait(const cloud::JobAddress& address, ReadQuery query, ReadDone done);

  /// Tells a viewer who still waits what there is, for nobody will read it. What its coming started
  /// goes on; when it was the last who watched, no more is fetched.
  void leave(const cloud::JobAddress& address, ViewerId viewer);
  /// The same for one who waits for a change; who waits for a first reading waits on.
  void release(const cloud::JobAddress& address, ViewerId viewer);
  /// The same for all who wait for a change and whose owner is one of those.
  void release_if(const std::function<bool(const std::shared_ptr<const void>&)>& is_one);
  /// Tells all who wait for a change that there was none. From now on nobody is made to wait for
  /// one.
  void release_all();

  JobFigures figures() const;

 private:
  /// What is to be done once the lock is given back.
  struct Effects {
    std::vector<CacheEntry*> fetches{};
    Told told{};
    std::optional<Time> alarm{};
  };

  // On the executor's threads.
  void fetch(CacheEntry& entry);
  /// Whether so many bytes may come; what must go for them has gone then.
  bool may_come(CacheEntry& entry, std::size_t bytes);
  /// For what has come.
  std::optional<ByteCharge> room_for(CacheEntry& entry, std::size_t bytes);
  void defer(CacheEntry& entry, Time until);
  void end_fetch(CacheEntry& entry, Fetched fetched);
  void on_alarm(Time time);

  // One job.
  CacheEntry* find(const std::string& key) JOBTREE_REQUIRES(mutex_);
  CacheEntry& find_or_make(const cloud::JobAddress& address) JOBTREE_REQUIRES(mutex_);
  /// Whether a fetch is under way now that was not before.
  bool begin_fetch(CacheEntry& entry, Time now) JOBTREE_REQUIRES(mutex_);
  void take_in(CacheEntry& entry, Fetched fetched, Time now) JOBTREE_REQUIRES(mutex_);
  void leave(const cloud::JobAddress& address, ViewerId viewer, bool also_waiting);

  // All jobs.
  template <class IsOver>
  void unpark_all(IsOver is_over, Effects& effects) JOBTREE_REQUIRES(mutex_);
  void start_queued(Effects& effects) JOBTREE_REQUIRES(mutex_);
  /// Puts an entry where it belongs after a change: when it is due, whether it can be forgotten. It
  /// may be gone afterwards.
  void reindex(CacheEntry& entry, Time now, Effects& effects) JOBTREE_REQUIRES(mutex_);
  /// Forgets jobs until there is room for so many bytes more; nothing when that is not enough.
  std::optional<ByteCharge> make_room(std::size_t bytes) JOBTREE_REQUIRES(mutex_);
  void forget(CacheEntry& entry) JOBTREE_REQUIRES(mutex_);
  void set_alarm(Effects& effects) JOBTREE_REQUIRES(mutex_);

  void carry_out(Effects& effects) JOBTREE_EXCLUDES(mutex_);

  const JobLimits limits_;
  const JobFetch fetch_;
  const Clock clock_;
  const std::shared_ptr<ByteLedger> ledger_;

  // Held for a few moves of pointers, and never while something is fetched, hashed, judged or told.
  mutable Mutex mutex_;
  std::unordered_map<std::string, std::unique_ptr<CacheEntry>> entries_ JOBTREE_GUARDED_BY(mutex_);
  EvictionOrder forgettable_ JOBTREE_GUARDED_BY(mutex_);
  /// Those to which something is to happen, and when.
  std::set<std::pair<Time, CacheEntry*>> due_ JOBTREE_GUARDED_BY(mutex_);
  std::optional<Time> alarm_ JOBTREE_GUARDED_BY(mutex_);  ///< the one that is set
  std::list<CacheEntry*> queue_ JOBTREE_GUARDED_BY(mutex_);
  FairShare threads_ JOBTREE_GUARDED_BY(mutex_);
  WaitingViewers waiting_ JOBTREE_GUARDED_BY(mutex_);
  std::size_t fetches_ JOBTREE_GUARDED_BY(mutex_) = 0;
  ViewerId viewers_ JOBTREE_GUARDED_BY(mutex_) = 0;

  TaskScope tasks_;  // last: they use all of the above
};

}  // namespace jobtree::gateway

// Who waits for a job: some for its first reading, others for a change of what they have.
//
// The invariant: a viewer who waits is told once. All that is told is collected, for whoever calls
// holds the lock of the cache, and tells it when that is given back.
//
// Knows: limits on how many may wait, and how much what they watch may weigh. Must not know: locks,
// fetches, when something is due. Not thread-safe: the cache's lock guards it.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "gateway/jobs/cache/cache_entry.h"
#include "gateway/jobs/cache/fair_share.h"
#include "gateway/jobs/cache/job_limits.h"

namespace jobtree::gateway {

/// What is to be told once the lock is given back.
using Told = std::vector<std::pair<ReadDone, Reading>>;

class WaitingViewers {
 public:
  explicit WaitingViewers(const JobLimits& limits)
      : max_parked_(limits.max_parked),
        max_watched_bytes_(limits.max_bytes / 4 * 3),
        waiting_(limits.max_waiting) {}

  /// Whether the viewer would be made to wait for a change.
  bool may_park(const CacheEntry& entry, const ReadQuery& query, Time waits_until, Time now) const;
  /// Has the viewer wait for a change, if it may; it is moved from then.
  bool park(CacheEntry& entry, WaitingViewer& viewer, Time now);
  /// The same for what the fetch under way brings, when that is worth waiting for.
  bool await_fetch(CacheEntry& entry, WaitingViewer& viewer, Time now);

  /// Tells those who wait for a change and of whom `is_over` is true.
  template <class IsOver>
  void unpark(CacheEntry& entry, Way way, Time now, Told& told, IsOver is_over) {
    for (auto parked = entry.parked.begin(); parked != entry.parked.end();) {
      WaitingViewer& viewer = parked->second;
      if (!is_over(viewer)) {
        if (way != Way::hit) viewer.started_fetch = false;  // the next is another's
        ++parked;
        continue;
      }
      const Way told_way = way == Way::collapsed && viewer.started_fetch ? Way::forwarded : way;
      tell(entry, viewer, told_way, now, told);
      --parked_;
      parked = entry.parked.erase(parked);
    }
  }
  /// Tells all who waited for the fetch that has ended; who came with the version that there turns
  /// out to be waits on, for a change.
  void end_fetch(CacheEntry& entry, Time now, Told& told);
  /// Tells who waited long enough for a fetch that has not been sent.
  void give_up(CacheEntry& entry, Time now, Told& told);
  /// Tells the one viewer that it has left; `also_waiting`: also when it waits for a first reading.
  void leave(CacheEntry& entry, ViewerId viewer, bool also_waiting, Time now, Told& told);

  /// From now on nobody is made to wait for a change.
  void stop_parking() { is_releasing_ = true; }
  /// To be called after each change of an entry: what its viewers watch cannot be forgotten.
  void weigh(CacheEntry& entry);

  std::size_t waiting() const { return waiting_.taken(); }
  std::size_t parked() const { return parked_; }

 private:
  static void tell(const CacheEntry& entry, WaitingViewer& viewer, Way way, Time now, Told& told);

  const std::size_t max_parked_;
  /// Of all bytes, those that may belong to watched jobs, which cannot be forgotten. The rest is
  /// for jobs that come and go.
  const std::size_t max_watched_bytes_;
  FairShare waiting_;
  std::size_t parked_ = 0;
  std::size_t watched_bytes_ = 0;
  bool is_releasing_ = false;
};

}  // namespace jobtree::gateway

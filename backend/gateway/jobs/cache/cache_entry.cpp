#include "gateway/jobs/cache/cache_entry.h"

#include <algorithm>

namespace jobtree::gateway {

bool CacheEntry::stands_in(Time now) const {
  if (!content || !failure) return false;
  return stored ? failure->may_recall() : failure->may_bridge() && now < bridged_until();
}

EntryView CacheEntry::view(Time now) const {
  EntryView view;
  if (content && (!failure || stands_in(now))) view.content = content;
  view.is_stored = view.content && stored;
  if (failure) {
    view.failure = failure->kind;
    view.outcome = failure->reply.outcome;
  }
  return view;
}

bool CacheEntry::is_stale(Time now) const {
  return view(now).content == nullptr ||
         (!failure && now - confirmed_at > schedule::kStaleIntervals * interval);
}

std::optional<Time> CacheEntry::next_due(Time now) const {
  std::optional<Time> due;
  const auto not_later = [&due](Time time) { due = due ? std::min(*due, time) : time; };
  if (fetch == Fetch::deferred) not_later(resume_at);
  if (!waiting.empty() && fetch != Fetch::running) {
    not_later(waiting.front().came_at + longest_wait());
  }
  if (parked.empty()) return due;
  not_later(parked.begin()->first);
  if (failure && !stored && now < bridged_until()) not_later(bridged_until());
  if (!is_fetching() && !is_final()) {
    not_later(is_expired(now) ? now + schedule::kCrowdedPause : fetch_after);
  }
  return due;
}

Reading CacheEntry::reading_for(const WaitingViewer& viewer, Way way, Time now) const {
  using std::chrono::floor;
  using std::chrono::seconds;
  Reading reading;
  reading.way = way;
  reading.had_content = viewer.had_content;
  reading.was_parked = viewer.is_parked;
  if (view(now).content != nullptr) {
    reading.content = content;
    reading.failure = failure;
    reading.stored = stored;
    reading.request_id = request_id;
    reading.age = floor<seconds>(now - confirmed_at);
    reading.ttl = floor<seconds>(fresh_until - now);
  } else if (failure && (viewer.is_parked || !is_expired(now))) {
    reading.failure = failure;
    reading.age = floor<seconds>(now - failed_at);
  }
  return reading;
}

}  // namespace jobtree::gateway

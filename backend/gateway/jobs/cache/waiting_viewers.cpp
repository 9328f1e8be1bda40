#include "gateway/jobs/cache/waiting_viewers.h"

#include <algorithm>

namespace jobtree::gateway {

bool WaitingViewers::may_park(const CacheEntry& entry, const ReadQuery& query, Time waits_until,
                              Time now) const {
  if (waits_until <= now || !query.has || is_releasing_ || entry.is_final() ||
      parked_ >= max_parked_) {
    return false;
  }
  const auto content = entry.view(now).content;
  if (content == nullptr || !query.has(content->version)) return false;
  return !entry.parked.empty() || watched_bytes_ + content->body.size() <= max_watched_bytes_;
}

bool WaitingViewers::park(CacheEntry& entry, WaitingViewer& viewer, Time now) {
  if (!may_park(entry, viewer.query, viewer.waits_until, now)) return false;
  viewer.seen = entry.view(now);
  viewer.is_parked = true;
  ++parked_;
  const Time until = viewer.waits_until;
  entry.parked.emplace(until, std::move(viewer));
  return true;
}

bool WaitingViewers::await_fetch(CacheEntry& entry, WaitingViewer& viewer, Time now) {
  if (!entry.is_fetching() || !entry.is_stale(now) || !waiting_.take(entry.host)) return false;
  entry.waiting.push_back(std::move(viewer));
  return true;
}

void WaitingViewers::end_fetch(CacheEntry& entry, Time now, Told& told) {
  const EntryView view = entry.view(now);
  unpark(entry, Way::collapsed, now, told,
         [&view](const WaitingViewer& viewer) { return viewer.seen != view; });
  for (WaitingViewer& viewer : std::exchange(entry.waiting, {})) {
    waiting_.give_back(entry.host);
    const Way way = viewer.started_fetch ? Way::forwarded : Way::collapsed;
    if (!park(entry, viewer, now)) tell(entry, viewer, way, now, told);
  }
}

void WaitingViewers::give_up(CacheEntry& entry, Time now, Told& told) {
  if (entry.fetch == CacheEntry::Fetch::running) return;
  const auto stays = std::ranges::find_if(entry.waiting, [&](const WaitingViewer& viewer) {
    return viewer.came_at + entry.longest_wait() > now;
  });
  for (auto viewer = entry.waiting.begin(); viewer != stays; ++viewer) {
    waiting_.give_back(entry.host);
    tell(entry, *viewer, Way::hit, now, told);
  }
  entry.waiting.erase(entry.waiting.begin(), stays);
}

void WaitingViewers::leave(CacheEntry& entry, ViewerId viewer, bool also_waiting, Time now,
                           Told& told) {
  const auto is_it = [viewer](const WaitingViewer& one) { return one.id == viewer; };
  const auto found = std::ranges::find_if(entry.waiting, is_it);
  if (found == entry.waiting.end()) return unpark(entry, Way::hit, now, told, is_it);
  if (!also_waiting) return;
  waiting_.give_back(entry.host);
  tell(entry, *found, Way::hit, now, told);
  entry.waiting.erase(found);
}

void WaitingViewers::weigh(CacheEntry& entry) {
  watched_bytes_ -= entry.watched_bytes;
  entry.watched_bytes = entry.parked.empty() || !entry.content ? 0 : entry.content->body.size();
  watched_bytes_ += entry.watched_bytes;
}

void WaitingViewers::tell(const CacheEntry& entry, WaitingViewer& viewer, Way way, Time now,
                          Told& told) {
  Reading reading = entry.reading_for(viewer, way, now);
  told.emplace_back(std::move(viewer.done), std::move(reading));
}

}  // namespace jobtree::gateway

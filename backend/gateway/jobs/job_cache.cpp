#include "gateway/jobs/job_cache.h"

#include <algorithm>
#include <exception>

#include "base/free_memory.h"

namespace jobtree::gateway {
namespace {

using cloud::JobAddress;
using cloud::JobReply;
using cloud::Outcome;

// Until what had no room is fetched again; slow readers may be done by then.
constexpr std::chrono::seconds kNoRoomPause{10};

/// Of all bytes, those that may belong to watched jobs, which cannot be forgotten. The rest is for
/// jobs that come and go.
constexpr std::size_t most_watched(std::size_t max_bytes) {
  return max_bytes / 4 * 3;
}

FailedFetch broken(std::string what) {
  FailedFetch failure;
  failure.kind = FailedFetch::Kind::broken;
  failure.reply.outcome = Outcome::failed;
  failure.what = std::move(what);
  return failure;
}

}  // namespace

JobCache::JobCache(Options options, cloud::JobSource& source, Executor& executor, Clock clock,
                   std::shared_ptr<ByteLedger> ledger)
    : options_(std::move(options)),
      source_(source),
      clock_(std::move(clock)),
      ledger_(std::move(ledger)),
      threads_(options_.limits.max_fetches),
      waiting_(options_.limits.max_waiting),
      tasks_(executor) {}

std::optional<Reading> JobCache::read(const JobAddress& address, const ReadQuery& query) {
  Effects effects;
  Reading reading;
  {
    const Lock lock(mutex_);
    CacheEntry* const entry = find(address.key());
    if (entry == nullptr) return std::nullopt;
    const Time now = clock_.steady();
    const bool fetches = entry->is_fetching() || entry->is_expired(now);
    if (fetches && entry->is_stale(now)) return std::nullopt;
    if (may_park(*entry, query, now + query.wait, now)) return std::nullopt;
    WaitingViewer viewer;
    viewer.had_content = entry->content != nullptr;
    if (entry->is_expired(now)) begin_fetch(*entry, now);
    reading = entry->reading_for(viewer, Way::hit, now);
    start_queued(effects);
    reindex(*entry, now, effects);
  }
  carry_out(effects);
  return reading;
}

ViewerId JobCache::wait(const JobAddress& address, ReadQuery query, ReadDone done) {
  Effects effects;
  WaitingViewer viewer;
  viewer.query = std::move(query);
  viewer.done = std::move(done);
  ViewerId id = 0;
  {
    const Lock lock(mutex_);
    viewer.id = id = ++viewers_;
    const Time now = clock_.steady();
    CacheEntry& entry = find_or_make(address);
    viewer.came_at = now;
    viewer.waits_until = now + viewer.query.wait;
    viewer.had_content = entry.view(now).content != nullptr;
    if (entry.is_expired(now)) viewer.started_fetch = begin_fetch(entry, now);
    start_queued(effects);
    if (!park(entry, viewer, now) && !await_fetch(entry, viewer, now)) {
      Reading reading = entry.reading_for(viewer, Way::hit, now);
      effects.told.emplace_back(std::move(viewer.done), std::move(reading));
    }
    reindex(entry, now, effects);
  }
  carry_out(effects);
  return id;
}

void JobCache::leave(const JobAddress& address, ViewerId viewer) {
  leave(address, viewer, true);
}

void JobCache::release(const JobAddress& address, ViewerId viewer) {
  leave(address, viewer, false);
}

void JobCache::leave(const JobAddress& address, ViewerId viewer, bool also_waiting) {
  Effects effects;
  {
    const Lock lock(mutex_);
    CacheEntry* const entry = find(address.key());
    if (entry == nullptr) return;
    const Time now = clock_.steady();
    const auto is_it = [viewer](const WaitingViewer& one) { return one.id == viewer; };
    const auto found = std::ranges::find_if(entry->waiting, is_it);
    if (found == entry->waiting.end()) {
      unpark(*entry, Way::hit, now, effects, is_it);
    } else if (also_waiting) {
      Reading reading = entry->reading_for(*found, Way::hit, now);
      effects.told.emplace_back(std::move(found->done), std::move(reading));
      entry->waiting.erase(found);
      waiting_.give_back(entry->host);
    }
    reindex(*entry, now, effects);
  }
  carry_out(effects);
}

void JobCache::release_if(const std::function<bool(const std::shared_ptr<const void>&)>& is_one) {
  std::set<std::shared_ptr<const void>> owners;
  {
    const Lock lock(mutex_);
    for (const auto& [time, entry] : due_) {
      for (const auto& [until, viewer] : entry->parked) {
        owners.insert(viewer.query.owner);
      }
    }
  }
  // Whoever judges them may take its time, and locks of its own.
  std::erase_if(owners, [&is_one](const auto& owner) { return !is_one(owner); });
  if (owners.empty()) return;
  Effects effects;
  {
    const Lock lock(mutex_);
    unpark_all(
        [&owners](const WaitingViewer& viewer) { return owners.contains(viewer.query.owner); },
        effects);
  }
  carry_out(effects);
}

void JobCache::release_all() {
  Effects effects;
  {
    const Lock lock(mutex_);
    is_releasing_ = true;
    unpark_all([](const WaitingViewer&) { return true; }, effects);
  }
  carry_out(effects);
}

JobFigures JobCache::figures() const {
  const Lock lock(mutex_);
  return {.jobs = entries_.size(),
          .bytes = ledger_->bytes(),
          .fetches = fetches_,
          .waiting = waiting_.taken(),
          .parked = parked_};
}

// For one entry on one thread at a time, so that what only a fetch changes can be read without the
// lock.
void JobCache::fetch(CacheEntry& entry) {
  Fetched fetched;
  try {
    bool has_room = true;
    JobReply reply = source_.job(entry.address, [this, &entry, &has_room](std::size_t bytes) {
      has_room = may_come(entry, bytes);
      return has_room;
    });
    if (reply.outcome == Outcome::deferred) {
      if (options_.heard && !reply.notices.empty()) options_.heard(entry.address, reply);
      return defer(entry, reply.not_before);
    }
    fetched = has_room ? judged(entry, std::move(reply)) : no_room(entry, std::move(reply));
    if (fetched.content && fetched.content != entry.content && options_.changed) {
      options_.changed(entry.content.get(), fetched.content);
    }
  } catch (const std::exception& exception) {
    fetched = {.failure = broken(exception.what())};
  } catch (...) {
    fetched = {.failure = broken("not a std::exception")};
  }
  end_fetch(entry, std::move(fetched));
}

JobCache::Fetched JobCache::judged(CacheEntry& entry, JobReply reply) {
  const bool came = reply.outcome == Outcome::succeeded;
  const bool is_same = came && entry.content && entry.content->body == reply.body;
  std::optional<ByteCharge> charge;
  if (came && !is_same) {
    charge = room_for(entry, reply.body.size());
    if (!charge) return no_room(entry, std::move(reply));
  }
  bool is_final = false;
  if (charge && options_.judge) is_final = options_.judge(entry.address, reply);
  if (options_.heard) options_.heard(entry.address, reply);
  Fetched fetched{.request_id = reply.request_id};
  if (reply.outcome != Outcome::succeeded) {
    free_memory(reply.body);
    fetched.failure.reply = std::move(reply);
  } else if (is_same) {
    fetched.content = entry.content;
  } else {
    auto content = options_.new_content ? options_.new_content() : std::make_shared<JobContent>();
    content->version = options_.version_of(reply.body);
    content->is_final = is_final;
    reply.body.shrink_to_fit();  // one whose size nobody told has grown by doubling
    content->body = std::move(reply.body);
    content->charge = std::move(*charge);
    fetched.content = std::move(content);
  }
  return fetched;
}

JobCache::Fetched JobCache::no_room(CacheEntry& entry, JobReply reply) {
  free_memory(reply.body);
  FailedFetch failure;
  failure.kind = FailedFetch::Kind::no_room;
  failure.reply = std::move(reply);
  failure.reply.outcome = Outcome::too_large;
  failure.reply.retry_after = kNoRoomPause;
  failure.reply.detail = "This server has no memory left for another job; retry shortly.";
  if (options_.heard) options_.heard(entry.address, failure.reply);
  return {.failure = std::move(failure)};
}

bool JobCache::may_come(CacheEntry& entry, std::size_t bytes) {
  const Lock lock(mutex_);
  if (bytes <= entry.expected.bytes()) return true;
  auto more = make_room(bytes - entry.expected.bytes());
  if (more) entry.expected.add(std::move(*more));
  return more.has_value();
}

std::optional<ByteCharge> JobCache::room_for(CacheEntry& entry, std::size_t bytes) {
  const Lock lock(mutex_);
  entry.expected = {};
  return make_room(bytes);
}

void JobCache::defer(CacheEntry& entry, Time until) {
  Effects effects;
  {
    const Lock lock(mutex_);
    const Time now = clock_.steady();
    threads_.give_back(entry.host);
    entry.fetch = CacheEntry::Fetch::deferred;
    entry.resume_at = std::max(until, now + schedule::kShortestDeferral);
    start_queued(effects);
    reindex(entry, now, effects);
  }
  carry_out(effects);
}

void JobCache::end_fetch(CacheEntry& entry, Fetched fetched) {
  Effects effects;
  std::shared_ptr<const JobContent> before;  // a large body is not freed under the lock
  {
    const Lock lock(mutex_);
    const Time now = clock_.steady();
    before = entry.content;
    threads_.give_back(entry.host);
    entry.fetch = CacheEntry::Fetch::none;
    entry.expected = {};
    --fetches_;
    take_in(entry, std::move(fetched), now);
    const EntryView view = entry.view(now);
    unpark(entry, Way::collapsed, now, effects,
           [&view](const WaitingViewer& viewer) { return viewer.seen != view; });
    // Who came with the version that there turns out to be waits on, for a change.
    for (WaitingViewer& viewer : std::exchange(entry.waiting, {})) {
      waiting_.give_back(entry.host);
      const Way way = viewer.started_fetch ? Way::forwarded : Way::collapsed;
      if (park(entry, viewer, now)) continue;
      Reading reading = entry.reading_for(viewer, way, now);
      effects.told.emplace_back(std::move(viewer.done), std::move(reading));
    }
    start_queued(effects);
    reindex(entry, now, effects);
  }
  carry_out(effects);
}

void JobCache::take_in(CacheEntry& entry, Fetched fetched, Time now) {
  if (fetched.content) {
    entry.interval = fetched.content == entry.content ? schedule::grown(entry.interval)
                                                      : schedule::kFirstInterval;
    entry.fresh_until =
        now + schedule::jittered(entry.interval, 1 - schedule::kJitter, clock_.chance());
    entry.fetch_after = entry.fresh_until;
    entry.confirmed_at = now;
    entry.request_id = std::move(fetched.request_id);
    entry.failure = nullptr;
    entry.content = std::move(fetched.content);
    return;
  }
  entry.interval = schedule::grown(entry.interval);
  entry.fetch_after =
      now + schedule::jittered(schedule::pause_after(fetched.failure.reply, entry.interval), 1,
                               clock_.chance());
  entry.failed_at = now;
  if (!fetched.failure.may_bridge()) entry.content = nullptr;
  entry.failure = std::make_shared<const FailedFetch>(std::move(fetched.failure));
}

void JobCache::on_alarm(Time time) {
  Effects effects;
  {
    const Lock lock(mutex_);
    if (alarm_ != time) return;  // an earlier one took its place
    alarm_.reset();
    const Time now = clock_.steady();
    while (!due_.empty() && due_.begin()->first <= now) {
      CacheEntry& entry = *due_.begin()->second;
      const EntryView view = entry.view(now);
      unpark(entry, Way::hit, now, effects, [&](const WaitingViewer& viewer) {
        return viewer.waits_until <= now || viewer.seen != view;
      });
      give_up(entry, now, effects);
      if (entry.fetch == CacheEntry::Fetch::deferred && entry.resume_at <= now) {
        entry.fetch = CacheEntry::Fetch::queued;
        queue_.push_back(&entry);
      } else if (!entry.parked.empty() && entry.is_expired(now)) {
        begin_fetch(entry, now);
      }
      start_queued(effects);
      reindex(entry, now, effects);
    }
    set_alarm(effects);
  }
  carry_out(effects);
}

CacheEntry* JobCache::find(const std::string& key) {
  const auto found = entries_.find(key);
  return found == entries_.end() ? nullptr : found->second.get();
}

CacheEntry& JobCache::find_or_make(const JobAddress& address) {
  const auto [found, is_new] = entries_.try_emplace(address.key());
  if (is_new) {
    found->second = std::make_unique<CacheEntry>(address);
    // Without a charge when all is taken by others: it is about to be told so, and forgotten.
    if (auto charge = make_room(CacheEntry::kOwnBytes)) found->second->charge = std::move(*charge);
  }
  return *found->second;
}

bool JobCache::begin_fetch(CacheEntry& entry, Time now) {
  if (entry.is_fetching() || !entry.is_expired(now)) return false;
  // As much will come again, before what is there can go.
  forgettable_.remove(entry);
  auto expected = make_room(entry.content ? entry.content->body.size() : 1);
  if (!expected) return false;
  entry.expected = std::move(*expected);
  entry.fetch = CacheEntry::Fetch::queued;
  ++fetches_;
  queue_.push_back(&entry);
  return true;
}

void JobCache::give_up(CacheEntry& entry, Time now, Effects& effects) {
  if (entry.fetch == CacheEntry::Fetch::running) return;
  const auto stays = std::ranges::find_if(entry.waiting, [&](const WaitingViewer& viewer) {
    return viewer.came_at + entry.longest_wait() > now;
  });
  for (auto viewer = entry.waiting.begin(); viewer != stays; ++viewer) {
    waiting_.give_back(entry.host);
    Reading reading = entry.reading_for(*viewer, Way::hit, now);
    effects.told.emplace_back(std::move(viewer->done), std::move(reading));
  }
  entry.waiting.erase(entry.waiting.begin(), stays);
}

bool JobCache::may_park(const CacheEntry& entry, const ReadQuery& query, Time waits_until,
                        Time now) const {
  if (waits_until <= now || !query.has || is_releasing_ || entry.is_final() ||
      parked_ >= options_.limits.max_parked) {
    return false;
  }
  const auto content = entry.view(now).content;
  if (content == nullptr || !query.has(content->version)) return false;
  return !entry.parked.empty() ||
         watched_bytes_ + content->body.size() <= most_watched(options_.limits.max_bytes);
}

bool JobCache::park(CacheEntry& entry, WaitingViewer& viewer, Time now) {
  if (!may_park(entry, viewer.query, viewer.waits_until, now)) return false;
  viewer.seen = entry.view(now);
  viewer.is_parked = true;
  ++parked_;
  const Time until = viewer.waits_until;
  entry.parked.emplace(until, std::move(viewer));
  return true;
}

bool JobCache::await_fetch(CacheEntry& entry, WaitingViewer& viewer, Time now) {
  if (!entry.is_fetching() || !entry.is_stale(now) || !waiting_.take(entry.host)) return false;
  entry.waiting.push_back(std::move(viewer));
  return true;
}

template <class IsOver>
void JobCache::unpark(CacheEntry& entry, Way way, Time now, Effects& effects, IsOver is_over) {
  for (auto parked = entry.parked.begin(); parked != entry.parked.end();) {
    WaitingViewer& viewer = parked->second;
    if (!is_over(viewer)) {
      if (way != Way::hit) viewer.started_fetch = false;  // the next is another's
      ++parked;
      continue;
    }
    const Way told = way == Way::collapsed && viewer.started_fetch ? Way::forwarded : way;
    Reading reading = entry.reading_for(viewer, told, now);
    effects.told.emplace_back(std::move(viewer.done), std::move(reading));
    --parked_;
    parked = entry.parked.erase(parked);
  }
}

template <class IsOver>
void JobCache::unpark_all(IsOver is_over, Effects& effects) {
  const Time now = clock_.steady();
  std::vector<CacheEntry*> watched;  // reindex changes what is due
  for (const auto& [time, entry] : due_) {
    if (!entry->parked.empty()) watched.push_back(entry);
  }
  for (CacheEntry* const entry : watched) {
    unpark(*entry, Way::hit, now, effects, is_over);
    reindex(*entry, now, effects);
  }
}

void JobCache::start_queued(Effects& effects) {
  for (auto next = queue_.begin(); next != queue_.end();) {
    CacheEntry& entry = **next;
    if (threads_.take(entry.host)) {
      entry.fetch = CacheEntry::Fetch::running;
      effects.fetches.push_back(&entry);
      next = queue_.erase(next);
    } else {
      ++next;  // another service may have a place
    }
  }
}

void JobCache::reindex(CacheEntry& entry, Time now, Effects& effects) {
  const auto due = entry.next_due(now);
  if (due != entry.due) {
    if (entry.due) due_.erase({*entry.due, &entry});
    if (due) due_.emplace(*due, &entry);
    entry.due = due;
    set_alarm(effects);
  }

  watched_bytes_ -= entry.watched_bytes;
  entry.watched_bytes = entry.parked.empty() || !entry.content ? 0 : entry.content->body.size();
  watched_bytes_ += entry.watched_bytes;

  if (entry.is_fetching() || !entry.parked.empty() || !entry.waiting.empty()) {
    forgettable_.remove(entry);
  } else {
    forgettable_.touch(entry);
  }
  while (entries_.size() > options_.limits.max_jobs) {
    CacheEntry* const first = forgettable_.first();
    if (first == nullptr) return;
    forget(*first);
  }
}

std::optional<ByteCharge> JobCache::make_room(std::size_t bytes) {
  if (auto charge = ByteCharge::make(ledger_, bytes)) return charge;
  // Not for nothing: what slow readers hold stays in memory whatever is forgotten.
  const std::size_t free = ledger_->limit() - std::min(ledger_->limit(), ledger_->bytes());
  if (bytes > free && !forgettable_.can_free(bytes - free)) return std::nullopt;
  for (CacheEntry* first = forgettable_.first(); first != nullptr; first = forgettable_.first()) {
    forget(*first);
    if (auto charge = ByteCharge::make(ledger_, bytes)) return charge;
  }
  return std::nullopt;
}

void JobCache::forget(CacheEntry& entry) {
  forgettable_.remove(entry);
  const std::string key = entry.address.key();  // the entry's own goes with it
  entries_.erase(key);
}

void JobCache::set_alarm(Effects& effects) {
  if (due_.empty() || (alarm_ && *alarm_ <= due_.begin()->first)) return;
  alarm_ = effects.alarm = due_.begin()->first;
}

void JobCache::carry_out(Effects& effects) {
  for (CacheEntry* const entry : effects.fetches) {
    tasks_.run([this, entry] { fetch(*entry); });
  }
  if (effects.alarm) {
    tasks_.at(*effects.alarm, [this, time = *effects.alarm] { on_alarm(time); });
  }
  for (auto& [done, reading] : effects.told) {
    done(std::move(reading));
  }
}

}  // namespace jobtree::gateway

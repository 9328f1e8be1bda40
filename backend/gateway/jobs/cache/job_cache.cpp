#include "gateway/jobs/cache/job_cache.h"

#include <algorithm>
#include <variant>

namespace jobtree::gateway {

using cloud::JobAddress;

JobCache::JobCache(Options options, cloud::JobSource& source, Executor& executor, Clock clock,
                   std::shared_ptr<ByteLedger> ledger)
    : limits_(options.limits),
      fetch_(static_cast<FetchOptions&&>(options), source),
      clock_(std::move(clock)),
      ledger_(std::move(ledger)),
      threads_(limits_.max_fetches),
      waiting_(limits_),
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
    if (waiting_.may_park(*entry, query, now + query.wait, now)) return std::nullopt;
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
    if (!waiting_.park(entry, viewer, now) && !waiting_.await_fetch(entry, viewer, now)) {
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
    waiting_.leave(*entry, viewer, also_waiting, now, effects.told);
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
    waiting_.stop_parking();
    unpark_all([](const WaitingViewer&) { return true; }, effects);
  }
  carry_out(effects);
}

JobFigures JobCache::figures() const {
  const Lock lock(mutex_);
  return {.jobs = entries_.size(),
          .bytes = ledger_->bytes(),
          .fetches = fetches_,
          .waiting = waiting_.waiting(),
          .parked = waiting_.parked()};
}

// For one entry on one thread at a time, so that what only a fetch changes can be read without the
// lock.
void JobCache::fetch(CacheEntry& entry) {
  const Time now = clock_.steady();
  if (!entry.has_turn) {
    const store::PollTurn turn = fetch_.turn(entry.address, entry.interval);
    entry.has_turn = turn.is_given;
    if (!turn.is_given || turn.wait.count() > 0) return defer(entry, now + turn.wait);
  }
  const LastFetched last{
      .content = entry.content,
      .stored = entry.stored,
      .at = clock_.wall() - std::chrono::duration_cast<UtcTime::duration>(now - entry.confirmed_at),
      .is_recent = entry.content && !entry.stored && now < entry.bridged_until(),
      .was_absent = entry.failure && entry.failure->reply.outcome == cloud::Outcome::not_found};
  auto came = fetch_.run(
      entry.address, last,
      {.may_come = [this, &entry](std::size_t bytes) { return may_come(entry, bytes); },
       .room_for = [this, &entry](std::size_t bytes) { return room_for(entry, bytes); }});
  if (const auto* const until = std::get_if<Time>(&came)) return defer(entry, *until);
  end_fetch(entry, std::move(std::get<Fetched>(came)));
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
    entry.has_turn = false;
    entry.expected = {};
    --fetches_;
    take_in(entry, std::move(fetched), now);
    waiting_.end_fetch(entry, now, effects.told);
    start_queued(effects);
    reindex(entry, now, effects);
  }
  carry_out(effects);
}

void JobCache::take_in(CacheEntry& entry, Fetched fetched, Time now) {
  if (fetched.content && !fetched.stored) {
    entry.interval = fetched.content == entry.content ? schedule::grown(entry.interval)
                                                      : schedule::kFirstInterval;
    entry.fresh_until =
        now + schedule::jittered(entry.interval, 1 - schedule::kJitter, clock_.chance());
    entry.fetch_after = entry.fresh_until;
    entry.confirmed_at = now;
    entry.request_id = std::move(fetched.request_id);
    entry.failure = nullptr;
    entry.content = std::move(fetched.content);
    entry.stored.reset();
    return;
  }
  entry.interval = schedule::grown(entry.interval);
  entry.fetch_after =
      now + schedule::jittered(schedule::pause_after(fetched.failure.reply, entry.interval), 1,
                               clock_.chance());
  entry.failed_at = now;
  if (fetched.stored) {
    const auto age = std::max(clock_.wall() - fetched.stored->at, UtcTime::duration::zero());
    entry.confirmed_at = now - std::chrono::duration_cast<Time::duration>(age);
    entry.request_id.clear();
    entry.content = std::move(fetched.content);
    entry.stored = fetched.stored;
    if (entry.stored->is_forgotten) {
      entry.failure = nullptr;
      return;
    }
  } else if (!(entry.stored ? fetched.failure.may_recall() : fetched.failure.may_bridge())) {
    entry.content = nullptr;
    entry.stored.reset();
  }
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
      waiting_.unpark(entry, Way::hit, now, effects.told, [&](const WaitingViewer& viewer) {
        return viewer.waits_until <= now || viewer.seen != view;
      });
      waiting_.give_up(entry, now, effects.told);
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

template <class IsOver>
void JobCache::unpark_all(IsOver is_over, Effects& effects) {
  const Time now = clock_.steady();
  std::vector<CacheEntry*> watched;  // reindex changes what is due
  for (const auto& [time, entry] : due_) {
    if (!entry->parked.empty()) watched.push_back(entry);
  }
  for (CacheEntry* const entry : watched) {
    waiting_.unpark(*entry, Way::hit, now, effects.told, is_over);
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

  waiting_.weigh(entry);
  if (entry.is_fetching() || !entry.parked.empty() || !entry.waiting.empty()) {
    forgettable_.remove(entry);
  } else {
    forgettable_.touch(entry);
  }
  while (entries_.size() > limits_.max_jobs) {
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

#include "store/recording/recorder.h"

#include <algorithm>
#include <exception>
#include <future>
#include <string>

#include "store/outbox/entry_writing.h"
#include "store/recording/trouble.h"

namespace jobtree::store {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kMostEntries = 20'000;
constexpr int kLongestWritePause = 60;  // times the first
constexpr seconds kConfirmEvery{10};    // how old "last seen" may be on the disk
constexpr seconds kFirstPrune{30};      // after the start, when the rest is done
constexpr seconds kPruneEvery{600};
constexpr milliseconds kPruneAgain{200};  // while there is more
constexpr milliseconds kLookEvery{1000};  // at what other replicas write
constexpr seconds kLongestMarking{5};
// One that no database takes must not keep those behind it waiting for ever.
constexpr int kMostWriteTries = 5;

}  // namespace

Recorder::Recorder(Options options, std::unique_ptr<Store> store, Bilingual note)
    : options_(std::move(options)),
      pause_(options_.first_pause),
      outbox_([this] { return this->store(); }, options_.place),
      shares_([this] { return this->store(); }, options_.place),
      store_(std::move(store)),
      note_(std::move(note)),
      queue_(options_.most_bytes, kMostEntries),
      next_prune_(options_.clock.steady() + kFirstPrune),
      next_look_(options_.clock.steady()) {
  if (store_) bytes_ = store_->bytes();
  if (!store_) not_before_ = options_.clock.steady() + options_.first_pause;
  thread_ = std::thread([this] { run(); });
}

Recorder::~Recorder() {
  {
    const Lock lock(mutex_);
    is_closing_ = true;
  }
  work_.notify_all();
  thread_.join();
}

void Recorder::observed(Observation observation) {
  const Lock lock(mutex_);
  queue_.push({.kind = Pending::Kind::observed, .observation = std::move(observation)});
  work_.notify_one();
}

void Recorder::confirmed(const cloud::JobAddress& address, Time at) {
  const Lock lock(mutex_);
  if (seen_.size() >= kMostEntries && !seen_.contains(address.key())) return;
  // The thread that writes may be waiting for something much later.
  if (seen_.empty()) work_.notify_one();
  seen_.insert_or_assign(address.key(), std::pair(address, at));
}

void Recorder::forgotten(const cloud::JobAddress& address, Time at) {
  const Lock lock(mutex_);
  queue_.push({.kind = Pending::Kind::forgotten, .observation = {.address = address, .at = at}});
  work_.notify_one();
}

void Recorder::stuck(const cloud::JobAddress& address, Time at) {
  if (!options_.herald) return;
  const Lock lock(mutex_);
  queue_.push({.kind = Pending::Kind::stuck, .observation = {.address = address, .at = at}});
  work_.notify_one();
}

ArchiveState Recorder::state() const {
  const Lock lock(mutex_);
  return {.kind = note_.empty() ? ArchiveState::Kind::good : ArchiveState::Kind::trouble,
          .trouble = trouble_,
          .queued = queue_.size() + (is_storing_ ? 1 : 0),
          .superseded = queue_.superseded(),
          .dropped = queue_.dropped(),
          .stored = stored_,
          .bytes = bytes_};
}

std::shared_ptr<Store> Recorder::store() const {
  const Lock lock(mutex_);
  return store_;
}

Failure Recorder::unreadable(std::string_view why) const {
  return Failure::unavailable(bilingual(
      {"what is remembered in {0} cannot be read now: {1}", "暂时无法读取 {0} 中保存的任务：{1}"},
      options_.place, why));
}

template <class Read>
auto Recorder::read(Read read) const {
  using Value = std::remove_cvref_t<decltype(read(std::declval<Store&>()).value())>;
  const std::shared_ptr<Store> store = this->store();
  if (!store) return Result<Value>(unreadable("it is not open"));
  auto outcome = read(*store);
  if (!outcome) return Result<Value>(unreadable(outcome.error().message));
  return Result<Value>(std::move(outcome.value()));
}

Result<BoardPage> Recorder::board(const BoardQuery& query) {
  return read([&](Store& store) { return store.board(query); });
}

Result<std::optional<JobRecord>> Recorder::job(const cloud::JobAddress& address) {
  return read([&](Store& store) { return store.job(address); });
}

Result<EventsPage> Recorder::events(const cloud::JobAddress& address, std::string_view cursor,
                                    std::size_t limit, bool newest_first) {
  return read([&](Store& store) { return store.events(address, cursor, limit, newest_first); });
}

Result<std::vector<VersionRecord>> Recorder::versions(const cloud::JobAddress& address) {
  return read([&](Store& store) { return store.versions(address); });
}

Result<std::optional<std::string>> Recorder::body(const cloud::JobAddress& address,
                                                  std::int64_t version) {
  auto body = read([&](Store& store) { return store.body(address, version); });
  if (!body) return body.failure();
  if (!body.value()) return std::optional<std::string>();
  return std::optional(std::move(body.value()->body));
}

Result<Durations> Recorder::durations(std::string_view service, std::string_view type,
                                      std::uint32_t parts) {
  auto came =
      read([&](Store& store) { return store.durations(service, type, size_class_of(parts)); });
  if (!came) return came.failure();
  return durations_of(std::move(came.value()));
}

Result<std::vector<JobRecord>> Recorder::unfinished(std::size_t limit) {
  return read([&](Store& store) { return store.unfinished(limit); });
}

Result<FailurePage> Recorder::failure_groups(const FailureQuery& query) {
  return read([&](Store& store) { return store.failure_groups(query); });
}

Result<bool> Recorder::set_mute(const Muting& muting) {
  return store_now({.kind = Pending::Kind::muting, .muting = muting});
}

Result<bool> Recorder::set_marks(const Marking& marking, Time at) {
  return store_now({.kind = Pending::Kind::marking,
                    .observation = {.address = marking.address, .at = at},
                    .marking = marking});
}

Result<bool> Recorder::found(std::vector<Sighting> sightings, Time now,
                             std::optional<ReadUntil> read) {
  if (sightings.empty() && !read) return false;
  return store_now({.kind = Pending::Kind::found,
                    .observation = {.address = {}, .at = now},
                    .sightings = std::move(sightings),
                    .read = std::move(read)});
}

Result<std::optional<Time>> Recorder::read_until(std::string_view name) {
  return read([&](Store& store) { return store.read_until(name); });
}

Result<bool> Recorder::store_now(Pending pending) {
  pending.done = std::make_shared<std::promise<Result<bool>>>();
  auto stored = pending.done->get_future();
  {
    const Lock lock(mutex_);
    if (!note_.empty()) return Failure::unavailable(note_);
    queue_.push(std::move(pending));
    work_.notify_one();
  }
  if (stored.wait_for(kLongestMarking) != std::future_status::ready) {
    return unreadable("writing takes too long");
  }
  return stored.get();
}

void Recorder::flush(Steady until) {
  const Lock lock(mutex_);
  is_flushing_ = true;
  work_.notify_one();
  while (note_.empty() && (!queue_.empty() || is_storing_ || !seen_.empty())) {
    if (!idle_.wait_until(mutex_, until)) break;
  }
  is_flushing_ = false;
}

void Recorder::run() {
  while (wait_for_work()) {
    // Nobody above would hear of an exception: memory that is short now may not be later.
    try {
      if (open_if_needed()) {
        store_next();
        confirm_seen();
        look_at_others();
        prune();
      }
    } catch (const std::exception& exception) {
      went_wrong({StoreError::Kind::other, exception.what()});
    }
    const Lock lock(mutex_);
    is_storing_ = false;
    idle_.notify_all();
  }
}

bool Recorder::is_work_due(Steady now) const {
  if (not_before_) return now >= *not_before_;
  return !queue_.empty() || is_confirm_due(now) || now >= std::min(next_prune_, next_look_);
}

bool Recorder::is_confirm_due(Steady now) const {
  return !seen_.empty() && (is_flushing_ || now >= next_confirm_);
}

bool Recorder::wait_for_work() {
  const Lock lock(mutex_);
  for (;;) {
    if (is_closing_) return false;
    const Steady now = options_.clock.steady();
    if (is_work_due(now)) break;
    Steady until = not_before_.value_or(std::min(next_prune_, next_look_));
    if (!not_before_ && !seen_.empty()) until = std::min(until, next_confirm_);
    work_.wait_until(mutex_, until);
  }
  is_storing_ = true;
  return true;
}

bool Recorder::open_if_needed() {
  if (store()) return true;
  Notices notices;
  auto opened = options_.open(notices);
  for (const Bilingual& notice : notices)
    say(LogEntry::Level::warning, notice);
  if (!opened) {
    pause(ArchiveState::Trouble::other, opened.failure().text());
    return false;
  }
  writer_.clear();
  const std::uint64_t bytes = opened.value()->bytes();
  bytes_ = bytes;
  {
    const Lock lock(mutex_);
    store_ = std::move(opened.value());
    next_look_ = {};
  }
  ++revision_;
  came_right();
  return true;
}

void Recorder::store_next() {
  std::optional<Pending> pending;
  {
    const Lock lock(mutex_);
    pending = queue_.pop();
  }
  if (!pending) return;
  auto done = store_one(*pending);
  if (done) {
    came_right();
    return;
  }
  writer_.clear();  // who knows how much of it is on the disk
  ++pending->tries;
  const bool is_to_blame = done.error().kind == StoreError::Kind::other ||
                           done.error().kind == StoreError::Kind::conflict;
  if (is_to_blame && pending->tries >= kMostWriteTries) return give_up(*pending, done.error());
  if (pending->done) {
    pending->done->set_value(Failure::unavailable(note_of(done.error(), options_.place)));
  } else {
    const Lock lock(mutex_);
    queue_.put_back(std::move(*pending));
  }
  went_wrong(done.error());
}

void Recorder::give_up(Pending& pending, const StoreError& error) {
  {
    const Lock lock(mutex_);
    queue_.count_dropped();
  }
  say(LogEntry::Level::error,
      bilingual({"a change of job {0} cannot be stored, and is left out: {1}",
                 "任务 {0} 的一次变化无法保存，已放弃：{1}"},
                pending.observation.address.key(), error.message));
  came_right();
}

Outcome<Done> Recorder::store_one(Pending& pending) {
  const Observation& seen = pending.observation;
  Outcome<bool> is_news = false;
  switch (pending.kind) {
    case Pending::Kind::observed:
      is_news = writer_.observed(
          *store(), seen, std::chrono::floor<std::chrono::microseconds>(options_.clock.wall()));
      if (is_news && is_news.value()) ++stored_;
      if (is_news && !is_news.value()) confirmed(seen.address, seen.at);
      break;
    case Pending::Kind::forgotten:
      is_news = writer_.forgotten(*store(), seen.address, seen.at);
      break;
    case Pending::Kind::stuck:
      return store()->in_session([&](SqlSession& session) {
        return tell_stuck(session, options_.herald.get(), seen.address, seen.at);
      });
    case Pending::Kind::marking: {
      const auto marked = writer_.marked(*store(), pending.marking, seen.at);
      if (!marked) return marked.error();
      if (marked.value().is_change) ++revision_;  // before who waits looks again
      pending.done->set_value(marked.value().is_new);
      return Done();
    }
    case Pending::Kind::found: {
      bool is_any_news = false;
      for (const Sighting& sighting : pending.sightings) {
        const auto said = writer_.found(*store(), sighting, seen.at);
        if (!said) return said.error();
        is_any_news = is_any_news || said.value();
      }
      if (pending.read) {
        if (auto done = store()->set_read_until(*pending.read); !done) return done;
      }
      if (is_any_news) ++revision_;
      pending.done->set_value(is_any_news);
      return Done();
    }
    case Pending::Kind::muting: {
      if (auto done = store()->mute(pending.muting); !done) return done;
      ++revision_;
      pending.done->set_value(true);
      return Done();
    }
  }
  if (!is_news) return is_news.error();
  if (is_news.value()) ++revision_;
  return Done();
}

void Recorder::confirm_seen() {
  std::vector<std::pair<cloud::JobAddress, Time>> seen;
  {
    const Lock lock(mutex_);
    const Steady now = options_.clock.steady();
    if (!is_confirm_due(now)) return;
    for (auto& [key, one] : seen_)
      seen.push_back(std::move(one));
    seen_.clear();
    next_confirm_ = now + kConfirmEvery;
  }
  // One that is lost by an error is only older than it might be.
  if (auto done = store()->confirm(seen); !done) went_wrong(done.error());
}

void Recorder::look_at_others() {
  {
    const Lock lock(mutex_);
    const Steady now = options_.clock.steady();
    if (now < next_look_) return;
    next_look_ = now + kLookEvery;
  }
  const auto revision = store()->shared_revision();
  if (!revision) {
    const Lock lock(mutex_);
    next_look_ = Steady::max();
    return;
  }
  if (*revision != others_revision_) ++revision_;
  others_revision_ = *revision;
}

void Recorder::prune() {
  const Steady now = options_.clock.steady();
  {
    const Lock lock(mutex_);
    if (now < next_prune_) return;
  }
  const std::shared_ptr<Store> store = this->store();
  const auto wall = std::chrono::floor<std::chrono::microseconds>(options_.clock.wall());
  auto more = store->prune(options_.retention, wall);
  bytes_ = store->bytes();
  {
    const Lock lock(mutex_);
    next_prune_ = now + (more && more.value() ? milliseconds(kPruneAgain) : kPruneEvery);
  }
  if (!more) went_wrong(more.error());
}

void Recorder::came_right() {
  pause_ = options_.first_pause;
  {
    const Lock lock(mutex_);
    not_before_.reset();
    if (note_.empty()) return;
    note_ = {};
  }
  ++revision_;
  say(LogEntry::Level::info,
      bilingual({"jobs are remembered again in {0}", "已恢复将任务保存到 {0}"}, options_.place));
}

void Recorder::went_wrong(const StoreError& error) {
  if (error.kind == StoreError::Kind::corrupt) {
    // Opened anew it is checked, and set aside when it is broken.
    writer_.clear();
    const Lock lock(mutex_);
    store_ = nullptr;
  }
  pause(trouble_of(error), note_of(error, options_.place));
}

void Recorder::pause(ArchiveState::Trouble trouble, const Bilingual& note) {
  bool is_news = false;
  {
    const Lock lock(mutex_);
    is_news = note_.en != note.en;
    note_ = note;
    trouble_ = trouble;
    not_before_ = options_.clock.steady() + pause_;
  }
  pause_ = std::min(pause_ * 2, options_.first_pause * kLongestWritePause);
  if (is_news) {
    ++revision_;
    say(LogEntry::Level::warning, note);
  }
}

void Recorder::say(LogEntry::Level level, const Bilingual& text) const {
  if (options_.log) options_.log({level, text.en});
}

}  // namespace jobtree::store

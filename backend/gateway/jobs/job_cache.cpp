#include "gateway/jobs/job_cache.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

namespace jobtree::gateway {
namespace {

using namespace std::chrono_literals;
using cloud::JobAddress;
using cloud::JobReply;
using cloud::Outcome;
using Content = JobCache::Content;
using Done = JobCache::Done;
using Figures = JobCache::Figures;
using Reading = JobCache::Reading;
using Time = JobCache::Time;
using Trouble = JobCache::Trouble;
using Viewer = JobCache::Viewer;
using Way = JobCache::Way;
using Wish = JobCache::Wish;
using Duration = Time::duration;

// As often as the page and `backend job` ask: closely while things move, every ten seconds when
// they do not.
constexpr Duration kFirstInterval = 2s;
constexpr Duration kLastInterval = 10s;
constexpr double kGrowth = 1.5;
constexpr double kJitter = 0.1;
// So many intervals old, an answer is still given at once while a question is under way.
constexpr int kStaleIntervals = 2;
// So old, it is shown no more when questions fail.
constexpr Duration kStaleIfError = 60s;
// A job may not be found just after it was created.
constexpr Duration kNotFoundPause = 3s;
constexpr Duration kDeniedPause = 10s;
// When the cloud wants a pause and does not say how long.
constexpr Duration kToldPause = 5s;
constexpr Duration kLongestPause = 10min;
// Until a watched job that found no room among the questions under way is tried again.
constexpr Duration kCrowdedPause = 1s;
// What a job takes beside its body, roughly.
constexpr std::size_t kBytesOfJob = 1024;

Duration scaled(Duration duration, double factor) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(duration) * factor);
}

Duration grown(Duration interval) {
  if (interval == Duration::zero()) return kFirstInterval;
  return std::min(scaled(interval, kGrowth), kLastInterval);
}

/// Whether the last good answer may stand in for a while. Not when the cloud said that there is no
/// such job, or not for us.
bool is_bridged(Outcome outcome) {
  switch (outcome) {
    case Outcome::unreachable:
    case Outcome::failed:
    case Outcome::malformed:
    case Outcome::throttled:
    case Outcome::no_key:
      return true;
    default:
      return false;
  }
}

Duration pause_after(const JobReply& answer, Duration interval) {
  Duration pause = interval;
  switch (answer.outcome) {
    case Outcome::not_found:
      pause = kNotFoundPause;
      break;
    case Outcome::denied:
    case Outcome::unknown_project:
    case Outcome::too_large:
      pause = kDeniedPause;
      break;
    case Outcome::refused:
    case Outcome::throttled:
    case Outcome::no_key:
      pause = answer.retry_after ? Duration::zero() : kToldPause;
      break;
    default:
      break;
  }
  if (answer.retry_after) {
    // Compared in seconds: any number of them may have been told.
    const auto told =
        std::min(*answer.retry_after, std::chrono::ceil<std::chrono::seconds>(kLongestPause));
    pause = std::max({pause, Duration(told), Duration(1s)});
  }
  return pause;
}

/// No part of an address has a line's end in it.
std::string key_of(const JobAddress& address) {
  return address.region + "\n" + address.service + "\n" + address.project_id + "\n" +
         address.job_id;
}

/// What a viewer can tell apart.
struct View {
  std::shared_ptr<const Content> content{};  ///< nullptr: none is shown
  std::optional<Outcome> trouble;
  bool operator==(const View&) const = default;
};

struct Waiter {
  Wish wish;
  Done done;
  Viewer viewer = 0;
  Time patience_ends;
  bool set_off = false;  ///< the question that is under way
  bool had_content = false;
  bool is_parked = false;
  View seen{};  ///< of a parked one: what it knows already
};

/// What of all that can be forgotten goes first: what is not there or could not be had, so that a
/// flood of such ids pushes nothing out but itself; then what was asked for longest ago.
struct Worth {
  bool has_content = false;
  std::uint64_t turn = 0;
  bool operator<(const Worth& other) const {
    return std::tie(has_content, turn) < std::tie(other.has_content, other.turn);
  }
};

struct Entry {
  explicit Entry(JobAddress of) : address(std::move(of)) {}

  const JobAddress address;
  std::shared_ptr<const Content> content{};
  std::string request_id{};
  Time said_at{};
  Time fresh_until{};
  std::shared_ptr<const Trouble> trouble{};
  Time troubled_at{};
  Duration interval{};           ///< zero: never asked
  Time ask_after = Time::min();  ///< no question begins before
  bool in_flight = false;
  std::vector<Waiter> waiting{};         ///< for what is in flight
  std::multimap<Time, Waiter> parked{};  ///< by when their patience is over
  std::optional<Worth> idle{};
  std::optional<Time> due{};

  bool is_final() const { return content && content->is_final; }
  bool is_expired(Time now) const { return !is_final() && now >= ask_after; }
  /// When nothing but time ends what is shown.
  Time bridged_until() const { return said_at + kStaleIfError; }

  View view(Time now) const {
    View view;
    const bool bridges = trouble && is_bridged(trouble->answer.outcome) && now < bridged_until();
    if (content && (!trouble || bridges)) view.content = content;
    if (trouble) view.trouble = trouble->answer.outcome;
    return view;
  }

  /// Whether an answer is so old that the one under way is waited for.
  bool is_worn(Time now) const {
    return view(now).content == nullptr || (!trouble && now - said_at > kStaleIntervals * interval);
  }

  std::size_t bytes() const { return kBytesOfJob + (content ? content->body.size() : 0); }
};

}  // namespace

class JobCache::Core {
 public:
  Core(Options options, cloud::JobSource& source, std::unique_ptr<World> world)
      : options_(std::move(options)), source_(source), world_(std::move(world)) {}

  Viewer ask(const JobAddress& address, Wish wish, Done done) {
    Work work;
    Viewer viewer = 0;
    {
      const std::lock_guard lock(mutex_);
      viewer = ++viewers_;
      const Time now = world_->now();
      Entry& entry = entry_of(address);
      Waiter waiter{
          .wish = std::move(wish), .done = std::move(done), .viewer = viewer, .patience_ends = now};
      waiter.patience_ends += waiter.wish.patience;
      waiter.had_content = entry.view(now).content != nullptr;
      if (entry.is_expired(now)) waiter.set_off = take_off(entry, work);
      if (!park(entry, waiter, now) && !wait(entry, waiter, now)) {
        tell(entry, waiter, Way::hit, now, work);
      }
      file(entry, now, work);
    }
    carry_out(work);
    return viewer;
  }

  void leave(const JobAddress& address, Viewer viewer) {
    Work work;
    {
      const std::lock_guard lock(mutex_);
      const auto found = entries_.find(key_of(address));
      if (found == entries_.end()) return;
      Entry& entry = *found->second;
      const Time now = world_->now();
      const auto is_it = [viewer](const Waiter& waiter) { return waiter.viewer == viewer; };
      const auto waiting = std::ranges::find_if(entry.waiting, is_it);
      if (waiting != entry.waiting.end()) {
        tell(entry, *waiting, Way::hit, now, work);
        entry.waiting.erase(waiting);
        --figures_.waiting;
      } else {
        unpark(entry, Way::hit, now, work, is_it);
      }
      file(entry, now, work);
    }
    carry_out(work);
  }

  void release_parked() {
    Work work;
    {
      const std::lock_guard lock(mutex_);
      releasing_ = true;
      const Time now = world_->now();
      std::vector<Entry*> watched;
      for (const auto& [time, entry] : due_)
        watched.push_back(entry);
      for (Entry* const entry : watched) {
        unpark(*entry, Way::hit, now, work, [](const auto&) { return true; });
        file(*entry, now, work);
      }
    }
    carry_out(work);
  }

  Figures figures() const {
    const std::lock_guard lock(mutex_);
    return figures_;
  }

 private:
  /// What is to be done once the lock is given back.
  struct Work {
    std::vector<Entry*> flights;
    std::vector<std::pair<Done, Reading>> told;
    std::optional<Time> alarm;
  };

  Entry& entry_of(const JobAddress& address) {
    const auto [found, is_new] = entries_.try_emplace(key_of(address));
    if (is_new) {
      found->second = std::make_unique<Entry>(address);
      ++figures_.jobs;
      figures_.bytes += found->second->bytes();
    }
    return *found->second;
  }

  /// Begins a question, unless one is under way or there are too many; whether it did.
  bool take_off(Entry& entry, Work& work) {
    if (entry.in_flight || figures_.flights >= options_.max_flights) return false;
    entry.in_flight = true;
    ++figures_.flights;
    work.flights.push_back(&entry);
    return true;
  }

  /// On a thread of the world, and for this entry on one at a time, so that what only a flight
  /// changes can be read without the lock.
  void fly(Entry& entry) {
    Trouble trouble;
    std::shared_ptr<const Content> content;
    try {
      JobReply& answer = trouble.answer;
      answer = source_.job(entry.address);
      if (options_.heard) options_.heard(entry.address, answer);
      if (answer.outcome == Outcome::succeeded) {
        content = content_of(entry.content, std::move(answer.body));
      }
      answer.body.clear();
    } catch (...) {
      content = nullptr;
      trouble.answer = {};
      trouble.answer.outcome = Outcome::failed;
      trouble.broken = std::current_exception();
    }
    land(entry, std::move(content), std::move(trouble));
  }

  std::shared_ptr<const Content> content_of(const std::shared_ptr<const Content>& last,
                                            std::string body) const {
    if (last && last->body == body) return last;
    auto content = std::make_shared<Content>();
    content->version = options_.version_of(body);
    content->is_final = options_.is_settled && options_.is_settled(body);
    body.shrink_to_fit();  // one whose size nobody told has grown by doubling
    content->body = std::move(body);
    return content;
  }

  void land(Entry& entry, std::shared_ptr<const Content> content, Trouble trouble) {
    Work work;
    {
      const std::lock_guard lock(mutex_);
      const Time now = world_->now();
      entry.in_flight = false;
      --figures_.flights;
      if (content) {
        entry.interval = content == entry.content ? grown(entry.interval) : kFirstInterval;
        entry.fresh_until = now + jittered(entry.interval, 1 - kJitter);
        entry.ask_after = entry.fresh_until;
        entry.said_at = now;
        entry.request_id = std::move(trouble.answer.request_id);
        entry.trouble = nullptr;
        set_content(entry, std::move(content));
      } else {
        entry.interval = grown(entry.interval);
        entry.ask_after = now + jittered(pause_after(trouble.answer, entry.interval), 1);
        entry.troubled_at = now;
        if (!is_bridged(trouble.answer.outcome)) set_content(entry, nullptr);
        entry.trouble = std::make_shared<const Trouble>(std::move(trouble));
      }
      const View view = entry.view(now);
      unpark(entry, Way::collapsed, now, work,
             [&view](const Waiter& waiter) { return waiter.seen != view; });
      // Who came with the version that the answer turns out to have waits on, for a change.
      for (Waiter& waiter : std::exchange(entry.waiting, {})) {
        --figures_.waiting;
        const Way way = waiter.set_off ? Way::forwarded : Way::collapsed;
        if (!park(entry, waiter, now)) tell(entry, waiter, way, now, work);
      }
      file(entry, now, work);
    }
    carry_out(work);
  }

  /// The alarm: patience that is over, watched jobs whose interval is.
  void tick() {
    Work work;
    {
      const std::lock_guard lock(mutex_);
      const Time now = world_->now();
      alarm_.reset();
      while (!due_.empty() && due_.begin()->first <= now) {
        Entry& entry = *due_.begin()->second;
        const View view = entry.view(now);
        unpark(entry, Way::hit, now, work, [&](const Waiter& waiter) {
          return waiter.patience_ends <= now || waiter.seen != view;
        });
        if (!entry.parked.empty() && entry.is_expired(now)) take_off(entry, work);
        file(entry, now, work);
      }
      set_alarm(work);
    }
    carry_out(work);
  }

  /// Takes in a viewer who waits for a change; whether it does.
  bool park(Entry& entry, Waiter& waiter, Time now) {
    const View view = entry.view(now);
    if (releasing_ || waiter.patience_ends <= now || view.content == nullptr || entry.is_final() ||
        !waiter.wish.has || !waiter.wish.has(view.content->version) ||
        figures_.parked >= options_.max_parked || figures_.bytes > options_.max_bytes) {
      return false;
    }
    waiter.seen = view;
    waiter.is_parked = true;
    ++figures_.parked;
    entry.parked.emplace(waiter.patience_ends, std::move(waiter));
    return true;
  }

  /// Takes in a viewer for whom there is no answer yet; whether it waits for one.
  bool wait(Entry& entry, Waiter& waiter, Time now) {
    if (!entry.in_flight || !entry.is_worn(now) || figures_.waiting >= options_.max_waiting) {
      return false;
    }
    ++figures_.waiting;
    entry.waiting.push_back(std::move(waiter));
    return true;
  }

  template <class IsOver>
  void unpark(Entry& entry, Way way, Time now, Work& work, IsOver is_over) {
    for (auto parked = entry.parked.begin(); parked != entry.parked.end();) {
      Waiter& waiter = parked->second;
      if (!is_over(waiter)) {
        if (way != Way::hit) waiter.set_off = false;  // another question than its own comes next
        ++parked;
        continue;
      }
      tell(entry, waiter, way == Way::collapsed && waiter.set_off ? Way::forwarded : way, now,
           work);
      --figures_.parked;
      parked = entry.parked.erase(parked);
    }
  }

  void tell(const Entry& entry, Waiter& waiter, Way way, Time now, Work& work) {
    using std::chrono::floor;
    using std::chrono::seconds;
    Reading reading;
    reading.way = way;
    reading.had_content = waiter.had_content;
    reading.was_parked = waiter.is_parked;
    if (entry.view(now).content != nullptr) {
      reading.content = entry.content;
      reading.trouble = entry.trouble;
      reading.request_id = entry.request_id;
      reading.age = floor<seconds>(now - entry.said_at);
      reading.ttl = floor<seconds>(entry.fresh_until - now);
    } else if (entry.trouble && (waiter.is_parked || !entry.is_expired(now))) {
      reading.trouble = entry.trouble;
      reading.age = floor<seconds>(now - entry.troubled_at);
    }
    work.told.emplace_back(std::move(waiter.done), std::move(reading));
  }

  void set_content(Entry& entry, std::shared_ptr<const Content> content) {
    figures_.bytes -= entry.bytes();
    entry.content = std::move(content);
    figures_.bytes += entry.bytes();
  }

  /// Puts an entry where it belongs after a change: its next due time, its place among those that
  /// can be forgotten. It may be gone afterwards.
  void file(Entry& entry, Time now, Work& work) {
    if (entry.due) due_.erase({*entry.due, &entry});
    entry.due = next_due(entry, now);
    if (entry.due) due_.emplace(*entry.due, &entry);
    set_alarm(work);

    if (entry.idle) idle_.erase(*entry.idle);
    entry.idle.reset();
    if (!entry.in_flight && entry.parked.empty()) {
      entry.idle = Worth{.has_content = entry.content != nullptr, .turn = ++turns_};
      idle_.emplace(*entry.idle, &entry);
    }
    while (!idle_.empty() &&
           (figures_.jobs > options_.max_jobs || figures_.bytes > options_.max_bytes)) {
      const Entry* const forgotten = idle_.begin()->second;
      idle_.erase(idle_.begin());
      --figures_.jobs;
      figures_.bytes -= forgotten->bytes();
      entries_.erase(key_of(forgotten->address));
    }
  }

  void set_alarm(Work& work) {
    if (due_.empty() || (alarm_ && *alarm_ <= due_.begin()->first)) return;
    alarm_ = work.alarm = due_.begin()->first;
  }

  /// Nobody watching, nothing to do.
  static std::optional<Time> next_due(const Entry& entry, Time now) {
    if (entry.parked.empty()) return std::nullopt;
    Time due = entry.parked.begin()->first;
    if (entry.trouble) due = std::min(due, entry.bridged_until());
    if (!entry.in_flight) {
      due = std::min(due, entry.is_expired(now) ? now + kCrowdedPause : entry.ask_after);
    }
    return due;
  }

  void carry_out(Work& work) {
    for (Entry* const entry : work.flights) {
      world_->run([this, entry] { fly(*entry); });
    }
    if (work.alarm) world_->alarm(*work.alarm, [this] { tick(); });
    for (auto& [done, reading] : work.told) {
      done(std::move(reading));
    }
  }

  Duration jittered(Duration duration, double least) {
    return scaled(duration, least + (1 + kJitter - least) * world_->chance());
  }

  const Options options_;
  cloud::JobSource& source_;

  // Held for a few moves of pointers, and never while something is asked, hashed, parsed or told.
  // Who waits is handed its reading and takes no lock after it.
  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::unique_ptr<Entry>> entries_;
  std::map<Worth, Entry*> idle_;  ///< can be forgotten; the first goes first
  std::uint64_t turns_ = 0;
  std::set<std::pair<Time, Entry*>> due_;  ///< watched, by when something is to happen
  std::optional<Time> alarm_;              ///< the one that is set
  Figures figures_;
  Viewer viewers_ = 0;
  bool releasing_ = false;

  std::unique_ptr<World> world_;  // last: its threads use all of the above
};

JobCache::JobCache(Options options, cloud::JobSource& source, std::unique_ptr<World> world)
    : core_(std::make_unique<Core>(std::move(options), source, std::move(world))) {}
JobCache::~JobCache() = default;

Viewer JobCache::ask(const JobAddress& address, Wish wish, Done done) {
  return core_->ask(address, std::move(wish), std::move(done));
}
void JobCache::leave(const JobAddress& address, Viewer viewer) {
  core_->leave(address, viewer);
}
void JobCache::release_parked() {
  core_->release_parked();
}
JobCache::Figures JobCache::figures() const {
  return core_->figures();
}

}  // namespace jobtree::gateway

// A thousand pages watch one job for an hour: what the backend feels of it, and how soon the pages
// know what it knows. Time and chance are the test's, so that every run is the same.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <queue>
#include <vector>

#include "poll/long_poll_slots.h"
#include "poll/schedule.h"
#include "unit/catch.h"

namespace poll_simulation_test {

using namespace jobtree::engine;

namespace {

constexpr double kStart = 1'700'000'000'000;
constexpr double kSecond = 1000;
constexpr double kMinute = 60 * kSecond;
constexpr double kHour = 60 * kMinute;
constexpr double kThere = 5;  // milliseconds from a page to the backend, and as many back

/// A chance of the test's own.
class Dice {
 public:
  double next() {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<double>(state_ >> 40U) / (1U << 24U);
  }

 private:
  std::uint64_t state_ = 42;
};

/// The backend, the pages and the clock. Answers travel kThere each way.
class World {
 public:
  struct Rules {
    bool holds = true;  ///< whether the backend honours Prefer: wait
  };

  World(std::size_t pages, Rules rules) : rules_(rules) {
    Dice dice;
    for (std::size_t i = 0; i < pages; ++i) {
      pages_.push_back(std::make_unique<Page>(static_cast<std::uint32_t>(dice.next() * 4e9)));
    }
    // People do not open a page all in one moment.
    for (auto& page : pages_) {
      Page* it = page.get();
      at(kStart + dice.next() * 10 * kSecond, [this, it] { look(*it); });
    }
  }

  /// The job is another from then on; the pages learn of it as they may.
  void change_at(double time) {
    at(time, [this] {
      ++version_;
      changed_at_[version_] = now_;
      release();
    });
  }
  /// Nothing answers, and what was held is cut off.
  void be_down(double from, double until) {
    at(from, [this] {
      is_down_ = true;
      release();
    });
    at(until, [this] { is_down_ = false; });
  }
  /// Every query is told to come back in so many seconds, those that are held in one moment.
  void throttle(double from, double until, double retry_after) {
    at(from, [this, retry_after] {
      retry_after_ = retry_after;
      release();
    });
    at(until, [this] { retry_after_ = 0; });
  }

  void run(double until) {
    while (!events_.empty() && events_.top().time <= until) {
      const Event event = events_.top();
      events_.pop();
      now_ = event.time;
      event.what();
    }
    now_ = until;
  }

  /// Queries that arrived in [from, until).
  std::size_t queries(double from, double until) const {
    const auto first = std::lower_bound(arrivals_.begin(), arrivals_.end(), from);
    return static_cast<std::size_t>(std::lower_bound(first, arrivals_.end(), until) - first);
  }
  /// The most that arrived within 100 milliseconds.
  std::size_t burst(double from, double until) const {
    std::size_t most = 0;
    for (auto first = std::lower_bound(arrivals_.begin(), arrivals_.end(), from);
         first != arrivals_.end() && *first < until; ++first) {
      const auto last = std::upper_bound(first, arrivals_.end(), *first + 100);
      most = std::max(most, static_cast<std::size_t>(last - first));
    }
    return most;
  }
  /// The shortest time between two queries of one page.
  double shortest_gap() const { return shortest_gap_; }
  /// How long after a change the last page knew it, at worst.
  double longest_delay() const { return longest_delay_; }
  std::size_t pages_that_know() const {
    return static_cast<std::size_t>(
        std::count_if(pages_.begin(), pages_.end(),
                      [this](const auto& page) { return page->version == version_; }));
  }
  std::size_t most_held() const { return most_held_; }

 private:
  struct Page {
    explicit Page(std::uint32_t seed) : schedule(seed, &slots) {}
    LongPollSlots slots;
    PollSchedule schedule;
    int version = 0;
    double asked_at = 0;
    std::uint64_t query = 0;  // the number of the one under way
    bool is_held = false;
  };
  struct Event {
    double time;
    std::uint64_t number;  // first come, first served
    std::function<void()> what;
    bool operator<(const Event& other) const {
      return time != other.time ? time > other.time : number > other.number;
    }
  };

  void at(double time, std::function<void()> what) {
    events_.push({time, ++number_, std::move(what)});
  }

  /// What the host does whenever a frame is due.
  void look(Page& page) {
    if (page.schedule.due(now_, page.version != 0)) {
      if (page.asked_at != 0) shortest_gap_ = std::min(shortest_gap_, now_ - page.asked_at);
      page.asked_at = now_;
      const std::uint64_t query = ++page.query;
      at(now_ + kThere, [this, &page, query] { arrive(page, query); });
    }
    const double next = page.schedule.next();
    if (!std::isinf(next)) at(next, [this, &page] { look(page); });
  }

  void arrive(Page& page, std::uint64_t query) {
    arrivals_.push_back(now_);
    const std::uint32_t hold = page.schedule.hold();
    if (is_down_ || retry_after_ > 0 || page.version != version_ || hold == 0 || !rules_.holds) {
      return reply(page);
    }
    page.is_held = true;
    most_held_ = std::max(most_held_, ++held_);
    at(now_ + hold * kSecond, [this, &page, query] {
      if (page.is_held && page.query == query) reply(page);
    });
  }

  void release() {
    for (auto& page : pages_) {
      if (page->is_held) reply(*page);
    }
  }

  void reply(Page& page) {
    if (page.is_held) --held_;
    page.is_held = false;
    const PollOutcome reply = is_down_                   ? PollOutcome::unreachable
                              : retry_after_ > 0         ? PollOutcome::throttled
                              : page.version == version_ ? PollOutcome::unchanged
                                                         : PollOutcome::changed;
    const double told = reply == PollOutcome::throttled ? retry_after_ : -1;
    at(now_ + kThere, [this, &page, reply, told, version = version_] {
      if (reply == PollOutcome::changed) learn(page, version);
      page.schedule.answered(reply, false, told, 0, now_);
      look(page);
    });
  }

  void learn(Page& page, int version) {
    if (page.version != 0) {
      for (int missed = page.version + 1; missed <= version; ++missed) {
        longest_delay_ = std::max(longest_delay_, now_ - changed_at_.at(missed));
      }
    }
    page.version = version;
  }

  const Rules rules_;
  std::vector<std::unique_ptr<Page>> pages_;
  std::priority_queue<Event> events_;
  std::uint64_t number_ = 0;
  double now_ = kStart;
  int version_ = 1;
  bool is_down_ = false;
  double retry_after_ = 0;
  std::size_t held_ = 0, most_held_ = 0;
  std::map<int, double> changed_at_;
  std::vector<double> arrivals_;
  double shortest_gap_ = 1e300;
  double longest_delay_ = 0;
};

constexpr std::size_t kPages = 1000;

}  // namespace

TEST_CASE("A thousand pages whose answers are held know a change within a second, and ask little") {
  World world(kPages, {});
  for (int i = 0; i < 36; ++i)
    world.change_at(kStart + kMinute + i * 97 * kSecond);
  world.run(kStart + kHour);
  CHECK(world.pages_that_know() == kPages);
  CHECK(world.most_held() == kPages);
  CHECK(world.longest_delay() <= kSecond + 4 * kThere);
  CHECK(world.shortest_gap() >= kSecond);
  // A query each 25 seconds and one more a change; ten seconds' polling would take 360,000.
  const std::size_t queries = world.queries(kStart, kStart + kHour);
  CHECK(queries > 140'000);
  CHECK(queries < 200'000);
  // All are answered in one moment, at every change, and come back one after another.
  CHECK(world.burst(kStart, kStart + kHour) <= kPages / 5);
}

TEST_CASE("A thousand pages of a backend that holds nothing know a change within eleven seconds") {
  World world(kPages, {.holds = false});
  for (int i = 0; i < 36; ++i)
    world.change_at(kStart + kMinute + i * 97 * kSecond);
  world.run(kStart + kHour);
  CHECK(world.pages_that_know() == kPages);
  CHECK(world.most_held() == 0);
  CHECK(world.longest_delay() <= 11 * kSecond + 4 * kThere);
  CHECK(world.shortest_gap() >= 1.8 * kSecond);
  const std::size_t queries = world.queries(kStart, kStart + kHour);
  CHECK(queries > 340'000);
  CHECK(queries < 620'000);
  CHECK(world.burst(kStart + kMinute, kStart + kHour) <= kPages / 10);
}

TEST_CASE(
    "A backend that is down for ten minutes is not stormed, neither then nor when it is back") {
  World world(kPages, {});
  const double down = kStart + 10 * kMinute;
  const double back = down + 10 * kMinute;
  world.be_down(down, back);
  world.change_at(down + 5 * kMinute);
  world.run(kStart + kHour);
  CHECK(world.shortest_gap() >= kSecond);
  // All were cut off in one moment; the first tries come over a second.
  CHECK(world.burst(down, down + 10 * kSecond) <= kPages / 5);
  // Then every page tries each 15 to 30 seconds.
  CHECK(world.queries(down + kMinute, back) <= kPages * 36);
  CHECK(world.burst(down + kMinute, back + kMinute) <= kPages / 20);
  CHECK(world.longest_delay() <= 5 * kMinute + 31 * kSecond);
  CHECK(world.pages_that_know() == kPages);
}

TEST_CASE("Pages that are told to come back in a minute do so, and not all at once") {
  World world(kPages, {});
  const double from = kStart + 10 * kMinute;
  world.throttle(from, from + 5 * kMinute, 60);
  world.run(kStart + kHour);
  CHECK(world.shortest_gap() >= kSecond);
  CHECK(world.queries(from, from + 5 * kMinute) <= 7 * kPages);
  CHECK(world.queries(from, from + 5 * kMinute) >= 4 * kPages);
  CHECK(world.burst(from, from + 10 * kMinute) <= kPages / 10);
}

}  // namespace poll_simulation_test

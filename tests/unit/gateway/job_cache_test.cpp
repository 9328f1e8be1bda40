#include "gateway/jobs/cache/job_cache.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gateway/jobs/executor.h"
#include "unit/catch.h"
#include "unit/gateway/still_executor.h"

namespace job_cache_test {

using namespace std::chrono_literals;
using jobtree::cloud::HasRoom;
using jobtree::cloud::JobAddress;
using jobtree::cloud::JobReply;
using jobtree::cloud::JobSource;
using jobtree::cloud::Outcome;
using jobtree::gateway::ByteCharge;
using jobtree::gateway::ByteLedger;
using jobtree::gateway::Executor;
using jobtree::gateway::FailedFetch;
using jobtree::gateway::JobCache;
using jobtree::gateway::make_executor;
using jobtree::gateway::Reading;
using jobtree::gateway::ReadQuery;
using jobtree::gateway::Way;
using jobtree::store::PollTurn;

namespace {

JobAddress job(const std::string& id = "a") {
  return {"cn-north-4", "eip", "-", id};
}

JobReply good(std::string body) {
  JobReply answer;
  answer.outcome = Outcome::succeeded;
  answer.http_status = 200;
  answer.body = std::move(body);
  return answer;
}

JobReply bad(Outcome outcome, std::optional<std::chrono::seconds> retry_after = {}) {
  JobReply answer;
  answer.outcome = outcome;
  answer.retry_after = retry_after;
  return answer;
}

/// Says what the test wants, and counts.
class Cloud final : public JobSource {
 public:
  JobReply says = good("running");
  bool throws = false;
  int calls = 0;
  std::vector<std::string> asked;

  std::size_t piece = std::size_t{1} << 30;  ///< of a body, that comes at one time
  std::function<void(std::size_t bytes)> came = [](std::size_t) {};  ///< so much is there

  JobReply job(const JobAddress& address, const HasRoom& has_room) override {
    ++calls;
    asked.push_back(address.job_id());
    if (throws) throw std::runtime_error("canary");
    JobReply answer = says;
    for (std::size_t bytes = 0; bytes < answer.body.size();) {
      bytes = std::min(bytes + piece, answer.body.size());
      if (!has_room(bytes)) return bad(Outcome::too_large);
      came(bytes);
    }
    answer.request_id = "cloud-" + std::to_string(calls);
    return answer;
  }
};

JobCache::Options options_of_test() {
  JobCache::Options options;
  options.version_of = [](std::string_view body) { return "v:" + std::string(body); };
  options.judge = [](const JobAddress&, const JobReply& reply) { return reply.body == "done"; };
  return options;
}

/// A cache whose time, chance and threads are in the test's hands.
class Table {
 public:
  explicit Table(const JobCache::Options& options = options_of_test())
      : ledger(std::make_shared<ByteLedger>(options.limits.max_bytes)),
        cache(options, cloud, hands, hands.clock(), ledger) {}

  using Pending = std::shared_ptr<std::optional<Reading>>;

  /// As the gateway does: the reading that is there, else the one to come.
  Pending ask(const JobAddress& address = job(), ReadQuery query = {}) {
    auto told = std::make_shared<std::optional<Reading>>(cache.read(address, query));
    if (*told) return told;
    cache.wait(address, std::move(query), [told](Reading reading) {
      CHECK_FALSE(told->has_value());
      *told = std::move(reading);
    });
    return told;
  }

  /// A viewer who has a version, and would wait.
  Pending park(const std::string& body, std::chrono::seconds wait = 25s) {
    return ask(job(), {.has = [version = "v:" + body](auto other) { return other == version; },
                       .wait = wait});
  }

  /// The cloud answers all that is under way.
  void land() { hands.run_all(); }

  /// Asks and lets the answer come.
  Reading read(const JobAddress& address = job()) {
    const Pending told = ask(address);
    land();
    REQUIRE(told->has_value());
    return **told;
  }

  void pass(Executor::Time::duration time) { hands.pass(time); }

  Cloud cloud;
  StillExecutor hands;
  std::shared_ptr<ByteLedger> ledger;
  JobCache cache;
};

std::string body_of(const Reading& reading) {
  return reading.content ? reading.content->body : "";
}

Outcome failure_of(const Reading& reading) {
  return reading.failure ? reading.failure->reply.outcome : Outcome::succeeded;
}

}  // namespace

TEST_CASE("All who come while a fetch is under way share what it brings") {
  Table table;
  std::vector<Table::Pending> viewers;
  viewers.reserve(40);
  for (int i = 0; i < 40; ++i)
    viewers.push_back(table.ask());
  CHECK(table.hands.tasks.size() == 1);
  CHECK(table.cache.figures().waiting == 40);
  table.land();
  CHECK(table.cloud.calls == 1);
  for (const auto& viewer : viewers) {
    REQUIRE(viewer->has_value());
    CHECK(body_of(**viewer) == "running");
    CHECK((*viewer)->way == (viewer == viewers.front() ? Way::forwarded : Way::collapsed));
    CHECK_FALSE((*viewer)->had_content);
    CHECK((*viewer)->age == 0s);
  }
}

TEST_CASE("Within the interval an answer comes from memory, with its true age") {
  Table table;
  table.read();
  table.hands.now += 1999ms;
  const Reading reading = table.read();
  CHECK(table.cloud.calls == 1);
  CHECK(reading.way == Way::hit);
  CHECK(reading.age == 1s);
  CHECK(reading.ttl == 0s);
  CHECK(reading.request_id == "cloud-1");
}

TEST_CASE("An answer past its interval is given at once while one fetch replaces it") {
  Table table;
  table.read();
  table.hands.now += 3s;
  table.cloud.says = good("further");
  for (int i = 0; i < 40; ++i) {
    const auto viewer = table.ask();
    REQUIRE(viewer->has_value());
    CHECK(body_of(**viewer) == "running");
    CHECK((*viewer)->way == Way::hit);
    CHECK((*viewer)->age == 3s);
    CHECK((*viewer)->ttl == -1s);
  }
  CHECK(table.hands.tasks.size() == 1);
  table.land();
  CHECK(table.cloud.calls == 2);
  const Reading reading = table.read();
  CHECK(body_of(reading) == "further");
  CHECK(reading.age == 0s);
  CHECK(reading.request_id == "cloud-2");
}

TEST_CASE("An answer older than two intervals is not given: the new one is waited for") {
  Table table;
  table.read();
  table.hands.now += 4001ms;
  table.cloud.says = good("further");
  const auto first = table.ask();
  const auto second = table.ask();
  CHECK_FALSE(first->has_value());
  table.land();
  CHECK(body_of(**first) == "further");
  CHECK((*first)->way == Way::forwarded);
  CHECK((*first)->had_content);
  CHECK((*second)->way == Way::collapsed);
  CHECK(table.cloud.calls == 2);
}

TEST_CASE(
    "The interval grows while nothing changes, up to ten seconds, and is short after a change") {
  Table table;
  table.read();
  for (const auto interval : {2000ms, 3000ms, 4500ms, 6750ms, 10000ms, 10000ms}) {
    INFO(interval.count());
    const int calls = table.cloud.calls;
    table.hands.now += interval - 1ms;
    table.read();
    CHECK(table.cloud.calls == calls);
    table.hands.now += 1ms;
    table.read();
    CHECK(table.cloud.calls == calls + 1);
  }
  table.cloud.says = good("further");
  table.hands.now += 10s;
  table.read();
  const int calls = table.cloud.calls;
  table.hands.now += 2s;
  table.read();
  CHECK(table.cloud.calls == calls + 1);
}

TEST_CASE("Chance moves an interval by a tenth at most") {
  for (const auto& [chance, interval] : {std::pair{0.0, 1800ms}, std::pair{0.999999, 2200ms}}) {
    Table table;
    table.hands.chance = chance;
    table.read();
    table.hands.now += interval - 1ms;
    table.read();
    CHECK(table.cloud.calls == 1);
    table.hands.now += 1ms;
    table.read();
    CHECK(table.cloud.calls == 2);
  }
}

TEST_CASE("Nobody watching, nobody asks") {
  Table table;
  table.read();
  table.pass(1h);
  CHECK(table.cloud.calls == 1);
  CHECK(table.hands.alarms.empty());
}

TEST_CASE("A final answer is given for ever, and the cloud is not asked again") {
  Table table;
  table.cloud.says = good("done");
  table.read();
  table.cloud.says = bad(Outcome::not_found);
  for (int days = 0; days < 400; days += 100) {
    table.hands.now += 100 * 24h;
    const Reading reading = table.read();
    CHECK(body_of(reading) == "done");
    CHECK(reading.way == Way::hit);
    CHECK_FALSE(reading.failure);
    CHECK(reading.age == (days + 100) * 24h);
  }
  CHECK(table.cloud.calls == 1);
}

TEST_CASE("What was known before the cloud said that there is no such job does not come back") {
  Table table;
  table.read();
  table.hands.now += 5s;
  table.cloud.says = bad(Outcome::not_found);
  CHECK(failure_of(table.read()) == Outcome::not_found);
  table.hands.now += 5s;
  table.cloud.says = bad(Outcome::unreachable);
  const Reading reading = table.read();
  CHECK(body_of(reading).empty());
  CHECK(failure_of(reading) == Outcome::unreachable);
}

TEST_CASE("What a fetch failed with is remembered for as long as its sort deserves") {
  struct Case {
    JobReply answer;
    std::chrono::milliseconds least, most;
  };
  const std::vector<Case> cases{
      {bad(Outcome::not_found), 2s, 5s},
      {bad(Outcome::denied), 10s, 11s},
      {bad(Outcome::unknown_project), 10s, 11s},
      {bad(Outcome::too_large), 10s, 11s},
      {bad(Outcome::refused, 300s), 300s, 330s},
      {bad(Outcome::refused), 5s, 6s},
      {bad(Outcome::throttled, 42s), 42s, 47s},
      {bad(Outcome::throttled), 5s, 6s},
      {bad(Outcome::no_key, 10s), 10s, 11s},
      {bad(Outcome::unreachable), 2s, 3s},
      {bad(Outcome::failed, 20s), 20s, 22s},
      {bad(Outcome::malformed), 2s, 3s},
      {bad(Outcome::throttled, std::chrono::seconds::max()), 600s, 660s},
      {bad(Outcome::throttled, -5s), 1s, 2s},
  };
  for (const auto& [answer, least, most] : cases) {
    for (const double chance : {0.0, 0.999999}) {
      INFO(static_cast<int>(answer.outcome) << " " << least.count() << " " << chance);
      Table table;
      table.hands.chance = chance;
      table.cloud.says = answer;
      CHECK(table.read().way == Way::forwarded);
      table.hands.now += least - 1ms;
      const Reading again = table.read();
      CHECK(failure_of(again) == answer.outcome);
      CHECK(again.way == Way::hit);
      CHECK(table.cloud.calls == 1);
      table.hands.now += most - least + 1ms;
      table.read();
      CHECK(table.cloud.calls == 2);
    }
  }
}

TEST_CASE("When fetches fail, the last good answer stands in, marked, and not for ever") {
  for (const Outcome outcome : {Outcome::unreachable, Outcome::failed, Outcome::malformed,
                                Outcome::throttled, Outcome::no_key}) {
    Table table;
    table.read();
    table.cloud.says = bad(outcome);
    table.hands.now += 30s;
    const Reading waited = table.read();
    CHECK(body_of(waited) == "running");
    CHECK(failure_of(waited) == outcome);
    CHECK(waited.way == Way::forwarded);
    CHECK(waited.age == 30s);
    table.hands.now += 1s;
    const Reading remembered = table.read();
    CHECK(body_of(remembered) == "running");
    CHECK(remembered.way == Way::hit);
    CHECK(remembered.age == 31s);
    CHECK(remembered.ttl == -29s);
    table.hands.now += 28999ms;
    CHECK(body_of(table.read()) == "running");
    table.hands.now += 1ms;
    const Reading over = table.read();
    CHECK(body_of(over).empty());
    CHECK(failure_of(over) == outcome);
    table.cloud.says = good("running");
    table.hands.now += 10min;
    CHECK(body_of(table.read()) == "running");
    CHECK_FALSE(table.read().failure);
  }
}

TEST_CASE("A stand-in is given at once while the cloud is tried again") {
  Table table;
  table.read();
  table.cloud.says = bad(Outcome::unreachable);
  table.hands.now += 5s;
  table.read();
  table.hands.now += 20s;
  const auto viewer = table.ask();
  REQUIRE(viewer->has_value());
  CHECK(body_of(**viewer) == "running");
  CHECK(table.hands.tasks.size() == 1);
}

TEST_CASE("When the cloud says no, nothing stands in") {
  for (const Outcome outcome : {Outcome::not_found, Outcome::denied, Outcome::refused,
                                Outcome::too_large, Outcome::unknown_project}) {
    Table table;
    table.read();
    table.cloud.says = bad(outcome);
    table.hands.now += 5s;
    const Reading reading = table.read();
    CHECK(body_of(reading).empty());
    CHECK(failure_of(reading) == outcome);
  }
}

TEST_CASE(
    "A viewer who has the version waits for a change while the job is asked at its interval") {
  Table table;
  table.read();
  const auto viewer = table.park("running");
  CHECK(table.cache.figures().parked == 1);
  table.pass(24999ms);  // 2, 5, 9.5 and 16.25 s after the first fetch
  CHECK(table.cloud.calls == 5);
  CHECK_FALSE(viewer->has_value());
  table.pass(1ms);
  REQUIRE(viewer->has_value());
  CHECK(body_of(**viewer) == "running");
  CHECK((*viewer)->was_parked);
  CHECK((*viewer)->way == Way::hit);
  CHECK(table.cache.figures().parked == 0);
}

TEST_CASE("A change is told at once to all who wait for it, and then nobody asks any more") {
  Table table;
  table.read();
  std::vector<Table::Pending> viewers;
  viewers.reserve(100);
  for (int i = 0; i < 100; ++i)
    viewers.push_back(table.park("running"));
  table.cloud.says = good("further");
  table.pass(2s);
  CHECK(table.cloud.calls == 2);
  for (const auto& viewer : viewers) {
    REQUIRE(viewer->has_value());
    CHECK(body_of(**viewer) == "further");
    CHECK((*viewer)->was_parked);
    CHECK((*viewer)->way == Way::collapsed);
    CHECK((*viewer)->age == 0s);
  }
  table.pass(1h);
  CHECK(table.cloud.calls == 2);
}

TEST_CASE("Patience ends to the second, also of many at many times") {
  Table table;
  table.read();
  std::vector<Table::Pending> viewers;
  viewers.reserve(60);
  for (int i = 1; i <= 60; ++i)
    viewers.push_back(table.park("running", std::chrono::seconds(i)));
  for (int i = 1; i <= 60; ++i) {
    table.pass(999ms);
    CHECK_FALSE(viewers[i - 1]->has_value());
    table.pass(1ms);
    CHECK(viewers[i - 1]->has_value());
  }
}

TEST_CASE("Whoever has another version, none, or does not wait, is answered at once") {
  Table table;
  table.read();
  CHECK(table.park("older")->has_value());
  CHECK(table.park("running", 0s)->has_value());
  CHECK(table.ask(job(), {.has = {}, .wait = 25s})->has_value());
  CHECK(table.cache.figures().parked == 0);
}

TEST_CASE("A final answer is told at once: there is nothing to wait for") {
  Table table;
  table.cloud.says = good("done");
  table.read();
  const auto viewer = table.park("done");
  REQUIRE(viewer->has_value());
  CHECK_FALSE((*viewer)->was_parked);
}

TEST_CASE("A viewer who brings the version to a cache that knows nothing yet waits for a change") {
  Table table;
  const auto viewer = table.park("running");
  table.land();
  CHECK_FALSE(viewer->has_value());
  table.cloud.says = good("further");
  table.pass(2s);
  REQUIRE(viewer->has_value());
  CHECK(body_of(**viewer) == "further");
  CHECK((*viewer)->was_parked);
}

TEST_CASE("Who comes late to wait still hears of a change by the fetch its coming started") {
  Table table;
  table.read();
  table.hands.now += 1h;
  table.cloud.says = good("further");
  const auto viewer = table.park("running");
  CHECK_FALSE(viewer->has_value());
  table.land();
  REQUIRE(viewer->has_value());
  CHECK(body_of(**viewer) == "further");
  CHECK((*viewer)->way == Way::forwarded);
}

TEST_CASE("Those who wait hear when fetches begin to fail, fail otherwise, and cease to fail") {
  Table table;
  table.read();
  auto viewer = table.park("running");
  table.cloud.says = bad(Outcome::unreachable);
  table.pass(2s);
  REQUIRE(viewer->has_value());
  CHECK(body_of(**viewer) == "running");
  CHECK(failure_of(**viewer) == Outcome::unreachable);

  viewer = table.park("running");
  table.pass(7s);
  CHECK(table.cloud.calls >= 3);
  CHECK_FALSE(viewer->has_value());  // no news
  table.cloud.says = bad(Outcome::failed);
  table.pass(10s);
  REQUIRE(viewer->has_value());
  CHECK(failure_of(**viewer) == Outcome::failed);

  viewer = table.park("running");
  table.cloud.says = good("running");
  table.pass(15s);
  REQUIRE(viewer->has_value());
  CHECK(body_of(**viewer) == "running");
  CHECK_FALSE((*viewer)->failure);
}

TEST_CASE("Those who wait hear when the cloud says no, and when nothing can stand in any longer") {
  Table table;
  table.read();
  auto viewer = table.park("running");
  table.cloud.says = bad(Outcome::not_found);
  table.pass(2s);
  REQUIRE(viewer->has_value());
  CHECK(body_of(**viewer).empty());
  CHECK(failure_of(**viewer) == Outcome::not_found);

  table.cloud.says = good("running");
  table.pass(5s);
  table.read();
  table.cloud.says = bad(Outcome::unreachable);
  table.pass(5s);
  table.read();
  viewer = table.park("running", 60s);
  table.pass(54s);
  CHECK_FALSE(viewer->has_value());
  table.pass(1s);
  REQUIRE(viewer->has_value());
  CHECK(body_of(**viewer).empty());
  CHECK(failure_of(**viewer) == Outcome::unreachable);
}

TEST_CASE("Who leaves waits no more, and with the last who watches the fetches end") {
  Table table;
  table.read();
  const auto query = [] {
    return ReadQuery{.has = [](auto version) { return version == "v:running"; }, .wait = 25s};
  };
  const auto told = std::make_shared<int>(0);
  const auto count = [told](const Reading&) { ++*told; };
  const auto first = table.cache.wait(job(), query(), count);
  const auto second = table.cache.wait(job(), query(), count);
  CHECK(table.cache.figures().parked == 2);
  table.cache.leave(job(), first);
  CHECK(*told == 1);
  CHECK(table.cache.figures().parked == 1);
  table.pass(2s);
  CHECK(table.cloud.calls == 2);
  table.cache.leave(job(), second);
  table.cache.leave(job(), second);  // told once, and gone
  table.cache.leave(job("unknown"), second);
  CHECK(*told == 2);
  CHECK(table.cache.figures().parked == 0);
  table.pass(1h);
  CHECK(table.cloud.calls == 2);
}

TEST_CASE("Those of one owner are told at once that there was no change, and the others wait on") {
  Table table;
  table.read();
  const auto owner = std::make_shared<int>(1);
  const auto query = [](const std::shared_ptr<const void>& of) {
    return ReadQuery{.has = [](auto) { return true; }, .wait = 25s, .owner = of};
  };
  const auto theirs = table.ask(job(), query(owner));
  const auto other = table.ask(job(), query(std::make_shared<int>(2)));
  table.cache.release_if([&owner](const auto& one) { return one == owner; });
  REQUIRE(theirs->has_value());
  CHECK((*theirs)->was_parked);
  CHECK_FALSE(other->has_value());
  CHECK(table.cache.figures().parked == 1);
}

TEST_CASE("Who sends no more is told what there is, but waits on for a first reading") {
  Table table;
  int told = 0;
  const auto count = [&told](const Reading&) { ++told; };
  const auto first = table.cache.wait(job(), {}, count);
  table.cache.release(job(), first);
  CHECK(told == 0);
  table.land();
  CHECK(told == 1);
  const auto parked =
      table.cache.wait(job(), {.has = [](auto) { return true; }, .wait = 25s}, count);
  CHECK(table.cache.figures().parked == 1);
  table.cache.release(job(), parked);
  CHECK(told == 2);
  CHECK(table.cache.figures().parked == 0);
}

TEST_CASE("Who leaves while the first answer is under way does not take it from the others") {
  Table table;
  const auto told = std::make_shared<int>(0);
  const auto viewer = table.cache.wait(job(), {}, [told](const Reading& reading) {
    ++*told;
    CHECK_FALSE(reading.content);
  });
  const auto other = table.ask();
  table.cache.leave(job(), viewer);
  CHECK(*told == 1);
  CHECK(table.cache.figures().waiting == 1);
  table.land();
  CHECK(*told == 1);
  CHECK(body_of(**other) == "running");
}

TEST_CASE("No more are made to wait than the bounds allow; the others are answered at once") {
  JobCache::Options options = options_of_test();
  options.limits.max_parked = 2;
  options.limits.max_waiting = 3;
  Table table(options);
  std::vector<Table::Pending> waiting;
  waiting.reserve(4);
  for (int i = 0; i < 4; ++i)
    waiting.push_back(table.ask());
  REQUIRE(waiting[3]->has_value());
  CHECK_FALSE((*waiting[3])->content);
  CHECK_FALSE((*waiting[3])->failure);
  table.land();
  CHECK(waiting[2]->has_value());

  CHECK_FALSE(table.park("running")->has_value());
  CHECK_FALSE(table.park("running")->has_value());
  const auto third = table.park("running");
  REQUIRE(third->has_value());
  CHECK_FALSE((*third)->was_parked);
}

TEST_CASE("No more fetches hold a thread than the bound allows; the others wait their turn") {
  JobCache::Options options = options_of_test();
  options.limits.max_fetches = 1;
  Table table(options);
  table.read(job("old"));
  table.hands.now += 1h;
  const auto slow = table.ask(job("slow"));
  const auto other = table.ask(job("other"));
  CHECK(table.hands.tasks.size() == 1);
  CHECK(table.cache.figures().fetches == 2);
  table.hands.run_first();
  CHECK(slow->has_value());
  CHECK_FALSE(other->has_value());
  table.land();
  REQUIRE(other->has_value());
  CHECK(body_of(**other) == "running");
  CHECK((*other)->way == Way::forwarded);
  CHECK(table.cache.figures().fetches == 0);
}

TEST_CASE("Who waits for a fetch that gets no thread is told so after a while") {
  JobCache::Options options = options_of_test();
  options.limits.max_fetches = 1;
  Table table(options);
  table.read(job("old"));
  table.hands.now += 1h;
  table.ask(job("hangs"));
  const auto hanging = std::exchange(table.hands.tasks, {});
  const auto none = table.ask(job("other"));
  const auto old = table.ask(job("old"));
  table.pass(4s);
  const auto late = table.ask(job("other"));
  table.pass(999ms);
  CHECK_FALSE(none->has_value());
  table.pass(1ms);
  REQUIRE(none->has_value());
  CHECK_FALSE((*none)->content);
  CHECK_FALSE((*none)->failure);
  REQUIRE(old->has_value());
  CHECK(body_of(**old) == "running");
  CHECK((*old)->age == 1h + 5s);
  CHECK_FALSE(late->has_value());
  table.pass(4s);
  CHECK(late->has_value());
  CHECK(table.cache.figures().waiting == 1);  // for the one that hangs
  hanging.front()();
  table.land();
  CHECK(table.cache.figures().fetches == 0);
  CHECK(table.cloud.calls == 4);  // what was queued was fetched all the same
}

TEST_CASE("A service that hangs leaves threads and places for the others") {
  JobCache::Options options = options_of_test();
  options.limits.max_fetches = 8;
  options.limits.max_waiting = 40;
  Table table(options);
  for (int i = 0; i < 60; ++i)
    table.ask({"cn-north-4", "hangs", "-", std::to_string(i)});
  CHECK(table.hands.tasks.size() == 4);
  CHECK(table.cache.figures().waiting == 20);
  for (int i = 0; i < 60; ++i)
    table.ask({"cn-north-4", "hangs-too", "-", std::to_string(i)});
  CHECK(table.hands.tasks.size() == 6);
  const auto hanging = std::exchange(table.hands.tasks, {});
  for (const char* region : {"cn-north-4", "cn-north-1"}) {
    const Reading reading = table.read({region, "healthy", "-", "a"});
    CHECK(body_of(reading) == "running");
  }
}

TEST_CASE("A watched job that found no room is asked as soon as there is some") {
  JobCache::Options options = options_of_test();
  options.limits.max_fetches = 1;
  Table table(options);
  table.read();
  const auto viewer = table.park("running");
  table.hands.now += 1500ms;
  const auto slow = table.ask(job("slow"));
  const auto held = std::exchange(table.hands.tasks, {});
  table.pass(3s);
  CHECK(table.cloud.calls == 1);
  table.cloud.says = good("further");
  held.front()();
  CHECK(slow->has_value());
  table.land();
  REQUIRE(viewer->has_value());
  CHECK(body_of(**viewer) == "further");
}

TEST_CASE("Stopping tells all who wait for a change, and nobody waits for one from then on") {
  Table table;
  table.read();
  const auto parked = table.park("running");
  table.cache.release_all();
  REQUIRE(parked->has_value());
  CHECK(body_of(**parked) == "running");
  CHECK((*parked)->was_parked);
  CHECK(table.park("running")->has_value());
  CHECK(table.cache.figures().parked == 0);
  // Who waits for a first answer gets it nevertheless.
  const auto first = table.ask(job("new"));
  table.cache.release_all();
  CHECK_FALSE(first->has_value());
  table.land();
  CHECK(first->has_value());
}

TEST_CASE("What was asked for longest ago is forgotten first, by count and by bytes") {
  JobCache::Options options = options_of_test();
  options.limits.max_jobs = 3;
  Table table(options);
  for (const char* id : {"a", "b", "c"})
    table.read(job(id));
  table.read(job("a"));
  table.read(job("d"));
  CHECK(table.cache.figures().jobs == 3);
  table.cloud.asked.clear();
  for (const char* id : {"a", "c", "d", "b"})
    table.read(job(id));
  CHECK(table.cloud.asked == std::vector<std::string>{"b"});

  options.limits.max_jobs = 1000;
  options.limits.max_bytes = 100'000;
  Table small(options);
  small.cloud.says = good(std::string(40'000, ' '));
  for (const char* id : {"a", "b", "c"})
    small.read(job(id));
  CHECK(small.cache.figures().jobs == 2);
  CHECK(small.cache.figures().bytes <= 100'000);
  small.cloud.says = good("");
  small.read(job("d"));
  small.hands.now += 1h;
  small.read(job("c"));
  small.read(job("b"));
  CHECK(small.cache.figures().bytes < 50'000);
}

TEST_CASE("A flood of ids that are nothing forgets no job that is something") {
  JobCache::Options options = options_of_test();
  options.limits.max_jobs = 100;
  Table table(options);
  table.cloud.says = good("done");
  table.read(job("settled"));
  table.cloud.says = good("running");
  table.read(job("running"));
  const auto flood = [&table](const std::string& name) {
    for (int i = 0; i < 500; ++i)
      table.read(job(name + std::to_string(i)));
  };
  table.cloud.says = bad(Outcome::not_found);
  flood("random");
  table.cloud.says = bad(Outcome::unreachable);
  flood("unlucky");
  CHECK(table.cache.figures().jobs == 100);
  const int calls = table.cloud.calls;
  CHECK(body_of(table.read(job("settled"))) == "done");
  CHECK(body_of(table.read(job("running"))) == "running");
  CHECK(table.read(job("unlucky499")).way == Way::hit);  // of the flood the last are remembered
  CHECK(table.cloud.calls == calls);
}

TEST_CASE("A job that takes more than all memory is refused, and does not push out the others") {
  JobCache::Options options = options_of_test();
  options.limits.max_bytes = std::size_t{16} << 10;
  Table table(options);
  table.read(job("small"));
  table.cloud.says = good(std::string(std::size_t{20} << 10, 'x'));
  const auto told = table.ask(job(), {.has = [](auto) { return true; }, .wait = 25s});
  table.land();
  REQUIRE(told->has_value());
  CHECK_FALSE((*told)->content);
  REQUIRE((*told)->failure);
  CHECK((*told)->failure->kind == FailedFetch::Kind::no_room);
  CHECK((*told)->failure->reply.body.empty());
  CHECK((*told)->failure->reply.body.capacity() == std::string().capacity());
  CHECK(table.cache.figures().bytes <= options.limits.max_bytes);
  table.cloud.calls = 0;
  CHECK(body_of(table.read(job("small"))) == "running");
  CHECK(table.cloud.calls == 0);
}

TEST_CASE("Bodies that slow readers hold count until the last reader has them") {
  JobCache::Options options = options_of_test();
  options.limits.max_bytes = 100'000;
  Table table(options);
  table.cloud.says = good(std::string(40'000, ' '));
  std::vector<Reading> slow;
  for (const char* id : {"a", "b"})
    slow.push_back(table.read(job(id)));
  // The cache could forget them, and nothing would be won.
  const Reading refused = table.read(job("c"));
  REQUIRE(refused.failure);
  CHECK(refused.failure->kind == FailedFetch::Kind::no_room);
  CHECK(table.cache.figures().bytes <= options.limits.max_bytes);
  table.cloud.calls = 0;
  CHECK(body_of(table.read(job("a"))).size() == 40'000);
  CHECK(table.cloud.calls == 0);

  slow.clear();
  table.hands.now += 1h;
  CHECK(body_of(table.read(job("c"))).size() == 40'000);
  CHECK(table.cache.figures().bytes <= options.limits.max_bytes);
}

TEST_CASE("What is still coming counts, and others are forgotten for it") {
  JobCache::Options options = options_of_test();
  options.limits.max_bytes = 100'000;
  Table table(options);
  table.cloud.says = good(std::string(60'000, ' '));
  table.read(job("a"));
  table.cloud.piece = 10'000;
  std::size_t pieces = 0;
  table.cloud.came = [&](std::size_t bytes) {
    ++pieces;
    const std::size_t counted = table.cache.figures().bytes;
    CHECK(counted >= bytes + (bytes <= 30'000 ? 60'000 : 0));
    CHECK(counted <= options.limits.max_bytes);
  };
  CHECK(body_of(table.read(job("b"))).size() == 60'000);
  CHECK(pieces == 6);
  CHECK(table.cache.figures().jobs == 1);
  CHECK(table.cache.figures().bytes < 70'000);
}

TEST_CASE("What comes and finds no room gives back what it had") {
  JobCache::Options options = options_of_test();
  options.limits.max_bytes = 100'000;
  Table table(options);
  const auto held = ByteCharge::make(table.ledger, 60'000);
  REQUIRE(held);
  table.cloud.says = good(std::string(60'000, ' '));
  table.cloud.piece = 10'000;
  std::size_t most = 0;
  table.cloud.came = [&](std::size_t bytes) { most = bytes; };
  const Reading refused = table.read();
  REQUIRE(refused.failure);
  CHECK(refused.failure->kind == FailedFetch::Kind::no_room);
  CHECK(most == 30'000);
  CHECK(table.cache.figures().bytes < 70'000);
}

TEST_CASE("A version that changed counts beside the one that slow readers still take") {
  Table table;
  table.cloud.says = good(std::string(40'000, ' '));
  auto slow = std::make_unique<Reading>(table.read());
  const std::size_t one = table.cache.figures().bytes;
  table.cloud.says = good(std::string(40'000, 'x'));
  table.hands.now += 1h;
  table.read();
  CHECK(table.cache.figures().bytes == one + 40'000);
  slow.reset();
  CHECK(table.cache.figures().bytes == one);
}

TEST_CASE("What was counted may outlive the cache") {
  Reading slow;
  std::shared_ptr<ByteLedger> ledger;
  {
    Table table;
    slow = table.read();
    ledger = table.ledger;
  }
  CHECK(ledger->bytes() == 7);
  slow = {};
  CHECK(ledger->bytes() == 0);
}

TEST_CASE("Memory that only readers hold makes no old reading go, and nothing new come") {
  JobCache::Options options = options_of_test();
  options.limits.max_bytes = 100'000;
  Table table(options);
  table.cloud.says = good(std::string(30'000, ' '));
  table.read(job("a"));
  const auto held = ByteCharge::make(table.ledger, 60'000);
  REQUIRE(held);
  table.hands.now += 1h;
  // What is shown stays; as much again would not fit, so it is not fetched.
  const Reading old = table.read(job("a"));
  CHECK(body_of(old).size() == 30'000);
  CHECK(old.age == 1h);
  CHECK(table.cloud.calls == 1);
}

TEST_CASE("Watched jobs leave a quarter of the memory to those that come and go") {
  JobCache::Options options = options_of_test();
  options.limits.max_bytes = 100'000;
  Table table(options);
  const std::string large(30'000, ' ');
  table.cloud.says = good(large);
  const auto watch = [&](const std::string& id) {
    return table.ask(job(id), {.has = [](auto) { return true; }, .wait = 25s});
  };
  std::vector<Table::Pending> viewers;
  for (const char* id : {"a", "b", "c"}) {
    table.read(job(id));
    viewers.push_back(watch(id));
  }
  CHECK_FALSE(viewers[0]->has_value());
  CHECK_FALSE(viewers[1]->has_value());
  CHECK(viewers[2]->has_value());
  CHECK_FALSE(watch("a")->has_value());  // another of the same job takes nothing
  CHECK(table.cache.figures().parked == 3);
}

TEST_CASE("What is watched or under way is never forgotten") {
  JobCache::Options options = options_of_test();
  options.limits.max_jobs = 1;
  Table table(options);
  table.read();
  const auto parked = table.park("running");
  const auto waiting = table.ask(job("slow"));
  const auto held = std::exchange(table.hands.tasks, {});
  for (int i = 0; i < 10; ++i)
    table.read(job("other" + std::to_string(i)));
  CHECK(table.cache.figures().jobs == 2);
  held.front()();
  CHECK(waiting->has_value());
  table.cloud.says = good("further");
  table.pass(2s);
  REQUIRE(parked->has_value());
  CHECK(body_of(**parked) == "further");
}

TEST_CASE("A source that throws fails the fetch, and gives its place back") {
  JobCache::Options options = options_of_test();
  options.limits.max_fetches = 1;
  Table table(options);
  table.cloud.throws = true;
  for (const char* id : {"a", "b", "c"}) {
    const Reading reading = table.read(job(id));
    REQUIRE(reading.failure);
    CHECK(reading.failure->kind == FailedFetch::Kind::broken);
    CHECK(reading.failure->what == "canary");
  }
  CHECK(table.cache.figures().fetches == 0);
}

TEST_CASE("Every answer of the cloud is heard once, and may be completed") {
  JobCache::Options options = options_of_test();
  int heard = 0;
  options.heard = [&heard](const JobAddress& address, JobReply& answer) {
    CHECK(address.job_id() == "a");
    answer.request_id = "ours";
    ++heard;
  };
  Table table(options);
  table.cloud.says = bad(Outcome::failed);
  const auto one = table.ask();
  const auto two = table.ask();
  table.land();
  CHECK(heard == 1);
  CHECK((*one)->failure->reply.request_id == "ours");
  CHECK((*two)->failure == (*one)->failure);
}

TEST_CASE("A fetch that is deferred holds no thread, and goes on when it is time") {
  JobCache::Options options = options_of_test();
  options.limits.max_fetches = 1;
  int heard = 0;
  options.heard = [&heard](const JobAddress&, const JobReply&) { ++heard; };
  Table table(options);
  const JobReply running = table.cloud.says;
  table.cloud.says = bad(Outcome::deferred);
  table.cloud.says.not_before = table.hands.now + 3s;
  const auto viewer = table.ask();
  const auto other = table.ask();
  table.land();
  CHECK(table.cloud.calls == 1);
  CHECK(heard == 0);
  CHECK(table.cache.figures().fetches == 1);
  table.cloud.says = running;
  CHECK(body_of(table.read(job("another"))) == "running");  // the only thread is free
  table.pass(2999ms);
  CHECK_FALSE(viewer->has_value());
  CHECK(table.cloud.calls == 2);
  table.pass(1ms);
  CHECK(table.cloud.calls == 3);
  REQUIRE(viewer->has_value());
  CHECK(body_of(**viewer) == "running");
  CHECK((*viewer)->way == Way::forwarded);
  CHECK((*other)->way == Way::collapsed);
  CHECK(table.cache.figures().fetches == 0);
}

TEST_CASE(
    "A source that defers again and again is not asked in a rush, and nobody waits for ever") {
  Table table;
  table.cloud.says = bad(Outcome::deferred);
  const auto viewer = table.ask();
  table.land();
  table.pass(19999ms);
  CHECK_FALSE(viewer->has_value());
  CHECK(table.cloud.calls <= 2000);
  table.pass(1ms);
  REQUIRE(viewer->has_value());
  CHECK_FALSE((*viewer)->content);
  CHECK_FALSE((*viewer)->failure);
  table.cloud.says = good("running");
  table.pass(1s);
  CHECK(body_of(**table.ask()) == "running");
}

TEST_CASE("A query waits its turn among the replicas, and takes one however often it is deferred") {
  JobCache::Options options = options_of_test();
  std::deque<PollTurn> turns{{.is_given = false, .wait = 700ms}, {.wait = 300ms}, {}};
  std::vector<Executor::Time::duration> intervals;
  options.take_turn = [&](const JobAddress&, Executor::Time::duration interval) {
    intervals.push_back(interval);
    const PollTurn turn = turns.front();
    turns.pop_front();
    return turn;
  };
  Table table(options);
  const JobReply running = table.cloud.says;
  table.cloud.says = bad(Outcome::deferred);
  table.cloud.says.not_before = table.hands.now + 2s;
  const auto viewer = table.ask();
  table.land();
  table.pass(999ms);
  CHECK(table.cloud.calls == 0);
  table.pass(1ms);
  CHECK(table.cloud.calls == 1);
  table.cloud.says = running;
  table.pass(1s);
  CHECK(table.cloud.calls == 2);
  REQUIRE(viewer->has_value());
  CHECK(body_of(**viewer) == "running");
  CHECK(turns.size() == 1);
  table.pass(10s);
  CHECK(body_of(table.read()) == "running");
  CHECK(table.cloud.calls == 3);
  CHECK(intervals == std::vector<Executor::Time::duration>{2s, 2s, 2s});
}

TEST_CASE("What a deferred query has to say is heard") {
  JobCache::Options options = options_of_test();
  std::vector<jobtree::Bilingual> notices;
  options.heard = [&notices](const JobAddress&, const JobReply& reply) {
    notices.insert(notices.end(), reply.notices.begin(), reply.notices.end());
  };
  Table table(options);
  table.cloud.says = bad(Outcome::deferred);
  table.cloud.says.notices = {"the clock is 20 minutes behind"};
  table.ask();
  table.land();
  CHECK(notices.size() == 1);
}

TEST_CASE("Regions, services and projects keep their jobs apart") {
  Table table;
  table.read({"cn-north-4", "eip", "-", "a"});
  table.read({"cn-north-1", "eip", "-", "a"});
  table.read({"cn-north-4", "ecs", "-", "a"});
  table.read({"cn-north-4", "eip", "0605767cc80010f42f1ec00bc0e6b7a8", "a"});
  CHECK(table.cloud.calls == 4);
  CHECK(table.cache.figures().jobs == 4);
}

namespace {

/// Counts, for each job, how many fetches are under way at one time.
class CountingCloud final : public JobSource {
 public:
  std::atomic<int> most_at_once = 0;
  std::atomic<int> calls = 0;
  std::atomic<int> version = 0;

  JobReply job(const JobAddress& address, const HasRoom&) override {
    int now = 0;
    {
      const std::lock_guard lock(mutex_);
      now = ++under_way_[address.job_id()];
    }
    for (int most = most_at_once; most < now && !most_at_once.compare_exchange_weak(most, now);) {
    }
    ++calls;
    std::this_thread::yield();
    {
      const std::lock_guard lock(mutex_);
      --under_way_[address.job_id()];
    }
    return good(address.job_id() + " " + std::to_string(version));
  }

 private:
  std::mutex mutex_;
  std::map<std::string, int> under_way_;
};

/// Real threads, and a clock that runs a thousand times as fast.
class FastExecutor final : public Executor {
 public:
  FastExecutor() : executor_(std::move(make_executor({}).value())) {}
  void run(Task task) override { executor_->run(std::move(task)); }
  void at(Time time, Task task) override {
    executor_->at(start_ + (time - start_) / kSpeed, std::move(task));
  }
  jobtree::Clock clock() const {
    return {.wall = [] { return std::chrono::system_clock::time_point(); },
            .steady =
                [start = start_] {
                  return start + (std::chrono::steady_clock::now() - start) * kSpeed;
                },
            .chance = [] { return 0.5; }};
  }

 private:
  static constexpr int kSpeed = 1000;
  const Time start_ = std::chrono::steady_clock::now();
  std::unique_ptr<Executor> executor_;
};

}  // namespace

TEST_CASE(
    "Many threads asking, waiting and forgetting at once: each is told once, one fetch a job") {
  CountingCloud cloud;
  JobCache::Options options = options_of_test();
  options.limits.max_fetches = 8;
  options.limits.max_waiting = 1000;
  options.limits.max_parked = 1000;
  options.limits.max_jobs = 4;  // of eight, so that they come and go
  std::atomic<int> told = 0;
  constexpr int kThreads = 8;
  constexpr int kTurns = 200;
  {
    FastExecutor executor;
    JobCache cache(options, cloud, executor, executor.clock(),
                   std::make_shared<ByteLedger>(options.limits.max_bytes));
    std::vector<std::thread> viewers;
    viewers.reserve(kThreads);
    for (int thread = 0; thread < kThreads; ++thread) {
      viewers.emplace_back([&, thread] {
        for (int turn = 0; turn < kTurns; ++turn) {
          const bool waits = turn % 2 == 0;
          if (turn % 10 == 0) ++cloud.version;
          const std::string id = std::to_string((thread + turn) % 8);
          const ReadQuery query{.has = [](std::string_view) { return true; },
                                .wait = waits ? 20s : 0s};
          if (cache.read(job(id), query)) {
            ++told;
          } else {
            cache.wait(job(id), query, [&told](const Reading&) { ++told; });
          }
          if (turn % 50 == 0) std::this_thread::yield();
        }
      });
    }
    for (auto& viewer : viewers)
      viewer.join();
    // All fetches end, and nobody waits any longer, within twenty milliseconds of real time.
    const auto deadline = std::chrono::steady_clock::now() + 30s;
    while (told < kThreads * kTurns && std::chrono::steady_clock::now() < deadline)
      std::this_thread::yield();
    const auto figures = cache.figures();
    CHECK(figures.waiting == 0);
    CHECK(figures.parked == 0);
    cache.release_all();
  }
  CHECK(told == kThreads * kTurns);
  CHECK(cloud.most_at_once == 1);
  CHECK(cloud.calls > 0);
}

}  // namespace job_cache_test

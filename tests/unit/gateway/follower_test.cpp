#include "gateway/jobs/follower.h"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unit/catch.h"
#include "unit/gateway/fake_archive.h"
#include "unit/gateway/still_executor.h"

namespace follower_test {

using namespace std::chrono_literals;
using jobtree::Bilingual;
using jobtree::Failure;
using jobtree::cloud::HasRoom;
using jobtree::cloud::Health;
using jobtree::cloud::JobAddress;
using jobtree::cloud::JobReply;
using jobtree::cloud::JobSource;
using jobtree::cloud::Outcome;
using jobtree::gateway::FailedFetch;
using jobtree::gateway::FakeArchive;
using jobtree::gateway::Follower;
using jobtree::gateway::FollowSchedule;
using jobtree::gateway::JobContent;
using jobtree::gateway::Reading;
using jobtree::gateway::StoredContent;
using jobtree::store::JobRecord;

namespace {

JobAddress job(const std::string& id, const std::string& service = "eip") {
  return {"cn-north-4", service, "p", id};
}

Reading running() {
  Reading reading;
  reading.content = std::make_shared<JobContent>();
  return reading;
}

Reading ended() {
  auto content = std::make_shared<JobContent>();
  content->is_final = true;
  Reading reading;
  reading.content = content;
  return reading;
}

Reading forgotten() {
  Reading reading = running();
  reading.stored = StoredContent{.at = {}, .is_forgotten = true};
  return reading;
}

Reading failed(Outcome outcome, int status = 0) {
  FailedFetch failure;
  failure.reply.outcome = outcome;
  failure.reply.http_status = status;
  Reading reading;
  reading.failure = std::make_shared<const FailedFetch>(std::move(failure));
  return reading;
}

class Rates final : public JobSource {
 public:
  Health state{.budget = {.per_second = 20, .left = 40}};
  std::map<std::string, double, std::less<>> of;
  JobReply job(const JobAddress&, const HasRoom&) override { return {}; }
  Health health() override { return state; }
  double rate_of(std::string_view service) override {
    const auto found = of.find(service);
    return found == of.end() ? state.budget.per_second : found->second;
  }
};

struct Look {
  std::string id;
  std::chrono::seconds at;
};

/// What of the jobs is this replica's, as the test says.
class Share final : public jobtree::store::BackgroundShare {
 public:
  bool has(std::string_view job) const override { return jobs.contains(std::string(job)); }
  std::uint64_t revision() const override { return number; }
  void set(std::set<std::string> keys) {
    jobs = std::move(keys);
    ++number;
  }
  std::set<std::string> jobs;
  std::uint64_t number = 0;
};

/// A follower, and a cloud of jobs that says what the test wants.
class Table {
 public:
  explicit Table(Share* share = nullptr) : share_(share) {}
  std::chrono::seconds passed() const {
    return std::chrono::duration_cast<std::chrono::seconds>(hands.now - began);
  }
  std::size_t looks_at(const std::string& id) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(looks, [&id](const Look& look) { return look.id == id; }));
  }
  void remember(const std::string& id, std::chrono::hours ago, bool is_followed = false) {
    const auto seen = jobtree::store::Time(std::chrono::days(20'000)) - ago;
    archive.put({.address = job(id),
                 .first_seen = seen,
                 .last_seen = seen,
                 .version = 1,
                 .marks = {.is_followed = is_followed}},
                "{}");
  }

  Share* const share_;
  FakeArchive archive;
  Rates rates;
  StillExecutor hands;
  std::map<std::string, Reading> says;  ///< of others: running
  std::vector<Look> looks;
  std::vector<std::string> notices;
  const StillExecutor::Time began = hands.now;
  Follower follower{
      {.archive = archive,
       .source = rates,
       .executor = hands,
       .clock = clock(),
       .look =
           [this](const JobAddress& address, const std::function<void(const Reading&)>& done) {
             looks.push_back({address.job_id(), passed()});
             const auto found = says.find(address.job_id());
             done(found == says.end() ? running() : found->second);
           },
       .notice = [this](const Bilingual& text) { notices.push_back(text.en); },
       .share = share_}};

 private:
  jobtree::Clock clock() {
    jobtree::Clock clock = hands.clock();
    clock.wall = [this] {
      return jobtree::UtcTime(
          std::chrono::days(20'000) +
          std::chrono::duration_cast<std::chrono::microseconds>(hands.now - began));
    };
    clock.chance = [] { return 0.0; };
    return clock;
  }
};

}  // namespace

TEST_CASE("A job is looked at every half minute, more rarely with its age, and by its service") {
  CHECK(FollowSchedule::interval(1, 20, 0s) == 30s);
  CHECK(FollowSchedule::interval(1, 20, 10min) == 30s);
  CHECK(FollowSchedule::interval(1, 20, 20min) == 60s);
  CHECK(FollowSchedule::interval(1, 20, 24h) == 15min);
  // Half of 200 in 5 minutes is one in 3 seconds.
  CHECK(FollowSchedule::interval(100, 200.0 / 300, 0s) == 300s);
  CHECK(FollowSchedule::interval(1000, 20, 0s) == 100s);
  CHECK(FollowSchedule::interval(1000, 0, 0s) == 30s);
}

TEST_CASE("A job that is followed is looked at though nobody views it, until it ends") {
  Table table;
  CHECK(table.follower.follow(job("a")));
  table.hands.pass(59s);
  CHECK(table.looks_at("a") == 2);
  table.says["a"] = ended();
  table.hands.pass(10min);
  CHECK(table.looks_at("a") == 3);
  CHECK(table.follower.size() == 0);
}

TEST_CASE("A job that somebody sees in a list is looked at for as long, and a minute longer") {
  Table table;
  const std::vector<JobAddress> seen{job("a"), job("b")};
  for (int i = 0; i < 12; ++i) {
    table.follower.watch(seen);
    table.hands.pass(10s);
  }
  CHECK(table.looks_at("a") >= 4);
  CHECK(table.looks_at("b") >= 4);
  CHECK(table.follower.size() == 2);
  table.hands.pass(2min);
  CHECK(table.follower.size() == 0);
  const std::size_t before = table.looks_at("a");
  table.hands.pass(10min);
  CHECK(table.looks_at("a") == before);
}

TEST_CASE(
    "A job that is refused, or is not there, is looked at rarely, however long a list shows it") {
  Table table;
  table.says["a"] = failed(Outcome::denied, 403);
  table.says["b"] = failed(Outcome::not_found, 404);
  const std::vector<JobAddress> seen{job("a"), job("b")};
  for (int i = 0; i < 60; ++i) {
    table.follower.watch(seen);
    table.hands.pass(10s);
  }
  CHECK(table.looks_at("a") == 1);
  CHECK(table.looks_at("b") == 1);
  table.hands.pass(1h);
  CHECK(table.follower.size() == 0);
}

TEST_CASE("A job that is followed stays so when somebody sees it in a list") {
  Table table;
  const std::vector<JobAddress> seen{job("a")};
  CHECK(table.follower.follow(job("a")));
  table.follower.watch(seen);
  table.hands.pass(10min);
  CHECK(table.follower.size() == 1);
  table.says["a"] = ended();
  table.hands.pass(1min);
  CHECK(table.follower.size() == 0);
}

TEST_CASE("What the cloud has forgotten, and what nobody wants any more, is let go") {
  Table table;
  table.says["a"] = forgotten();
  CHECK(table.follower.follow(job("a")));
  CHECK(table.follower.follow(job("b")));
  CHECK(table.follower.follow(job("b")));
  table.hands.pass(1s);
  CHECK(table.follower.size() == 1);
  table.follower.unfollow(job("b"));
  table.follower.unfollow(job("b"));
  table.hands.pass(1h);
  CHECK(table.looks_at("a") == 1);
  CHECK(table.looks_at("b") == 1);
}

TEST_CASE("Looks take half of a service's rate, and half of the key's budget, at every moment") {
  Table table;
  table.rates.of["slow"] = 0.5;
  for (int i = 0; i < 30; ++i) {
    table.follower.follow(job("s" + std::to_string(i), "slow"));
    table.follower.follow(job("f" + std::to_string(i)));
  }
  table.hands.pass(5s);
  const auto slow = static_cast<std::size_t>(
      std::ranges::count_if(table.looks, [](const Look& look) { return look.id[0] == 's'; }));
  CHECK(slow == 2);                        // each four seconds
  CHECK(table.looks.size() - slow == 30);  // the fast ones need not wait for them
  CHECK(table.looks[9].at == 0s);          // ten a second
  CHECK(table.looks[11].at == 1s);
  table.hands.pass(10min);
  const auto all_slow = static_cast<std::size_t>(
      std::ranges::count_if(table.looks, [](const Look& look) { return look.id[0] == 's'; }));
  CHECK(all_slow >= 140);
  CHECK(all_slow <= 152);  // one in four of 605 seconds
}

TEST_CASE("While the key cannot be used, or viewers use all of it, nobody is looked at") {
  for (const Health& health : {Health{.no_key = Failure::unavailable({"none", "无"})},
                               Health{.shut_for = 300s, .budget = {.per_second = 20, .left = 40}},
                               Health{.budget = {.per_second = 20, .left = 0.5}}}) {
    Table table;
    const Health before = std::exchange(table.rates.state, health);
    table.follower.follow(job("a"));
    table.hands.pass(5min);
    CHECK(table.looks.empty());
    table.rates.state = before;
    table.hands.pass(11s);
    CHECK(table.looks_at("a") == 1);
  }
}

TEST_CASE("After a start all that had not ended are looked at, the oldest first, over minutes") {
  Table table;
  for (int i = 0; i < 60; ++i)
    table.remember("j" + std::to_string(i), std::chrono::hours(100 - i));
  table.remember("followed", 1h, true);
  JobRecord over{.address = job("over"), .is_final = true, .marks = {.is_followed = true}};
  table.archive.put(over, "{}");
  JobRecord lost{.address = job("lost"), .forgotten_at = jobtree::store::Time()};
  table.archive.put(lost, "{}");
  table.follower.start();
  table.hands.run_all();
  CHECK(table.follower.size() == 61);
  table.hands.pass(30s);
  CHECK(table.looks.size() > 25);
  CHECK(table.looks.size() < 40);
  table.hands.pass(32s);
  CHECK(table.looks.size() == 61);
  for (std::size_t i = 0; i < 60; ++i)
    CHECK(table.looks[i].id == "j" + std::to_string(i));
  // Those that nobody wants followed had their look; the other goes on, rarely, for it is old.
  CHECK(table.follower.size() == 1);
  table.hands.pass(1h);
  CHECK(table.looks.size() > 61);
  CHECK(table.looks_at("followed") == table.looks.size() - 60);
}

TEST_CASE(
    "A job that the server found by itself lately is looked at to its end after a start too") {
  Table table;
  const auto seen = jobtree::store::Time(std::chrono::days(20'000));
  table.archive.put({.address = job("found"),
                     .first_seen = seen - 2h,
                     .last_seen = seen - 2h,
                     .version = 1,
                     .finding = {.found_at = seen - 1h}},
                    "{}");
  table.archive.put({.address = job("long ago"),
                     .first_seen = seen - 90h,
                     .last_seen = seen - 90h,
                     .version = 1,
                     .finding = {.found_at = seen - 1h}},
                    "{}");
  table.follower.start();
  table.hands.run_all();
  table.hands.pass(2h);
  CHECK(table.looks_at("found") > 5);
  CHECK(table.looks_at("long ago") == 1);
}

TEST_CASE("An archive that cannot be read at the start is read later; one that is off never") {
  Table table;
  table.remember("a", 1h);
  table.archive.cannot_read = true;
  table.follower.start();
  table.hands.run_all();
  CHECK(table.follower.size() == 0);
  table.archive.cannot_read = false;
  table.hands.pass(31s);
  CHECK(table.looks_at("a") == 1);

  Table off;
  off.remember("a", 1h);
  off.archive.now.kind = {};
  off.follower.start();
  off.hands.pass(1h);
  CHECK(off.looks.empty());
}

TEST_CASE("A job that cannot be had for now is tried again, also one that is looked at once") {
  for (const Outcome outcome : {Outcome::unreachable, Outcome::failed, Outcome::throttled}) {
    Table table;
    table.remember("a", 1h);
    table.says["a"] = failed(outcome);
    table.follower.start();
    table.hands.run_all();
    table.hands.pass(10min);
    CHECK(table.looks_at("a") > 1);
    CHECK(table.follower.size() == 1);
    table.says.erase("a");
    table.hands.pass(10min);
    CHECK(table.follower.size() == 0);
  }
}

TEST_CASE("A refusal is tried three times, a quarter of an hour apart, and then said") {
  Table table;
  table.says["a"] = failed(Outcome::denied, 403);
  table.follower.follow(job("a"));
  table.hands.pass(14min);
  CHECK(table.looks_at("a") == 1);
  table.hands.pass(24h);
  CHECK(table.looks_at("a") == 3);
  CHECK(table.follower.size() == 0);
  REQUIRE(table.notices.size() == 1);
  CHECK(table.notices[0].find("cn-north-4/eip/p/a") != std::string::npos);
}

TEST_CASE("A job that nobody has seen is waited for, an hour long") {
  Table table;
  table.says["late"] = failed(Outcome::not_found, 404);
  table.says["never"] = failed(Outcome::not_found, 404);
  table.follower.follow(job("late"));
  table.follower.follow(job("never"));
  (void)table.archive.set_marks({.address = job("never"), .follow = true}, {});
  table.hands.pass(30min);
  CHECK(table.follower.size() == 2);
  table.says["late"] = running();
  table.hands.pass(2h);
  CHECK(table.follower.size() == 1);
  CHECK(table.looks_at("late") > 10);
  // The next start does not begin anew.
  CHECK_FALSE(table.archive.record(job("never").key())->marks.is_followed);
}

TEST_CASE("No more are followed than the bound") {
  Table table;
  for (std::size_t i = 0; i < Follower::kMost; ++i)
    table.follower.follow(job(std::to_string(i)));
  CHECK_FALSE(table.follower.follow(job("one more")));
  CHECK(table.follower.follow(job("0")));
  CHECK(table.follower.size() == Follower::kMost);
}

TEST_CASE("Of several replicas each looks at its share of the jobs") {
  Share share;
  Table table(&share);
  table.remember("a", 1h, true);
  table.remember("b", 1h, true);
  table.follower.start();
  table.hands.pass(5min);
  CHECK(table.looks.empty());  // nothing is known of the others yet
  share.set({job("a").key()});
  table.hands.pass(3s);
  CHECK(table.looks_at("a") == 1);
  table.hands.pass(10min);
  CHECK(table.looks_at("a") > 1);
  CHECK(table.looks_at("b") == 0);
}

TEST_CASE("Who gets the share of another takes up its jobs within a second or two") {
  Share share;
  Table table(&share);
  table.remember("a", 1h, true);
  table.remember("b", 1h, true);
  table.remember("seen-only", 1h);
  share.set({job("a").key(), job("seen-only").key()});
  table.follower.start();
  table.hands.pass(5s);
  CHECK(table.looks_at("seen-only") == 1);
  table.looks.clear();
  share.set({job("b").key(), job("seen-only").key()});
  table.hands.pass(2s);
  CHECK(table.looks_at("b") == 1);
  table.hands.pass(5min);
  CHECK(table.looks_at("a") == 0);
  CHECK(table.looks_at("seen-only") == 0);
}

TEST_CASE("A job that is another's gets one look where it was handed over") {
  Share share;
  share.set({job("a").key()});
  Table table(&share);
  CHECK(table.follower.follow(job("b")));
  table.hands.pass(5min);
  CHECK(table.looks_at("b") == 1);
  CHECK(table.follower.size() == 0);
}

TEST_CASE("A job that another replica was handed is taken up by the one whose it is") {
  Share share;
  share.set({job("a").key()});
  Table table(&share);
  table.follower.start();
  table.hands.pass(5s);
  table.remember("a", 0h, true);
  table.hands.pass(30s);
  CHECK(table.looks_at("a") == 1);
}

}  // namespace follower_test

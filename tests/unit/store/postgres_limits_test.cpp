// What replicas on one database share: a real PostgreSQL, also behind a pooler, and killed.
#include "store/postgres/postgres_limits.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "store/postgres/bounded_calls.h"
#include "store/postgres/postgres_share.h"
#include "store/postgres/postgres_store.h"
#include "store/postgres/postgres_turns.h"
#include "support/postgres_server.h"
#include "support/until.h"
#include "unit/catch.h"

namespace postgres_limits_test {

using namespace jobtree;
using namespace jobtree::store;
using namespace std::chrono_literals;
using cloud::KeyTurn;
using cloud::Pace;
using cloud::SharedKeyName;
using cloud::Verdict;
using tests::PostgresServer;
using tests::until;

namespace {

using Steady = std::chrono::steady_clock;

const SharedKeyName kKey{.access = "access", .pair = "pair"};

struct Times {
  std::chrono::milliseconds pass{60'000};
  std::chrono::milliseconds shut{330'000};
};

struct Replica {
  explicit Replica(const std::string& url, const std::string& name = "one", Times times = {})
      : limits({.replica = name,
                .now = [] { return Steady::now(); },
                .pass_time = times.pass,
                .shut_time = times.shut},
               calls),
        calls({.url = url,
               .routine = [this](PgConnection& connection) { return limits.refresh(connection); },
               .routine_every = 50ms,
               .most_wait = 5s,
               .first_pause = 50ms}) {
    REQUIRE(until([this] { return limits.is_in_touch(); }));
  }

  bool may_enter() { return turn().kind == KeyTurn::Kind::given; }
  KeyTurn turn(const SharedKeyName& key = kKey) {
    const auto turn = limits.enter(key);
    REQUIRE(turn);
    return *turn;
  }

  PostgresLimits limits;
  BoundedCalls calls;
};

/// Of a database with its tables; "" where there is no PostgreSQL.
std::string new_url(bool is_pooled = false) {
  PostgresServer* const server = PostgresServer::get();
  if (server == nullptr) return "";
  std::string url = server->new_database();
  REQUIRE(PostgresStore::open(url));
  if (is_pooled) {
    const std::string pooled = server->through_pooler(url);
    if (!pooled.empty()) url = pooled;
  }
  return url;
}

}  // namespace

TEST_CASE("Three replicas that start together send three queries with a key that may be wrong") {
  const bool is_pooled = GENERATE(false, true);
  const std::string url = new_url(is_pooled);
  if (url.empty()) return;
  std::vector<std::unique_ptr<Replica>> replicas;
  for (const char* name : {"one", "two", "three"})
    replicas.push_back(std::make_unique<Replica>(url, name));
  std::atomic<int> given = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 12; ++i) {
    threads.emplace_back([&replicas, &given, i] {
      const auto turn = replicas[static_cast<std::size_t>(i % 3)]->limits.enter(kKey);
      if (turn && turn->kind == KeyTurn::Kind::given) ++given;
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  CHECK(given == 3);
  CHECK(until([&] { return replicas[0]->limits.replicas() == 3; }));
}

TEST_CASE(
    "All replicas together get two turns for a job in its interval, evenly and in their order") {
  const bool is_pooled = GENERATE(false, true);
  const std::string url = new_url(is_pooled);
  if (url.empty()) return;
  std::vector<std::unique_ptr<Replica>> replicas;
  for (const char* name : {"one", "two", "three"})
    replicas.push_back(std::make_unique<Replica>(url, name));
  REQUIRE(until([&] {
    return std::ranges::all_of(replicas,
                               [](const auto& one) { return one->limits.replicas() == 3; });
  }));
  // So long that none comes free during the test.
  const auto interval = 1'000'000ms;
  const auto turn = [&](std::size_t replica, const std::string& job) {
    return PostgresTurns(replicas[replica]->limits, replicas[replica]->calls).take(job, interval);
  };
  const auto is_about = [](std::chrono::milliseconds time, std::chrono::milliseconds wanted) {
    return time <= wanted && time > wanted - 60s;
  };
  CHECK(turn(0, "job").wait == 0ms);
  const auto second = turn(1, "job");
  CHECK(second.is_given);
  CHECK(is_about(second.wait, interval / 2));
  const auto third = turn(2, "job");
  CHECK(third.is_given);
  CHECK(is_about(third.wait, interval));
  CHECK_FALSE(turn(0, "job").is_given);
  CHECK(turn(0, "another").wait == 0ms);
}

TEST_CASE("One that is alone, or cannot hear the others, has all turns") {
  const std::string url = new_url();
  if (url.empty()) return;
  Replica one(url);
  PostgresTurns turns(one.limits, one.calls);
  for (int i = 0; i < 3; ++i) {
    const auto turn = turns.take("job", 10s);
    CHECK(turn.is_given);
    CHECK(turn.wait == 0ms);
  }
}

TEST_CASE("The third refusal of all replicas shuts the key for all, and then one may probe") {
  const std::string url = new_url();
  if (url.empty()) return;
  const Times times{.shut = 1500ms};
  Replica one(url, "one", times);
  Replica other(url, "two", times);
  for (Replica* replica : {&one, &other, &one}) {
    const auto turn = replica->turn();
    REQUIRE(turn.kind == KeyTurn::Kind::given);
    replica->limits.settle(kKey, turn.pass, Verdict::refused);
  }
  CHECK(until([&] { return other.limits.standing(kKey)->shut_for > 0s; }));
  CHECK(one.turn().kind == KeyTurn::Kind::shut);
  CHECK(other.turn().kind == KeyTurn::Kind::shut);
  KeyTurn probe;
  REQUIRE(until([&] {
    probe = other.turn();
    return probe.kind != KeyTurn::Kind::shut;
  }));
  CHECK(probe.kind == KeyTurn::Kind::given);
  CHECK(one.turn().kind == KeyTurn::Kind::wait);
  other.limits.settle(kKey, probe.pass, Verdict::refused);
  CHECK(until([&] { return one.turn().kind == KeyTurn::Kind::shut; }));
}

TEST_CASE("A success of any replica proves the key for all, a refusal after it unproves it") {
  const std::string url = new_url();
  if (url.empty()) return;
  Replica one(url, "one");
  Replica other(url, "two");
  one.limits.settle(kKey, one.turn().pass, Verdict::refused);
  one.limits.settle(kKey, one.turn().pass, Verdict::accepted);
  CHECK(one.limits.standing(kKey)->is_proven);
  REQUIRE(until([&] { return other.limits.standing(kKey)->is_proven; }));
  for (int i = 0; i < 10; ++i) {
    const auto turn = other.turn();
    CHECK(turn.kind == KeyTurn::Kind::given);
    CHECK(turn.pass == 0);
  }
  other.limits.settle(kKey, 0, Verdict::refused);
  CHECK_FALSE(other.limits.standing(kKey)->is_proven);
  CHECK(until([&] { return !one.limits.standing(kKey)->is_proven; }));
  CHECK(one.may_enter());
  CHECK(one.may_enter());
  CHECK(one.turn().kind == KeyTurn::Kind::wait);
}

TEST_CASE("That a key works proves nothing of another secret") {
  const std::string url = new_url();
  if (url.empty()) return;
  Replica one(url);
  one.limits.settle(kKey, one.turn().pass, Verdict::accepted);
  SharedKeyName wrong = kKey;
  wrong.pair = "another pair";
  REQUIRE(until([&] { return one.turn().pass == 0; }));
  for (int i = 0; i < 3; ++i) {
    const auto turn = one.turn(wrong);
    REQUIRE(turn.kind == KeyTurn::Kind::given);
    CHECK(turn.pass > 0);
    one.limits.settle(wrong, turn.pass, Verdict::refused);
  }
  CHECK(one.turn(wrong).kind == KeyTurn::Kind::shut);
  CHECK(one.turn().kind == KeyTurn::Kind::given);
}

TEST_CASE("A pass whose owner was killed counts as a refusal, once") {
  const std::string url = new_url();
  if (url.empty()) return;
  const Times times{.pass = 300ms};
  {
    Replica killed(url, "killed", times);
    CHECK(killed.may_enter());
    CHECK(killed.may_enter());
  }
  Replica one(url, "one", times);
  const auto mine = one.turn();
  REQUIRE(mine.kind == KeyTurn::Kind::given);
  one.limits.settle(kKey, mine.pass, Verdict::unknown);
  REQUIRE(until([&] {
    (void)one.limits.enter(kKey);
    return one.limits.standing(kKey)->refusals == 2;
  }));
}

TEST_CASE("What no response came to gives its place back") {
  const std::string url = new_url();
  if (url.empty()) return;
  Replica one(url);
  for (int i = 0; i < 10; ++i) {
    const auto turn = one.turn();
    REQUIRE(turn.kind == KeyTurn::Kind::given);
    one.limits.settle(kKey, turn.pass, Verdict::unknown);
  }
  CHECK(one.limits.standing(kKey)->refusals == 0);
}

TEST_CASE("All replicas take their turns out of one rate") {
  const std::string url = new_url();
  if (url.empty()) return;
  Replica one(url, "one");
  Replica other(url, "two");
  const Pace pace{.per_second = 1.0 / 60, .burst = 4};
  CHECK(one.limits.take("budget", pace, 2, 0ms)->count == 2);
  const auto turns = other.limits.take("budget", pace, 2, 0ms);
  CHECK(turns->count == 2);
  CHECK(turns->left < 0.1);
  const auto none = one.limits.take("budget", pace, 2, 0ms);
  CHECK(none->count == 0);
  CHECK(none->wait > 50s);
  CHECK(none->wait <= 60s);
}

TEST_CASE("Who would wait gets a turn after those who came before, wherever they came") {
  const std::string url = new_url();
  if (url.empty()) return;
  Replica one(url, "one");
  Replica other(url, "two");
  const Pace pace{.per_second = 0.1, .burst = 1};
  REQUIRE(one.limits.take("budget", pace, 5, 0ms)->count == 1);
  const auto first = other.limits.take("budget", pace, 5, 15s);
  CHECK(first->count == 1);
  CHECK(first->wait > 5s);
  CHECK(first->wait <= 10s);
  CHECK(one.limits.take("budget", pace, 5, 15s)->count == 0);
}

TEST_CASE("A pause that one replica met is kept by all, and lasts") {
  const std::string url = new_url();
  if (url.empty()) return;
  Replica one(url, "one");
  Replica other(url, "two");
  one.limits.throttled({.service = "eip",
                        .pace = {.per_second = 0.5, .burst = 1},
                        .times_in_a_row = 2,
                        .limit_is_told = true,
                        .pause = 30s});
  REQUIRE(until([&] { return !other.limits.throttles().empty(); }));
  const auto seen = other.limits.throttles().front();
  CHECK(seen.service == "eip");
  CHECK(seen.pace.per_second == 0.5);
  CHECK(seen.times_in_a_row == 2);
  CHECK(seen.limit_is_told);
  CHECK(seen.pause > 20s);
  CHECK(seen.pause <= 30s);
  // Another that was refused at the same moment makes it no shorter.
  other.limits.throttled({.service = "eip", .pace = {.per_second = 0.5, .burst = 1}, .pause = 5s});
  const auto turn = other.limits.take("service/eip", {.per_second = 0.5, .burst = 1}, 1, 40s);
  CHECK(turn->count == 1);
  CHECK(turn->wait > 20s);
  REQUIRE(until([&] { return !one.limits.throttles().empty(); }));
  CHECK(one.limits.throttles().front().times_in_a_row == 2);
}

TEST_CASE("The project that one replica found is known to the others") {
  const std::string url = new_url();
  if (url.empty()) return;
  Replica one(url, "one");
  Replica other(url, "two");
  CHECK(*one.limits.owner("key/region") == "");
  one.limits.found_owner("key/region", "project");
  CHECK(*one.limits.owner("key/region") == "project");
  CHECK(*other.limits.owner("key/region") == "project");
}

TEST_CASE("While the database is away nobody waits, and what happened is told when it is back") {
  PostgresServer* const server = PostgresServer::get();
  if (server == nullptr) return;
  const std::string url = new_url();
  Replica one(url, "one");
  one.limits.settle(kKey, one.turn().pass, Verdict::accepted);
  REQUIRE(until([&] { return one.turn().pass == 0; }));
  server->kill();
  REQUIRE(until([&] { return !one.limits.is_in_touch(); }));
  const auto before = Steady::now();
  CHECK_FALSE(one.limits.enter(kKey));
  CHECK_FALSE(one.limits.take("budget", {}, 1, 0ms));
  CHECK(Steady::now() - before < 1s);
  CHECK(one.limits.replicas() == 1);
  CHECK(one.limits.standing(kKey)->is_proven);
  one.limits.settle(kKey, 0, Verdict::refused);
  CHECK_FALSE(one.limits.standing(kKey)->is_proven);
  server->start();
  REQUIRE(until([&] { return one.limits.is_in_touch(); }));
  Replica other(url, "two");
  CHECK(until([&] { return other.limits.standing(kKey)->refusals == 1; }));
}

TEST_CASE("A statement that hangs is waited for no longer than was said, and undone when it ends") {
  const std::string url = new_url();
  if (url.empty()) return;
  std::atomic<int> undone = 0;
  BoundedCalls calls({.url = url,
                      .routine = [](PgConnection&) -> Outcome<Done> { return Done(); },
                      .routine_every = 50ms,
                      .most_wait = 100ms});
  REQUIRE(until([&] { return calls.is_up(); }));
  const auto before = Steady::now();
  const auto answer = calls.ask<int>(
      [](PgConnection& connection) -> Outcome<int> {
        const auto rows = connection.run("SELECT pg_sleep(1)");
        if (!rows) return rows.error();
        return 7;
      },
      [&undone](PgConnection&, const int& late) { undone = late; });
  CHECK_FALSE(answer);
  CHECK(Steady::now() - before < 900ms);
  CHECK_FALSE(calls.is_up());
  CHECK(until([&] { return undone == 7; }));
  CHECK(until([&] { return calls.is_up(); }));
}

namespace {

/// A replica that follows, on a connection of its own.
struct Follows {
  Follows(const std::string& url, const std::string& name, std::chrono::milliseconds lease = 60s)
      : share({.replica = name,
               .now = [] { return Steady::now(); },
               .lease_time = lease,
               .renew_every = 50ms}),
        connection(std::move(PgConnection::open(url).value())) {}
  void refresh(int replicas) { REQUIRE(share.refresh(connection, replicas)); }
  std::set<int> parts() const {
    std::set<int> held;
    for (int i = 0; i < 4000; ++i) {
      if (share.has("job/" + std::to_string(i))) held.insert(i);
    }
    return held;
  }
  PostgresShare share;
  PgConnection connection;
};

}  // namespace

TEST_CASE("Replicas divide what is followed among them, and each job is one's") {
  const std::string url = new_url();
  if (url.empty()) return;
  Follows one(url, "one");
  Follows two(url, "two");
  Follows three(url, "three");
  one.refresh(1);
  CHECK(one.parts().size() == 4000);
  CHECK(one.share.revision() == 1);
  // The others come: the first gives back what is more than its share.
  one.refresh(3);
  two.refresh(3);
  three.refresh(3);
  std::size_t all = 0;
  std::set<int> together;
  for (const Follows* replica : {&one, &two, &three}) {
    const auto parts = replica->parts();
    CHECK(parts.size() > 1000);
    CHECK(parts.size() < 1700);
    all += parts.size();
    together.insert(parts.begin(), parts.end());
  }
  CHECK(all == 4000);
  CHECK(together.size() == 4000);
}

TEST_CASE("What a replica followed that was killed, others follow within the time of its lease") {
  const std::string url = new_url();
  if (url.empty()) return;
  Follows one(url, "one", 400ms);
  {
    Follows killed(url, "killed", 400ms);
    one.refresh(2);
    killed.refresh(2);
    REQUIRE(killed.parts().size() > 1000);
  }
  CHECK(until([&] {
    one.refresh(1);
    return one.parts().size() == 4000;
  }));
  REQUIRE(one.share.leave(one.connection));
  Follows next(url, "next");
  next.refresh(1);
  CHECK(next.parts().size() == 4000);
}

}  // namespace postgres_limits_test

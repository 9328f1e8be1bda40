// How many questions a key may ask, and what a service's "too many" does to that.
#include "cloud/ask/rate_limit.h"

#include <chrono>
#include <string>

#include "support/fake_shared_limits.h"
#include "unit/catch.h"

namespace rate_limit_test {

namespace {

using namespace std::chrono;  // NOLINT(google-build-using-namespace)
using namespace jobtree;
using namespace jobtree::cloud;  // NOLINT(google-build-using-namespace)

bool is_given(const RateLimit::Turn& turn) {
  return turn.kind == RateLimit::Turn::Kind::given;
}

struct Fixture {
  explicit Fixture(Rate rate = {10, 1s}) : budget(rate) {}
  steady_clock::time_point now{};
  RateLimit budget;

  bool take(const char* service = "eip") { return is_given(budget.take(service, now, 0ms)); }
  /// Questions asked as soon as they may be, for so long.
  int asked_in(seconds time, const char* service = "eip") {
    const auto end = now + time;
    int count = 0;
    while (now < end) {
      const auto turn = budget.take(service, now, 0ms);
      if (is_given(turn)) ++count;
      now += turn.wait;
    }
    return count;
  }
};

}  // namespace

TEST_CASE("A budget lets a burst through and then keeps to its rate") {
  Fixture fixture({10, 1s});
  int burst = 0;
  while (fixture.take())
    ++burst;
  CHECK(burst == 20);
  CHECK(fixture.asked_in(100s) >= 990);
  CHECK(fixture.asked_in(100s) <= 1001);
}

TEST_CASE("A budget says how long to wait for the next question") {
  Fixture fixture({1, 60s});
  REQUIRE(fixture.take());
  CHECK(fixture.budget.take("eip", fixture.now, 0ms).wait == 60s);
  fixture.now += 59s;
  CHECK_FALSE(fixture.take());
  fixture.now += 1s;
  CHECK(fixture.take());
}

TEST_CASE("Whoever waits gets a turn, one after another at the budget's pace") {
  Fixture fixture({10, 1s});
  while (fixture.take()) {
  }
  for (int i = 1; i <= 20; ++i) {
    const auto turn = fixture.budget.take("eip", fixture.now, 2s);
    CHECK(is_given(turn));
    CHECK(turn.wait == milliseconds(100 * i));
  }
  CHECK_FALSE(is_given(fixture.budget.take("eip", fixture.now, 2s)));
}

TEST_CASE("All services share one budget") {
  Fixture fixture({2, 100s});  // one at once
  CHECK(fixture.take("eip"));
  CHECK_FALSE(fixture.take("ecs"));
}

TEST_CASE("A refusal pauses its service for at least five seconds, and no other") {
  Fixture fixture;
  CHECK(fixture.budget.throttled("eip", {}, {}, fixture.now) == 5s);
  CHECK_FALSE(fixture.take("eip"));
  CHECK(fixture.take("ecs"));
  fixture.now += 5s;
  CHECK(fixture.take("eip"));
}

TEST_CASE("A pause is as long as the cloud asks, within an hour") {
  Fixture fixture;
  CHECK(fixture.budget.throttled("a", {}, 42s, fixture.now) == 42s);
  CHECK(fixture.budget.throttled("b", {}, 1s, fixture.now) == 5s);
  CHECK(fixture.budget.throttled("c", {}, 86400s, fixture.now) == 3600s);
}

TEST_CASE("A limit that was told is kept to, with room for the account's other programs") {
  Fixture fixture;
  fixture.budget.throttled("eip", Rate{200, 300s}, {}, fixture.now);
  const int asked = fixture.asked_in(300s);
  CHECK(asked <= 165);
  CHECK(asked >= 140);
}

TEST_CASE("A slow limit pauses for at least its even pace") {
  Fixture fixture;
  CHECK(fixture.budget.throttled("hss", Rate{5, 60s}, {}, fixture.now) == 12s);
}

TEST_CASE("Refusals in a row double the pause up to the limit's window, an answer ends the row") {
  Fixture fixture;
  const Rate limit{200, 60s};
  seconds expected{5};
  for (int i = 0; i < 8; ++i) {
    CHECK(fixture.budget.throttled("eip", limit, {}, fixture.now) == expected);
    fixture.now += expected;
    expected = std::min<seconds>(expected * 2, 60s);
  }
  fixture.budget.accepted("eip");
  CHECK(fixture.budget.throttled("eip", limit, {}, fixture.now) == 5s);
}

TEST_CASE("Questions that were under way together and are refused together count as one refusal") {
  Fixture fixture;
  for (int i = 0; i < 20; ++i)
    CHECK(fixture.budget.throttled("eip", Rate{200, 300s}, {}, fixture.now) == 5s);
}

TEST_CASE("Where no limit was told the rate halves, and grows again with every answer") {
  Fixture fixture({10, 1s});
  fixture.budget.throttled("eip", {}, {}, fixture.now);
  fixture.now += 5s;
  const int slowed = fixture.asked_in(20s);
  CHECK(slowed <= 110);
  for (int i = 0; i < 100; ++i)
    fixture.budget.accepted("eip");
  CHECK(fixture.asked_in(20s) >= 190);
}

TEST_CASE("After an hour without a refusal a service is not held back any more") {
  Fixture fixture;
  fixture.budget.throttled("eip", Rate{1, 60s}, {}, fixture.now);
  fixture.now += 61min;
  CHECK(fixture.asked_in(10s) >= 99);
}

TEST_CASE("A rate is so many questions in a time, and nothing else is") {
  const auto second = parse_rate("10/s");
  REQUIRE(second);
  CHECK(second.value().calls == 10);
  CHECK(second.value().time == 1s);
  const auto minutes_5 = parse_rate("200/5m");
  REQUIRE(minutes_5);
  CHECK(minutes_5.value().time == 300s);
  CHECK(parse_rate("1000/1h").value().time == 3600s);
  for (const char* bad :
       {"", "10", "/s", "10/", "0/s", "-1/s", "10/0s", "10/25h", "10/s ", "10 /s", "1e3/s", "10/d",
        "99999999999/s", "10/99999999999s", "10/ss", "1000001/s"}) {
    INFO(bad);
    CHECK_FALSE(parse_rate(bad));
  }
}

namespace {

/// Two replicas with one rate.
struct Together {
  jobtree::tests::SharedTable table;
  jobtree::tests::FakeSharedLimits ones{table}, others{table};
  steady_clock::time_point now{};
  RateLimit one{{50, 1s}, &ones};
  RateLimit other{{50, 1s}, &others};
};

}  // namespace

TEST_CASE("Replicas take their turns out of one budget, a few at a time") {
  Together both;
  both.table.left["budget"] = 12;
  int given = 0;
  for (int i = 0; i < 20; ++i) {
    RateLimit& budget = i % 2 == 0 ? both.one : both.other;
    if (is_given(budget.take("eip", both.now, 0ms))) ++given;
  }
  CHECK(given == 12);
  CHECK(both.table.takes < 15);
  CHECK(both.one.take("eip", both.now, 0ms).kind == RateLimit::Turn::Kind::budget_used_up);
}

TEST_CASE("A pause that one replica was told is kept by the other, and no shorter one after it") {
  Together both;
  CHECK(both.one.throttled("eip", Rate{200, 300s}, 20s, both.now) == 20s);
  const auto turn = both.other.take("eip", both.now, 0ms);
  CHECK(turn.kind == RateLimit::Turn::Kind::service_throttles);
  CHECK(turn.wait == 20s);
  CHECK(is_given(both.other.take("ecs", both.now, 0ms)));
  CHECK(both.other.per_second("eip", both.now) == both.one.per_second("eip", both.now));
  CHECK(both.other.figures(both.now).paused_services == 1);
}

TEST_CASE("A service that was throttled has one rate for all replicas") {
  Together both;
  both.one.throttled("eip", Rate{200, 300s}, {}, both.now);
  both.now += 1min;
  both.table.throttles["eip"].since = 60s;
  both.table.throttles["eip"].pause = 0s;
  both.table.left["service/eip"] = 1;
  CHECK(is_given(both.other.take("eip", both.now, 0ms)));
  CHECK(both.one.take("eip", both.now, 0ms).kind == RateLimit::Turn::Kind::service_throttles);
  CHECK(is_given(both.one.take("ecs", both.now, 0ms)));
}

TEST_CASE("While the others cannot be heard each replica has its part of the budget") {
  Together both;
  both.table.replicas = 4;
  both.ones.is_away = both.others.is_away = true;
  const auto sent_in = [&both](RateLimit& budget, seconds time) {
    const auto end = both.now + time;
    int count = 0;
    while (both.now < end) {
      const auto turn = budget.take("eip", both.now, 0ms);
      if (is_given(turn)) ++count;
      both.now += std::max<milliseconds>(turn.wait, 1ms);
    }
    return count;
  };
  sent_in(both.one, 10s);  // the burst
  const int sent = sent_in(both.one, 100s);
  CHECK(sent >= 1200);
  CHECK(sent <= 1260);
}

}  // namespace rate_limit_test

// What keeps a key from being locked: how many queries may be under way, and when none is sent.
#include "cloud/key/circuit_breaker.h"

#include <chrono>
#include <vector>

#include "unit/catch.h"

namespace circuit_breaker_test {

namespace {

using namespace std::chrono;  // NOLINT(google-build-using-namespace)
using jobtree::cloud::CircuitBreaker;
using Verdict = CircuitBreaker::Verdict;

struct Fixture {
  steady_clock::time_point now{};
  CircuitBreaker breaker{[this] { return now; }};

  void ask(Verdict verdict) {
    auto pass = breaker.enter();
    REQUIRE(pass);
    pass.settle(verdict);
  }
};

}  // namespace

TEST_CASE("Three refusals in a row shut a key for more than the cloud's five minutes") {
  Fixture fixture;
  fixture.ask(Verdict::refused);
  fixture.ask(Verdict::refused);
  CHECK(fixture.breaker.open_for() == 0s);
  fixture.ask(Verdict::refused);
  CHECK(fixture.breaker.open_for() > 5min);
  CHECK_FALSE(fixture.breaker.enter());
  fixture.now += 5min;
  CHECK_FALSE(fixture.breaker.enter());
}

TEST_CASE("After the pause one probe is let through, and its refusal shuts the key again") {
  Fixture fixture;
  for (int i = 0; i < 3; ++i)
    fixture.ask(Verdict::refused);
  fixture.now += fixture.breaker.open_for();
  {
    auto probe = fixture.breaker.enter();
    REQUIRE(probe);
    CHECK_FALSE(fixture.breaker.enter());
    probe.settle(Verdict::refused);
  }
  CHECK(fixture.breaker.open_for() > 5min);
  fixture.now += fixture.breaker.open_for();
  fixture.ask(Verdict::accepted);
  fixture.ask(Verdict::refused);
  fixture.ask(Verdict::refused);
  CHECK(fixture.breaker.open_for() == 0s);
}

TEST_CASE("Of a key that was never accepted no more queries are under way than refusals are left") {
  Fixture fixture;
  std::vector<CircuitBreaker::Pass> passes;
  for (int i = 0; i < 3; ++i) {
    passes.push_back(fixture.breaker.enter());
    CHECK(passes.back());
  }
  CHECK_FALSE(fixture.breaker.enter());
  passes[0].settle(Verdict::unknown);  // no response takes nothing away and proves nothing
  auto fourth = fixture.breaker.enter();
  CHECK(fourth);
  passes[1].settle(Verdict::refused);
  CHECK_FALSE(fixture.breaker.enter());
}

TEST_CASE("An accepted key may be used as often as one likes") {
  Fixture fixture;
  fixture.ask(Verdict::accepted);
  std::vector<CircuitBreaker::Pass> passes;
  for (int i = 0; i < 50; ++i) {
    passes.push_back(fixture.breaker.enter());
    CHECK(passes.back());
  }
}

TEST_CASE("An acceptance ends the row of refusals") {
  Fixture fixture;
  for (int i = 0; i < 10; ++i) {
    fixture.ask(Verdict::refused);
    fixture.ask(Verdict::refused);
    fixture.ask(Verdict::accepted);
  }
  CHECK(fixture.breaker.open_for() == 0s);
}

TEST_CASE("A key on probation has a single try") {
  Fixture fixture;
  CircuitBreaker breaker([&fixture] { return fixture.now; }, true);
  auto pass = breaker.enter();
  REQUIRE(pass);
  CHECK_FALSE(breaker.enter());
  pass.settle(Verdict::refused);
  CHECK(breaker.open_for() > 5min);
}

TEST_CASE("A dropped pass gives its place back") {
  Fixture fixture;
  for (int i = 0; i < 10; ++i)
    CHECK(fixture.breaker.enter());
}

TEST_CASE(
    "Whoever got no pass gets one after the first acceptance, and none after the last refusal") {
  for (const Verdict verdict : {Verdict::accepted, Verdict::refused}) {
    Fixture fixture;
    std::vector<CircuitBreaker::Pass> passes;
    passes.reserve(3);
    for (int i = 0; i < 3; ++i)
      passes.push_back(fixture.breaker.enter());
    CHECK_FALSE(fixture.breaker.enter());
    CHECK(fixture.breaker.open_for() == 0s);
    for (auto& pass : passes)
      pass.settle(verdict);
    CHECK(bool(fixture.breaker.enter()) == (verdict == Verdict::accepted));
  }
}

}  // namespace circuit_breaker_test

// What keeps a key from being locked: how many questions may be under way, and when none is asked.
#include "cloud/key/circuit_breaker.h"

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "unit/catch.h"

namespace {

using namespace std::chrono;  // NOLINT(google-build-using-namespace)
using jobtree::cloud::CircuitBreaker;
using Verdict = CircuitBreaker::Verdict;

constexpr milliseconds kNoPatience{0};

struct Fixture {
  steady_clock::time_point now{};
  CircuitBreaker guard{[this] { return now; }};

  void ask(Verdict verdict) {
    auto pass = guard.enter(kNoPatience);
    REQUIRE(pass);
    pass.settle(verdict);
  }
};

}  // namespace

TEST_CASE("Three refusals in a row shut a key for more than the cloud's five minutes") {
  Fixture fixture;
  fixture.ask(Verdict::refused);
  fixture.ask(Verdict::refused);
  CHECK(fixture.guard.shut_for() == 0s);
  fixture.ask(Verdict::refused);
  CHECK(fixture.guard.shut_for() > 5min);
  CHECK_FALSE(fixture.guard.enter(kNoPatience));
  fixture.now += 5min;
  CHECK_FALSE(fixture.guard.enter(kNoPatience));
}

TEST_CASE("After the pause one probe is let through, and its refusal shuts the key again") {
  Fixture fixture;
  for (int i = 0; i < 3; ++i)
    fixture.ask(Verdict::refused);
  fixture.now += fixture.guard.shut_for();
  {
    auto probe = fixture.guard.enter(kNoPatience);
    REQUIRE(probe);
    CHECK_FALSE(fixture.guard.enter(kNoPatience));
    probe.settle(Verdict::refused);
  }
  CHECK(fixture.guard.shut_for() > 5min);
  fixture.now += fixture.guard.shut_for();
  fixture.ask(Verdict::accepted);
  fixture.ask(Verdict::refused);
  fixture.ask(Verdict::refused);
  CHECK(fixture.guard.shut_for() == 0s);
}

TEST_CASE(
    "Of a key that was never accepted no more questions are under way than refusals are left") {
  Fixture fixture;
  std::vector<CircuitBreaker::Pass> passes;
  for (int i = 0; i < 3; ++i) {
    passes.push_back(fixture.guard.enter(kNoPatience));
    CHECK(passes.back());
  }
  CHECK_FALSE(fixture.guard.enter(kNoPatience));
  passes[0].settle(Verdict::unknown);  // no answer takes nothing away and proves nothing
  auto fourth = fixture.guard.enter(kNoPatience);
  CHECK(fourth);
  passes[1].settle(Verdict::refused);
  CHECK_FALSE(fixture.guard.enter(kNoPatience));
}

TEST_CASE("An accepted key may be asked with as often as one likes") {
  Fixture fixture;
  fixture.ask(Verdict::accepted);
  std::vector<CircuitBreaker::Pass> passes;
  for (int i = 0; i < 50; ++i) {
    passes.push_back(fixture.guard.enter(kNoPatience));
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
  CHECK(fixture.guard.shut_for() == 0s);
}

TEST_CASE("A key on probation has a single try") {
  Fixture fixture;
  CircuitBreaker guard([&fixture] { return fixture.now; }, true);
  auto pass = guard.enter(kNoPatience);
  REQUIRE(pass);
  CHECK_FALSE(guard.enter(kNoPatience));
  pass.settle(Verdict::refused);
  CHECK(guard.shut_for() > 5min);
}

TEST_CASE("A dropped pass gives its place back") {
  Fixture fixture;
  for (int i = 0; i < 10; ++i)
    CHECK(fixture.guard.enter(kNoPatience));
}

TEST_CASE("Whoever waits for a turn is let in by the first acceptance, and sent away by the lock") {
  for (const Verdict verdict : {Verdict::accepted, Verdict::refused}) {
    Fixture fixture;
    std::vector<CircuitBreaker::Pass> passes;
    passes.reserve(3);
    for (int i = 0; i < 3; ++i)
      passes.push_back(fixture.guard.enter(kNoPatience));
    std::atomic<int> let_in = 0;
    std::vector<std::thread> waiting;
    waiting.reserve(20);
    for (int i = 0; i < 20; ++i) {
      waiting.emplace_back([&] {
        auto pass = fixture.guard.enter(minutes(1));
        if (!pass) return;
        ++let_in;
        pass.settle(Verdict::accepted);
      });
    }
    for (auto& pass : passes)
      pass.settle(verdict);
    for (std::thread& thread : waiting)
      thread.join();
    CHECK(let_in == (verdict == Verdict::accepted ? 20 : 0));
  }
}

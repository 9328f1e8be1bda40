#include "gateway/access/miss_limiter.h"

#include <string>

#include "unit/catch.h"

namespace miss_limiter_test {

using namespace std::chrono_literals;
using jobtree::cloud::JobAddress;
using jobtree::gateway::MissLimiter;

namespace {

constexpr int kOfPeer = 60;    // at once, and one a second
constexpr int kOfToken = 120;  // at once, and two a second

const MissLimiter::Time kStart = MissLimiter::Time(1000s);

void spend(MissLimiter& budget, int times, const std::string& token, const std::string& peer,
           MissLimiter::Time now = kStart) {
  for (int i = 0; i < times; ++i) {
    budget.spend(token, peer, now);
  }
}

}  // namespace

TEST_CASE("A budget of unknown jobs lasts, is over, and comes back evenly") {
  MissLimiter budget;
  spend(budget, kOfPeer - 1, "", "10.0.0.1");
  CHECK_FALSE(budget.pause("", "10.0.0.1", kStart));
  spend(budget, 1, "", "10.0.0.1");
  CHECK(budget.pause("", "10.0.0.1", kStart) == 1s);
  CHECK(budget.pause("", "10.0.0.1", kStart + 500ms) == 1s);
  CHECK_FALSE(budget.pause("", "10.0.0.1", kStart + 1s));
  spend(budget, 1, "", "10.0.0.1", kStart + 1s);
  CHECK(budget.pause("", "10.0.0.1", kStart + 1s) == 1s);
  spend(budget, kOfPeer - 1, "", "10.0.0.1", kStart + 1h);
  CHECK_FALSE(budget.pause("", "10.0.0.1", kStart + 1h));
}

TEST_CASE("Who overdraws a budget waits the longer") {
  MissLimiter budget;
  spend(budget, kOfPeer + 63, "", "10.0.0.1");
  CHECK(budget.pause("", "10.0.0.1", kStart) == 64s);
}

TEST_CASE("One address does not spend another's budget") {
  MissLimiter budget;
  spend(budget, kOfPeer, "", "10.0.0.1");
  CHECK_FALSE(budget.pause("", "10.0.0.2", kStart));
}

TEST_CASE("A token's budget is one from wherever it is used") {
  MissLimiter budget;
  for (int i = 0; i < kOfToken; ++i) {
    budget.spend("portal", "10.0.0." + std::to_string(i), kStart);
  }
  CHECK(budget.pause("portal", "10.9.9.9", kStart) == 1s);
  CHECK_FALSE(budget.pause("other", "10.9.9.9", kStart));
  CHECK_FALSE(budget.pause("portal", "10.9.9.9", kStart + 1s));
}

TEST_CASE("A network's many IPv6 addresses are one") {
  MissLimiter budget;
  spend(budget, kOfPeer, "", "2001:db8:1:2::1");
  CHECK(budget.pause("", "2001:db8:1:2:ffff::9", kStart));
  CHECK_FALSE(budget.pause("", "2001:db8:1:3::1", kStart));
  // Those that stand for IPv4 are no network.
  spend(budget, kOfPeer, "", "::ffff:10.0.0.1");
  CHECK_FALSE(budget.pause("", "::ffff:10.0.0.2", kStart));
  CHECK_FALSE(budget.pause("", "::1", kStart));
}

TEST_CASE("A job that was there lately is known, and the oldest are forgotten") {
  MissLimiter budget;
  const auto job = [](int number) {
    return JobAddress{"cn-north-4", "eip", "-", std::to_string(number)};
  };
  CHECK_FALSE(budget.knows(job(0)));
  budget.learn(job(0));
  CHECK(budget.knows(job(0)));
  CHECK_FALSE(budget.knows({"cn-north-4", "ecs", "-", "0"}));
  CHECK_FALSE(budget.knows({"cn-north-1", "eip", "-", "0"}));
  CHECK_FALSE(budget.knows({"cn-north-4", "eip", "0605767cc80010f42f1ec00bc0e6b7a8", "0"}));
  for (int i = 1; i < 10'000; ++i) {
    budget.learn(job(i));
  }
  CHECK_FALSE(budget.knows(job(0)));
  CHECK(budget.knows(job(9'999)));
  CHECK(budget.knows(job(6'000)));
}

TEST_CASE("A budget remembers no more than so many, however many come") {
  MissLimiter budget;
  spend(budget, kOfPeer, "", "10.0.0.1");
  for (int i = 0; i < 30'000; ++i) {
    budget.spend("", "10." + std::to_string(i >> 8) + ".1." + std::to_string(i & 255), kStart);
  }
  // What it remembered before is forgotten, and counted from then on.
  CHECK_FALSE(budget.pause("", "10.0.0.1", kStart));
  spend(budget, kOfPeer, "", "10.0.0.1");
  CHECK(budget.pause("", "10.0.0.1", kStart));
}

}  // namespace miss_limiter_test

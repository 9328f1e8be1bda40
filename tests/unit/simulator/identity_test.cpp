#include "simulator/cloud/identity.h"

#include "simulator/cloud/quota.h"
#include "unit/catch.h"

namespace identity_test {

using namespace std::chrono_literals;
using namespace jobtree::simulator;

namespace {

const WallTime kNow{490'000h};
const KeyLock::Time kSteady{1h};

Identity identity(double speed = 1) {
  return {{demo_account()}, 1, speed, 3600s};
}

/// A request that names `access` and is signed by nobody.
AuthResult authenticate(Identity& gate, const std::string& access, KeyLock::Time steady = kSteady) {
  const std::string authorization =
      "SDK-HMAC-SHA256 Access=" + access +
      ", SignedHeaders=host;x-sdk-date, Signature=" + std::string(64, '0');
  return gate.authenticate(
      {"GET",
       "/v1/p/jobs/j",
       {{"Host", "h"}, {"X-Sdk-Date", "20251124T160000Z"}, {"Authorization", authorization}},
       {}},
      kNow, steady);
}

}  // namespace

TEST_CASE("A key that looks real is refused, not named, and locks nothing") {
  auto gate = identity();
  for (int i = 0; i < 20; ++i) {
    const AuthResult refused = authenticate(gate, "HPUAREALLOOKING00001");
    CHECK_FALSE(refused.account);
    CHECK(refused.access.empty());
    CHECK(refused.refusal.find("looks real") != std::string::npos);
    CHECK(refused.refusal.find("HPUA") == std::string::npos);
  }
}

TEST_CASE("A simulator's key that is not known is named as such") {
  auto gate = identity();
  const AuthResult refused = authenticate(gate, "SIMULATEDUNKNOWN0001");
  CHECK(refused.access == "SIMULATEDUNKNOWN0001");
  CHECK(refused.refusal == "ak SIMULATEDUNKNOWN0001 not exist");
}

TEST_CASE("Each key has a lock of its own") {
  Account other = demo_account();
  other.key.access = "SIMULATEDKEY00000002";
  Identity gate({demo_account(), other}, 1, 1, 3600s);
  for (int i = 0; i < 6; ++i)
    authenticate(gate, demo_account().key.access);
  const std::string locked = "AK access failed to reach the limit,forbidden.";
  CHECK(authenticate(gate, demo_account().key.access).refusal == locked);
  CHECK(authenticate(gate, "SIMULATEDKEY00000002").refusal != locked);
  CHECK(authenticate(gate, demo_account().key.access, kSteady + 5min).refusal != locked);
}

TEST_CASE("A metadata token lives as long as it was asked to, by the simulator's speed") {
  auto gate = identity(10);
  const std::string token = gate.token(Identity::TokenKind::metadata, 100, kNow);
  CHECK(gate.temporary_key(Identity::TokenKind::metadata, token, kNow + 9999ms));
  CHECK_FALSE(gate.temporary_key(Identity::TokenKind::metadata, token, kNow + 10s));
  CHECK_FALSE(gate.temporary_key(Identity::TokenKind::metadata, "another", kNow));
  CHECK_FALSE(gate.temporary_key(Identity::TokenKind::metadata, "", kNow));
}

TEST_CASE("Temporary keys are new each time, of the machine's project, and expire") {
  auto gate = identity(10);
  const std::string token = gate.token(Identity::TokenKind::metadata, 21600, kNow);
  const auto one = gate.temporary_key(Identity::TokenKind::metadata, token, kNow);
  const auto two = gate.temporary_key(Identity::TokenKind::metadata, token, kNow);
  REQUIRE(one);
  REQUIRE(two);
  CHECK(one->account.key.access.starts_with(kKeyMark));
  CHECK(one->account.key.access.size() == 20);
  CHECK(one->account.key.access != two->account.key.access);
  CHECK(one->account.security_token != two->account.security_token);
  CHECK(one->account.project_id == demo_account().project_id);
  CHECK(one->expires == kNow + 360s);
}

TEST_CASE("Of what was given out so much is kept, oldest out first") {
  auto gate = identity();
  const std::string first_token = gate.token(Identity::TokenKind::metadata, 21600, kNow);
  const auto first = gate.temporary_key(Identity::TokenKind::metadata, first_token, kNow);
  std::string token;
  for (std::size_t i = 0; i < Identity::kMaxTemporary; ++i) {
    token = gate.token(Identity::TokenKind::metadata, 21600, kNow);
    gate.temporary_key(Identity::TokenKind::metadata, token, kNow);
  }
  CHECK_FALSE(gate.temporary_key(Identity::TokenKind::metadata, first_token, kNow));
  CHECK(authenticate(gate, first->account.key.access).refusal.ends_with("not exist"));
  CHECK(gate.temporary_key(Identity::TokenKind::metadata, token, kNow));
  CHECK_FALSE(authenticate(gate, demo_account().key.access).refusal.ends_with("not exist"));
}

TEST_CASE("A quota counts each key's calls in windows, by the simulator's speed") {
  QuotaMeter meter({.limit = 2, .window = 300s}, 10);
  CHECK(meter.take("a", kSteady));
  CHECK(meter.take("a", kSteady + 1s));
  CHECK_FALSE(meter.take("a", kSteady + 29s));
  CHECK(meter.take("b", kSteady + 29s));
  CHECK(meter.take("a", kSteady + 30s));
  QuotaMeter none({}, 1);
  for (int i = 0; i < 1000; ++i)
    CHECK(none.take("a", kSteady));
}

TEST_CASE("A quota says its limit and its time as the gateway does") {
  CHECK(over_quota({.limit = 200, .window = 300s}) ==
        "The throttling threshold has been reached: policy user over ratelimit,limit:200,time:5 "
        "minute");
  CHECK(over_quota({.limit = 1, .window = 90s}).ends_with("limit:1,time:90 second"));
}

}  // namespace identity_test

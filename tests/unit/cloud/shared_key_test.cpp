// A key that several replicas use: how many refusals it may meet in all of them.
#include "cloud/key/shared_key.h"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "cloud/cloud.h"
#include "cloud/key/circuit_breaker.h"
#include "cloud/key/key_ring.h"
#include "cloud/where/catalogue.h"
#include "support/fake_network.h"
#include "support/fake_shared_limits.h"
#include "unit/catch.h"

namespace shared_key_test {

namespace {

using namespace jobtree;
using namespace jobtree::cloud;  // NOLINT(google-build-using-namespace)
using namespace std::chrono;     // NOLINT(google-build-using-namespace)
using tests::FakeNetwork;
using tests::FakeSharedLimits;
using tests::SharedTable;

const SharedKeyName kName{.access = "access", .pair = "pair"};

/// Three replicas and what they have in common.
struct Fixture {
  SharedTable table;
  steady_clock::time_point now{};
  FakeSharedLimits limits[3] = {FakeSharedLimits(table), FakeSharedLimits(table),
                                FakeSharedLimits(table)};
  std::vector<std::unique_ptr<CircuitBreaker>> breakers;

  Fixture() {
    for (FakeSharedLimits& one : limits) {
      breakers.push_back(std::make_unique<CircuitBreaker>([this] { return now; }));
      breakers.back()->share(std::make_unique<SharedKey>(one, kName, [this] { return now; }));
    }
  }

  /// How many are let through at once, over all replicas.
  std::vector<CircuitBreaker::Pass> enter_all() {
    std::vector<CircuitBreaker::Pass> passes;
    for (std::size_t i = 0; i < 9; ++i) {
      now += 1s;  // whoever was told to wait comes again
      auto pass = breakers[i % breakers.size()]->enter();
      if (pass) passes.push_back(std::move(pass));
    }
    return passes;
  }
  void set_away(bool is_away) {
    for (FakeSharedLimits& one : limits)
      one.is_away = is_away;
  }
};

}  // namespace

TEST_CASE("Of a key that may be wrong three queries are under way over all replicas") {
  Fixture fixture;
  auto passes = fixture.enter_all();
  CHECK(passes.size() == 3);
  for (auto& pass : passes)
    pass.settle(Verdict::refused);
  CHECK(fixture.enter_all().empty());
  for (const auto& breaker : fixture.breakers)
    CHECK(breaker->open_for() > 300s);
}

TEST_CASE("A success in one replica lets all go on, also one that was refused") {
  Fixture fixture;
  fixture.breakers[0]->enter().settle(Verdict::refused);
  fixture.breakers[1]->enter().settle(Verdict::accepted);
  CHECK(fixture.enter_all().size() > 6);
  fixture.breakers[2]->enter().settle(Verdict::refused);
  CHECK(fixture.table.keys["access"].proven.empty());
}

TEST_CASE("A proven key asks nobody") {
  Fixture fixture;
  fixture.breakers[0]->enter().settle(Verdict::accepted);
  const int before = fixture.table.enters;
  for (int i = 0; i < 100; ++i)
    fixture.breakers[0]->enter().settle(Verdict::accepted);
  CHECK(fixture.table.enters == before);
}

TEST_CASE("Who waits for the first queries does not ask about it each time") {
  Fixture fixture;
  const auto passes = fixture.enter_all();
  const int before = fixture.table.enters;
  for (int i = 0; i < 100; ++i)
    CHECK_FALSE(fixture.breakers[0]->enter());
  CHECK(fixture.table.enters <= before + 1);
}

TEST_CASE(
    "While nobody can be heard a key that may be wrong is tried once by each of two replicas") {
  Fixture fixture;
  fixture.breakers.pop_back();
  fixture.table.replicas = 2;
  fixture.set_away(true);
  CHECK(fixture.enter_all().empty());  // they may only be late
  fixture.now += 1min;
  auto passes = fixture.enter_all();
  CHECK(passes.size() == 2);  // three may be on their way already, and the cloud locks at six
  for (auto& pass : passes)
    pass.settle(Verdict::unknown);
  passes = fixture.enter_all();
  CHECK(passes.size() == 2);
  for (auto& pass : passes)
    pass.settle(Verdict::refused);
  fixture.now += 1h;
  CHECK(fixture.enter_all().empty());
  CHECK(fixture.breakers[0]->is_cut_off());
}

TEST_CASE("While nobody can be heard no replica tries a key that all of them could lock") {
  Fixture fixture;
  fixture.set_away(true);
  CHECK(fixture.enter_all().empty());
  fixture.now += 1h;
  CHECK(fixture.enter_all().empty());
  fixture.set_away(false);
  CHECK(fixture.enter_all().size() == 3);
}

TEST_CASE("A permit that comes late is waited for") {
  Fixture fixture;
  const auto passes = fixture.enter_all();
  REQUIRE(passes.size() == 3);
  fixture.table.replicas = 1;
  for (int i = 0; i < 10; ++i) {
    fixture.now += 3s;
    fixture.set_away(true);
    CHECK_FALSE(fixture.breakers[0]->enter());
    fixture.set_away(false);
    CHECK_FALSE(fixture.breakers[0]->enter());
  }
}

TEST_CASE("While nobody can be heard a proven key goes on") {
  Fixture fixture;
  fixture.breakers[0]->enter().settle(Verdict::accepted);
  fixture.set_away(true);
  CHECK(fixture.enter_all().size() > 6);
  CHECK_FALSE(fixture.breakers[0]->is_cut_off());
}

TEST_CASE("A replica that has never heard of the others does not try the key") {
  Fixture fixture;
  fixture.set_away(true);
  for (FakeSharedLimits& one : fixture.limits)
    one.was_never_heard = true;
  CHECK(fixture.enter_all().empty());
}

TEST_CASE("Replicas know a key by digests of it and its secret, which open nothing") {
  const auto name = shared_name({"AKTESTVECTOR00000001", Secret("sk/Test+Vector=Key")});
  CHECK(name.access.size() == 32);
  CHECK(name.pair.size() == 32);
  CHECK(name.access != name.pair);
  const auto other = shared_name({"AKTESTVECTOR00000001", Secret("another")});
  CHECK(other.access == name.access);
  CHECK(other.pair != name.pair);
}

TEST_CASE("Of three replicas with a wrong key the cloud sees three queries") {
  SharedTable table;
  FakeNetwork network;
  network.replies = {tests::http_reply(401, R"({"error_code":"APIGW.0301","error_msg":"no"})")};
  auto catalogue = Catalogue::make({});
  REQUIRE(catalogue);
  const auto known = std::make_shared<const Catalogue>(std::move(catalogue.value()));
  std::vector<std::unique_ptr<FakeSharedLimits>> limits;
  std::vector<std::unique_ptr<JobSource>> replicas;
  for (int i = 0; i < 3; ++i) {
    limits.push_back(std::make_unique<FakeSharedLimits>(table));
    replicas.push_back(
        make_cloud(KeyRing::of({{"AKTESTVECTOR00000001", Secret("sk")}, Secret(""), "", "", "test"},
                               network.clock()),
                   known, network.transport(), {1000, 1s}, network.clock(), limits.back().get()));
  }
  for (int i = 0; i < 30; ++i) {
    const JobAddress address("cn-north-4", "eip", "0605767cc80010f42f1ec00bc0e6b7a8",
                             "ff808082843684110184e155fdb364" + std::to_string(10 + i));
    (void)network.job(*replicas[static_cast<std::size_t>(i % 3)], address);
  }
  CHECK(network.sent.size() == 3);
  for (const auto& replica : replicas)
    CHECK(replica->health().shut_for > 300s);
}

}  // namespace shared_key_test

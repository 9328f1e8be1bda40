#include "simulator/wire/fault_injector.h"

#include "unit/catch.h"

namespace fault_injector_test {

using namespace std::chrono_literals;
using namespace jobtree::simulator;

namespace {

constexpr CallLabels kCall{"/v1/p/jobs/j", "j", "eip"};

}  // namespace

TEST_CASE("A fault meets whom it is meant for") {
  const auto is_met = [](Fault fault, const CallLabels& call) {
    FaultInjector injector(1, 1);
    fault.kind = FaultKind::html_error;
    injector.replace({std::move(fault)});
    return injector.draw(call).breaks.has_value();
  };
  CHECK(is_met({}, kCall));
  CHECK(is_met({.job_id = "j"}, kCall));
  CHECK_FALSE(is_met({.job_id = "k"}, kCall));
  CHECK(is_met({.service = "eip"}, kCall));
  CHECK_FALSE(is_met({.service = "ecs"}, kCall));
  CHECK(is_met({.path = "/v1/p"}, kCall));
  CHECK_FALSE(is_met({.path = "/v2"}, kCall));
  CHECK_FALSE(is_met({.job_id = "j", .path = "/v2"}, kCall));
}

TEST_CASE("A fault that is to happen so many times does, and then no more") {
  FaultInjector injector(1, 1);
  injector.replace({{.kind = FaultKind::truncated, .times = 2}});
  CHECK(injector.draw(kCall).breaks);
  CHECK(injector.faults().at(0).times == 1);
  CHECK(injector.draw(kCall).breaks);
  CHECK_FALSE(injector.draw(kCall).breaks);
}

TEST_CASE("Latencies add up, and of the breaking faults the first happens") {
  FaultInjector injector(1, 10);
  injector.replace({{.kind = FaultKind::latency, .ms = 100},
                    {.kind = FaultKind::truncated, .times = 1},
                    {.kind = FaultKind::html_error, .times = 1},
                    {.kind = FaultKind::drip, .bytes = 3, .every_ms = 50},
                    {.kind = FaultKind::latency, .ms = 200}});
  const InjectedFaults first = injector.draw(kCall);
  CHECK(first.delay == 30ms);
  CHECK(first.drip_bytes == 3);
  CHECK(first.drip_every == 5ms);
  CHECK(first.breaks->kind == FaultKind::truncated);
  CHECK(first.names == "latency, truncated, drip, latency");
  CHECK(injector.draw(kCall).breaks->kind == FaultKind::html_error);
  CHECK_FALSE(injector.draw(kCall).breaks);
}

TEST_CASE("Random comes from the seed, and is about what was asked for") {
  const auto drawn = [](std::uint64_t seed) {
    FaultInjector injector(seed, 1);
    injector.replace({{.kind = FaultKind::truncated, .chance = 0.3},
                      {.kind = FaultKind::latency, .ms = 10, .jitter_ms = 90}});
    std::string all;
    int broken = 0;
    for (int i = 0; i < 1000; ++i) {
      const InjectedFaults injected = injector.draw(kCall);
      broken += injected.breaks ? 1 : 0;
      CHECK((injected.delay >= 10ms && injected.delay <= 100ms));
      all += std::to_string(injected.delay.count()) + (injected.breaks ? "!" : ".");
    }
    CHECK((broken > 240 && broken < 360));
    return all;
  };
  const std::string once = drawn(5);
  CHECK(drawn(5) == once);
  CHECK(drawn(6) != once);
}

}  // namespace fault_injector_test

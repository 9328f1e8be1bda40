// When something is sent, tried again, given up, or merged.
#include "notify/pace.h"

#include "unit/notify/told.h"

namespace jobtree::notify::pace_test {

using namespace tests;
using namespace std::chrono_literals;
using std::chrono::seconds;

namespace {

constexpr double kMiddle = 0.5;
constexpr std::array<seconds, 9> kSchedule{0s, 5s, 30s, 2min, 10min, 30min, 2h, 6h, 12h};

const Time kNow = time_at("2026-11-28T22:28:20Z");

Verdict verdict_of(Verdict::Kind kind, std::optional<seconds> after = std::nullopt) {
  return {.kind = kind, .after = after};
}

ChannelState after_failures(std::uint32_t count) {
  ChannelState state;
  for (std::uint32_t i = 0; i < count; ++i)
    state = state_after(state, verdict_of(Verdict::Kind::again), kNow, kMiddle);
  return state;
}

}  // namespace

TEST_CASE("A message is tried nine times in a day, then given up") {
  for (std::size_t attempts = 0; attempts < kSchedule.size(); ++attempts) {
    CAPTURE(attempts);
    CHECK(pause_after(attempts, std::nullopt, kMiddle) == kSchedule.at(attempts));
  }
  CHECK_FALSE(pause_after(kMostAttempts, std::nullopt, kMiddle));
  CHECK_FALSE(pause_after(1000, 5s, kMiddle));
}

TEST_CASE("Chance moves a pause by a fifth at most") {
  CHECK(pause_after(4, std::nullopt, 0) == 480s);
  CHECK(pause_after(4, std::nullopt, 0.999999) == 719s);
}

TEST_CASE("What the other side says comes before the schedule, up to an hour") {
  CHECK(pause_after(1, 90s, 0) == 90s);
  CHECK(pause_after(8, 0s, 0) == 0s);
  CHECK(pause_after(1, 10h, 0) == 1h);
  CHECK(pause_after(1, -5s, 0) == 0s);
}

TEST_CASE("A verdict says what becomes of the message") {
  const auto step = [](const Verdict& verdict, std::size_t attempts = 1) {
    return next_step(verdict, attempts, kNow, kMiddle);
  };
  CHECK(step(verdict_of(Verdict::Kind::delivered)).kind == NextStep::Kind::done);
  CHECK(step(verdict_of(Verdict::Kind::never)).kind == NextStep::Kind::dead);
  CHECK(step(verdict_of(Verdict::Kind::gone)).kind == NextStep::Kind::dead);
  CHECK(step(verdict_of(Verdict::Kind::again)).due_at == kNow + 5s);
  CHECK(step(verdict_of(Verdict::Kind::again, 40s)).due_at == kNow + 40s);
  CHECK(step(verdict_of(Verdict::Kind::shut, 10min)).due_at == kNow + 10min);
  CHECK(step(verdict_of(Verdict::Kind::again), kMostAttempts).kind == NextStep::Kind::dead);
  CHECK(step(verdict_of(Verdict::Kind::again)).counts);
}

TEST_CASE("A limit of the other side uses up no attempt") {
  const NextStep step =
      next_step(verdict_of(Verdict::Kind::shut, 10min), kMostAttempts, kNow, kMiddle);
  CHECK(step.kind == NextStep::Kind::due);
  CHECK(step.due_at == kNow + 10min);
  CHECK_FALSE(step.counts);
}

TEST_CASE("Five failures in a row open the circuit, and each probe that fails waits longer") {
  CHECK(after_failures(4).may_send(kNow));
  CHECK(after_failures(5).shut_until == kNow + 30s);
  CHECK(after_failures(6).shut_until == kNow + 2min);
  CHECK(after_failures(8).shut_until == kNow + 30min);
  CHECK(after_failures(1000).shut_until == kNow + 30min);
  CHECK_FALSE(after_failures(5).may_send(kNow + 29s));
  CHECK(after_failures(5).may_send(kNow + 30s));
}

TEST_CASE("A message that arrives closes the circuit") {
  const ChannelState state =
      state_after(after_failures(20), verdict_of(Verdict::Kind::delivered), kNow, kMiddle);
  CHECK(state.failures == 0);
  CHECK(state.may_send(kNow));
}

TEST_CASE("A limit shuts the channel for as long as it takes, and is no failure") {
  ChannelState state = after_failures(4);
  state = state_after(state, verdict_of(Verdict::Kind::shut, 10min), kNow, kMiddle);
  CHECK(state.failures == 4);
  CHECK(state.shut_until == kNow + 10min);
  state = state_after({}, verdict_of(Verdict::Kind::shut, 100h), kNow, kMiddle);
  CHECK(state.shut_until == kNow + 1h);
}

TEST_CASE("A channel that is gone sends nothing any more") {
  const ChannelState state = state_after({}, verdict_of(Verdict::Kind::gone), kNow, kMiddle);
  CHECK(state.is_gone);
  CHECK_FALSE(state.may_send(kNow + std::chrono::days(1000)));
}

TEST_CASE("Rates leave room for others on the same robot") {
  // Within any minute a bucket lets its burst through and what comes in meanwhile.
  const auto most = [](ChannelKind kind) { return rate_of(kind).per_minute + rate_of(kind).burst; };
  CHECK(most(ChannelKind::feishu) < 100);
  CHECK(most(ChannelKind::dingtalk) < 20);
  CHECK(most(ChannelKind::wecom) < 20);
  for (std::size_t i = 0; i < kChannelKinds; ++i)
    CHECK(rate_of(static_cast<ChannelKind>(i)).burst >= 1);
}

TEST_CASE("More than a minute's worth of notices become one") {
  CHECK_FALSE(wants_digest(ChannelKind::dingtalk, 15));
  CHECK(wants_digest(ChannelKind::dingtalk, 16));
  CHECK_FALSE(wants_digest(ChannelKind::feishu, 80));
  CHECK(wants_digest(ChannelKind::feishu, 81));
  CHECK_FALSE(wants_digest(ChannelKind::alertmanager, 100'000));
}

TEST_CASE("What is a day old before anybody tried is news from while nothing could be sent") {
  CHECK_FALSE(is_old_news(kNow - 24h, 0, kNow));
  CHECK(is_old_news(kNow - 25h, 0, kNow));
  CHECK_FALSE(is_old_news(kNow - 25h, 1, kNow));
  CHECK_FALSE(is_old_news(kNow + 25h, 0, kNow));
}

}  // namespace jobtree::notify::pace_test

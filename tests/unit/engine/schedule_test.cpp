#include "poll/schedule.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "poll/long_poll_slots.h"
#include "unit/catch.h"

namespace schedule_test {

using namespace jobtree::engine;
using abi::State;

namespace {

constexpr double kStart = 1'700'000'000'000;

/// A schedule and a clock.
struct Watch {
  explicit Watch(std::uint32_t seed = 1, LongPollSlots* slots = nullptr) : schedule(seed, slots) {}
  PollSchedule schedule;
  double now = kStart;

  /// Lets time pass until a query goes out; seconds waited, or -1 when there is none to come.
  double wait() {
    const double began = now;
    for (;;) {
      const double next = schedule.next();
      if (std::isinf(next)) return -1;
      now = std::max(now, next);
      if (schedule.due(now, true)) return (now - began) / 1000;
    }
  }
  /// The answer to the query under way, so many seconds after it.
  void answer(PollOutcome reply, double took = 0, bool settled = false, double retry_after = -1) {
    now += took * 1000;
    schedule.answered(reply, settled, retry_after, 0, now);
  }
  /// Waits and answers.
  double step(PollOutcome reply, bool settled = false, double retry_after = -1) {
    const double waited = wait();
    answer(reply, 0, settled, retry_after);
    return waited;
  }
  /// A live watch, a while after its first answer.
  void begin() {
    step(PollOutcome::changed);
    now += 60'000;
  }
};

bool within(double value, double least, double most) {
  return value >= least && value <= most;
}
bool about(double value, double wanted) {
  return within(value, wanted * 0.89, wanted * 1.11);
}

}  // namespace

TEST_CASE("The first query goes out at once, and only one at a time") {
  Watch watch;
  CHECK(watch.schedule.state() == State::loading);
  CHECK(watch.schedule.due(watch.now));
  CHECK_FALSE(watch.schedule.due(watch.now));
  CHECK_FALSE(watch.schedule.due(watch.now + 1'000'000));
}

TEST_CASE("While nothing changes the interval grows from two seconds to ten") {
  Watch watch;
  watch.step(PollOutcome::changed);
  CHECK(about(watch.step(PollOutcome::unchanged), 2));
  CHECK(about(watch.step(PollOutcome::unchanged), 3));
  CHECK(about(watch.step(PollOutcome::unchanged), 4.5));
  CHECK(about(watch.step(PollOutcome::unchanged), 6.75));
  for (int i = 0; i < 5; ++i)
    CHECK(about(watch.step(PollOutcome::unchanged), 10));
  CHECK(watch.schedule.state() == State::live);
}

TEST_CASE("A change brings the interval back to two seconds") {
  Watch watch;
  watch.step(PollOutcome::changed);
  for (int i = 0; i < 6; ++i)
    watch.step(PollOutcome::unchanged);
  watch.step(PollOutcome::changed);
  CHECK(about(watch.wait(), 2));
}

TEST_CASE("Pages opened at the same time do not ask at the same time") {
  Watch one(1);
  Watch other(2);
  one.step(PollOutcome::changed);
  other.step(PollOutcome::changed);
  CHECK(one.wait() != other.wait());
}

TEST_CASE("A settled job is not asked for again, unless the user wants it") {
  Watch watch;
  watch.step(PollOutcome::changed, true);
  CHECK(watch.schedule.state() == State::settled);
  CHECK(watch.wait() == -1);
  watch.schedule.refresh(watch.now);
  CHECK(watch.wait() == 0);
  CHECK(watch.schedule.state() == State::settled);
}

TEST_CASE("A refusal stops the polling: five of them lock the key for everybody") {
  Watch watch;
  watch.step(PollOutcome::denied);
  CHECK(watch.schedule.state() == State::denied);
  CHECK(watch.wait() == -1);
}

TEST_CASE("After a refusal the user can ask again") {
  Watch watch;
  watch.step(PollOutcome::denied);
  watch.schedule.refresh(watch.now);
  CHECK(watch.schedule.state() == State::loading);
  CHECK(watch.step(PollOutcome::changed) == 0);
  CHECK(watch.schedule.state() == State::live);
}

TEST_CASE("A job that is not found is looked for for thirty seconds, then given up") {
  Watch watch;
  const bool was_shown = GENERATE(false, true);
  if (was_shown) watch.step(PollOutcome::changed);
  watch.step(PollOutcome::not_found);
  double waited = 0;
  int queries = 1;
  for (; queries < 100 && watch.schedule.state() == State::waiting; ++queries) {
    waited += watch.step(PollOutcome::not_found);
  }
  CHECK(watch.schedule.state() == State::not_found);
  CHECK(watch.wait() == -1);
  CHECK(within(waited, 30, 36));
  CHECK(queries > 5);
}

TEST_CASE("A job that is stored a moment late is found") {
  Watch watch;
  watch.step(PollOutcome::not_found);
  CHECK(about(watch.step(PollOutcome::changed), 3));
  CHECK(watch.schedule.state() == State::live);
}

TEST_CASE("A 404 now and then does not add up to thirty seconds") {
  Watch watch;
  watch.begin();
  for (int i = 0; i < 20; ++i) {
    watch.step(PollOutcome::not_found);
    CHECK(watch.schedule.state() == State::waiting);
    watch.step(PollOutcome::unchanged);
    CHECK(watch.schedule.state() == State::live);
  }
}

TEST_CASE("Where there are no jobs at all, none is looked for") {
  Watch watch;
  watch.step(PollOutcome::no_place);
  CHECK(watch.schedule.state() == State::not_found);
  CHECK(watch.wait() == -1);
}

TEST_CASE("Throttling waits as long as it is told and never less, five seconds at least") {
  Watch watch;
  watch.step(PollOutcome::throttled, false, 60);
  CHECK(watch.schedule.state() == State::throttled);
  CHECK(within(watch.step(PollOutcome::throttled, false, 1), 60, 67));
  CHECK(within(watch.step(PollOutcome::unchanged), 5, 20));
}

TEST_CASE("Throttled again and again, it asks ever less often, up to once a minute") {
  Watch watch;
  double last = 0;
  for (int i = 0; i < 8; ++i) {
    watch.step(PollOutcome::throttled);
    last = watch.wait();
    watch.answer(PollOutcome::throttled);
    CHECK(within(last, 5, 60));
  }
  CHECK(last >= 30);
}

TEST_CASE("Who is told to stay away for a day asks again after ten minutes") {
  Watch watch;
  watch.step(PollOutcome::throttled, false, 86'400);
  CHECK(within(watch.wait(), 600, 661));
}

TEST_CASE("What a server in trouble asks for is granted, too") {
  Watch watch;
  watch.step(PollOutcome::unreachable, false, 45);
  CHECK(within(watch.wait(), 45, 51));
}

TEST_CASE("The wait that was asked for is kept when the tab comes back, but not from the user") {
  Watch watch;
  watch.begin();
  watch.step(PollOutcome::throttled, false, 60);
  watch.schedule.set_hidden(true, watch.now);
  watch.now += 20'000;
  watch.schedule.set_hidden(false, watch.now);
  CHECK(within(watch.schedule.next() - watch.now, 40'000, 47'000));
  watch.schedule.refresh(watch.now);
  CHECK(watch.wait() == 0);
}

TEST_CASE("A broken way is tried again, ever less often, for ever") {
  Watch watch;
  watch.step(PollOutcome::changed);
  watch.step(PollOutcome::unreachable);
  CHECK(watch.schedule.state() == State::stale);
  for (const double most : {2, 4, 8, 16, 30, 30, 30, 30}) {
    CHECK(within(watch.step(PollOutcome::unreachable), most / 2, most));
  }
  for (int i = 0; i < 50; ++i)
    CHECK(within(watch.step(PollOutcome::unreachable), 15, 30));
  CHECK(watch.step(PollOutcome::unchanged) > 0);
  CHECK(watch.schedule.state() == State::live);
  watch.step(PollOutcome::unreachable);
  CHECK(watch.wait() <= 2);
}

TEST_CASE("With nothing to show, a broken way is called unreachable") {
  Watch watch;
  watch.step(PollOutcome::unreachable);
  CHECK(watch.schedule.state() == State::unreachable);
}

TEST_CASE("An answer that is no job does not end the polling") {
  Watch watch;
  watch.step(PollOutcome::not_a_job);
  CHECK(watch.schedule.state() == State::not_understood);
  CHECK(within(watch.step(PollOutcome::changed), 1, 2));
  CHECK(watch.schedule.state() == State::live);
}

TEST_CASE("A paused watch asks nothing, but for a refresh, and asks at once when resumed") {
  Watch watch;
  watch.begin();
  watch.schedule.set_paused(true, watch.now);
  CHECK(watch.schedule.state() == State::paused);
  CHECK(watch.wait() == -1);
  watch.schedule.refresh(watch.now);
  CHECK(watch.step(PollOutcome::unchanged) == 0);
  CHECK(watch.wait() == -1);
  watch.now += 5000;
  watch.schedule.set_paused(false, watch.now);
  CHECK(watch.wait() == 0);
}

TEST_CASE("A page in the background asks every half minute, and at once on return") {
  Watch watch;
  watch.begin();
  watch.schedule.set_hidden(true, watch.now);
  CHECK(about(watch.step(PollOutcome::changed), 30));
  CHECK(about(watch.step(PollOutcome::changed), 30));
  watch.now += 5000;
  watch.schedule.set_hidden(false, watch.now);
  CHECK(watch.wait() == 0);
}

TEST_CASE("On return a page that cannot reach the backend tries at once, too") {
  Watch watch;
  watch.begin();
  for (int i = 0; i < 6; ++i)
    watch.step(PollOutcome::unreachable);
  watch.schedule.set_hidden(true, watch.now);
  watch.now += 5000;
  watch.schedule.set_hidden(false, watch.now);
  CHECK(watch.wait() == 0);
}

TEST_CASE("What a browser says of the network is a hint, and the answer tells") {
  Watch watch;
  watch.begin();
  watch.schedule.set_offline(true, watch.now);
  CHECK(watch.wait() == 0);
  CHECK(watch.schedule.state() == State::live);
  SECTION("a backend on the same machine answers") {
    watch.answer(PollOutcome::unchanged);
    CHECK(watch.schedule.state() == State::live);
    CHECK(watch.wait() > 0);
  }
  SECTION("nothing answers: it is tried again ever less often") {
    watch.answer(PollOutcome::unreachable);
    CHECK(watch.schedule.state() == State::offline);
    CHECK(within(watch.step(PollOutcome::unreachable), 1, 2));
    CHECK(within(watch.step(PollOutcome::unreachable), 2, 4));
    for (int i = 0; i < 10; ++i)
      watch.step(PollOutcome::unreachable);
    CHECK(within(watch.step(PollOutcome::unreachable), 15, 30));
    CHECK(watch.schedule.state() == State::offline);
    watch.now += 2000;
    watch.schedule.set_offline(false, watch.now);
    CHECK(watch.schedule.state() == State::stale);
    CHECK(watch.wait() == 0);
  }
}

TEST_CASE("A watch that begins without a network says so when nothing answers") {
  Watch watch;
  watch.schedule.set_offline(true, watch.now);
  CHECK(watch.schedule.state() == State::loading);
  watch.step(PollOutcome::unreachable);
  CHECK(watch.schedule.state() == State::offline);
}

TEST_CASE("What the backend has had for long is stale, and looked after as if it were not") {
  Watch watch;
  watch.wait();
  watch.schedule.answered(PollOutcome::changed, false, -1, 34, watch.now);
  CHECK(watch.schedule.state() == State::stale);
  CHECK(about(watch.wait(), 2));
  watch.schedule.answered(PollOutcome::unchanged, false, -1, 1, watch.now);
  CHECK(watch.schedule.state() == State::live);
  watch.wait();
  watch.schedule.answered(PollOutcome::changed, true, -1, 3600, watch.now);
  CHECK(watch.schedule.state() == State::settled);  // an end stays true
}

TEST_CASE("Where a proxy does not wait as long as the backend holds, the next is held for less") {
  LongPollSlots slots;
  Watch watch(1, &slots);
  watch.begin();
  std::vector<std::uint32_t> holds;
  for (int i = 0; i < 4; ++i) {
    watch.wait();
    holds.push_back(watch.schedule.hold());
    watch.answer(PollOutcome::timed_out, 4);
    CHECK(watch.schedule.state() == State::stale);
    watch.step(PollOutcome::unchanged);
  }
  CHECK(holds == std::vector<std::uint32_t>{25, 12, 6, 0});
}

TEST_CASE("A time-out of a query that was not held says nothing of those that are") {
  LongPollSlots slots;
  Watch watch(1, &slots);
  watch.step(PollOutcome::timed_out);
  watch.begin();
  watch.wait();
  CHECK(watch.schedule.hold() == 25);
}

TEST_CASE("A tab that flickers, or a network, does not ask more than once a second") {
  Watch watch;
  watch.begin();
  int queries = 0;
  for (int tick = 0; tick < 500; ++tick, watch.now += 20) {
    watch.schedule.set_hidden(true, watch.now);
    watch.schedule.set_hidden(false, watch.now);
    watch.schedule.set_offline(true, watch.now);
    watch.schedule.set_offline(false, watch.now);
    watch.schedule.set_paused(true, watch.now);
    watch.schedule.set_paused(false, watch.now);
    if (!watch.schedule.due(watch.now)) continue;
    ++queries;
    watch.answer(PollOutcome::unchanged);
  }
  CHECK(within(queries, 9, 11));
}

TEST_CASE("Who leans on the refresh key asks three times a second, and the last press counts") {
  Watch watch;
  watch.begin();
  int queries = 0;
  for (int tick = 0; tick < 500; ++tick, watch.now += 20) {
    watch.schedule.refresh(watch.now);
    if (watch.schedule.due(watch.now)) ++queries;
  }
  CHECK(within(queries, 20, 34));
  CHECK(watch.wait() <= 0.3);
}

TEST_CASE("A refresh does not wait for the query under way") {
  Watch watch;
  watch.begin();
  watch.wait();
  watch.now += 200;
  watch.schedule.refresh(watch.now);
  CHECK(watch.wait() == 0);
}

TEST_CASE("An answer that comes while a newer query is due does not put that off") {
  Watch watch;
  watch.begin();
  watch.wait();
  watch.schedule.refresh(watch.now);
  watch.answer(PollOutcome::unchanged);
  CHECK(watch.wait() == 0);
}

TEST_CASE("A pause gives up the query under way") {
  Watch watch;
  watch.begin();
  watch.wait();
  CHECK_FALSE(watch.schedule.dropped());
  watch.schedule.set_paused(true, watch.now);
  CHECK(watch.schedule.dropped());
  CHECK_FALSE(watch.schedule.dropped());
  CHECK(watch.wait() == -1);
}

TEST_CASE("An answer is waited for for thirty seconds, beyond what it may be held") {
  LongPollSlots slots;
  Watch watch(1, &slots);
  double patience = 30'000;
  SECTION("one that is not held") {
    CHECK_FALSE(watch.schedule.overdue(watch.now));
    watch.wait();
  }
  SECTION("one that is held") {
    watch.begin();
    watch.wait();
    patience += watch.schedule.hold() * 1000;
    REQUIRE(patience == 55'000);
  }
  CHECK(std::isinf(watch.schedule.next()));
  CHECK(watch.schedule.wake() == watch.now + patience);
  CHECK_FALSE(watch.schedule.overdue(watch.now + patience - 1));
  CHECK(watch.schedule.overdue(watch.now + patience));
  watch.answer(PollOutcome::unreachable, patience / 1000);
  CHECK_FALSE(watch.schedule.overdue(watch.now));
  CHECK(watch.schedule.wake() == watch.schedule.next());
  CHECK(within(watch.wait(), 1, 2));
}

TEST_CASE("A clock that is set back by an hour changes nothing") {
  Watch watch;
  watch.begin();
  watch.step(PollOutcome::unchanged);
  const double next = watch.schedule.next() - watch.now;
  const double age = watch.schedule.age(watch.now);
  watch.now -= 3'600'000;
  CHECK_FALSE(watch.schedule.due(watch.now));
  CHECK(watch.schedule.next() - watch.now == next);
  CHECK(watch.schedule.age(watch.now) == age);
}

TEST_CASE("The age of what is shown counts from when the cloud said so") {
  Watch watch;
  CHECK(watch.schedule.age(watch.now) < 0);
  REQUIRE(watch.schedule.due(watch.now));
  watch.schedule.answered(PollOutcome::changed, false, -1, 3, watch.now);
  CHECK(watch.schedule.age(watch.now) == 3);
  watch.step(PollOutcome::unreachable);
  CHECK(watch.schedule.age(watch.now + 1000) > 4);
}

TEST_CASE("A query may be held when the job is known, for up to 25 seconds") {
  LongPollSlots slots;
  Watch watch(1, &slots);
  watch.wait();
  CHECK(watch.schedule.hold() == 0);
  watch.answer(PollOutcome::changed);
  watch.wait();
  CHECK(watch.schedule.hold() == 25);
  watch.answer(PollOutcome::unchanged, 25);
  CHECK(watch.schedule.hold() == 0);
}

TEST_CASE("A query that can name nothing known is not held") {
  LongPollSlots slots;
  PollSchedule schedule(1, &slots);
  REQUIRE(schedule.due(kStart, false));
  schedule.answered(PollOutcome::changed, false, -1, 0, kStart);
  REQUIRE(schedule.due(kStart + 3000, false));
  CHECK(schedule.hold() == 0);
}

TEST_CASE("After a held answer it is asked again at once, changed or not") {
  LongPollSlots slots;
  Watch watch(1, &slots);
  watch.begin();
  for (int i = 0; i < 20; ++i) {
    watch.wait();
    REQUIRE(watch.schedule.hold() == 25);
    const bool changed = i % 2 == 0;
    watch.answer(changed ? PollOutcome::changed : PollOutcome::unchanged, changed ? 1.2 : 25);
    CHECK(within(watch.schedule.next() - watch.now, 100, 1000));
  }
}

TEST_CASE("A backend that does not hold what it may is asked as one that cannot") {
  LongPollSlots slots;
  Watch watch(1, &slots);
  watch.begin();
  const double took = GENERATE(0.0, 0.05, 3.0);
  watch.wait();
  watch.answer(PollOutcome::unchanged, took);
  for (const double wanted : {3.0, 4.5, 6.75, 10.0, 10.0}) {
    CHECK(about(watch.wait(), wanted));
    CHECK(watch.schedule.hold() == 25);
    watch.answer(PollOutcome::unchanged, took);
  }
}

TEST_CASE("A backend whose every answer is new, at once, is asked every two seconds") {
  LongPollSlots slots;
  Watch watch(1, &slots);
  watch.begin();
  watch.step(PollOutcome::changed);
  for (int i = 0; i < 20; ++i)
    CHECK(about(watch.step(PollOutcome::changed), 2));
}

TEST_CASE("A refresh is not held, and comes in the place of what is") {
  LongPollSlots slots;
  Watch watch(1, &slots);
  watch.begin();
  watch.wait();
  REQUIRE(watch.schedule.hold() == 25);
  watch.now += 3000;
  watch.schedule.refresh(watch.now);
  CHECK(watch.wait() == 0);
  CHECK(watch.schedule.hold() == 0);
}

TEST_CASE("Who resumes, or comes back, is not held at first: how old is what is shown?") {
  LongPollSlots slots;
  Watch watch(1, &slots);
  watch.begin();
  for (const auto set : {&PollSchedule::set_paused, &PollSchedule::set_hidden}) {
    (watch.schedule.*set)(true, watch.now);
    watch.now += 120'000;
    (watch.schedule.*set)(false, watch.now);
    CHECK(watch.wait() == 0);
    CHECK(watch.schedule.hold() == 0);
    watch.answer(PollOutcome::unchanged);
    watch.wait();
    CHECK(watch.schedule.hold() > 0);
    watch.answer(PollOutcome::unchanged, 20);
  }
}

TEST_CASE("A page that is hidden gives up what is held, and holds nothing until it is back") {
  LongPollSlots slots;
  Watch watch(1, &slots);
  watch.begin();
  watch.wait();
  REQUIRE(watch.schedule.hold() == 25);
  watch.schedule.set_hidden(true, watch.now);
  CHECK(watch.schedule.dropped());
  CHECK(watch.schedule.hold() == 0);
  for (int i = 0; i < 3; ++i) {
    CHECK(about(watch.wait(), 30));
    CHECK(watch.schedule.hold() == 0);
    watch.answer(PollOutcome::unchanged);
  }
  watch.now += 2000;
  watch.schedule.set_hidden(false, watch.now);
  CHECK(watch.wait() == 0);
  watch.answer(PollOutcome::unchanged);
  watch.wait();
  CHECK(watch.schedule.hold() == 25);
}

TEST_CASE("Failures, refusals and ends are not followed by a query that is held") {
  LongPollSlots slots;
  Watch watch(1, &slots);
  watch.begin();
  for (const PollOutcome reply : {PollOutcome::unreachable, PollOutcome::not_a_job,
                                  PollOutcome::throttled, PollOutcome::not_found}) {
    watch.wait();
    watch.answer(reply, 0.1);
    watch.wait();
    CHECK(watch.schedule.hold() == 0);
    watch.answer(PollOutcome::unchanged);
  }
  watch.wait();
  CHECK(watch.schedule.hold() == 25);
  watch.answer(PollOutcome::changed, 1, true);
  CHECK(watch.wait() == -1);
}

TEST_CASE("Four of a page's queries are held at once, and all get their turn") {
  LongPollSlots slots;
  constexpr std::size_t kWatches = 11;
  std::vector<std::unique_ptr<PollSchedule>> schedules;
  for (std::uint32_t i = 0; i < kWatches; ++i)
    schedules.push_back(std::make_unique<PollSchedule>(i, &slots));
  std::vector<double> ends(kWatches, 0);
  std::vector<double> last_held(kWatches, kStart);
  double longest_without = 0;
  std::int64_t most_held = 0;
  for (int tick = 0; tick < 12'000; ++tick) {
    const double now = kStart + tick * 50.0;
    for (std::size_t i = 0; i < kWatches; ++i) {
      if (ends[i] != 0 && now >= ends[i]) {
        if (schedules[i]->hold() != 0) last_held[i] = now;
        ends[i] = 0;
        schedules[i]->answered(now < kStart + 100 ? PollOutcome::changed : PollOutcome::unchanged,
                               false, -1, 0, now);
      }
      if (schedules[i]->due(now, now > kStart)) ends[i] = now + schedules[i]->hold() * 1000 + 20;
      if (schedules[i]->hold() == 0) {
        longest_without = std::max(longest_without, (now - last_held[i]) / 1000);
      }
    }
    const auto held = std::count_if(schedules.begin(), schedules.end(),
                                    [](const auto& schedule) { return schedule->hold() != 0; });
    REQUIRE(held <= LongPollSlots::kSlots);
    most_held = std::max<std::int64_t>(most_held, held);
  }
  CHECK(most_held == LongPollSlots::kSlots);
  CHECK(longest_without < 60);
}

TEST_CASE("Who pauses, hides or leaves the page gives up its place among those who wait for one") {
  LongPollSlots slots;
  std::vector<std::unique_ptr<Watch>> watches;
  for (std::uint32_t i = 0; i < 8; ++i) {
    watches.push_back(std::make_unique<Watch>(i, &slots));
    watches.back()->begin();
    watches.back()->wait();
    CHECK((watches.back()->schedule.hold() != 0) == (i < 4));
  }
  watches[4]->schedule.set_paused(true, watches[4]->now);
  watches[5]->schedule.set_hidden(true, watches[5]->now);
  watches.erase(watches.begin() + 6);
  watches[0]->answer(PollOutcome::unchanged, 25);
  watches[6]->answer(PollOutcome::unchanged);
  watches[6]->wait();
  CHECK(watches[6]->schedule.hold() != 0);
}

}  // namespace schedule_test

#include "poller.h"

#include <cmath>

#include "unit/catch.h"

using namespace jobtree::engine;
using abi::State;

namespace {

constexpr double kStart = 1'700'000'000'000;

/// A poller and a clock.
struct Watch {
  explicit Watch(std::uint32_t seed = 1) : poller(seed) {}
  Poller poller;
  double now = kStart;

  /// Lets time pass until the next query is due; seconds waited, or -1 when there is none to come.
  double wait() {
    const double next = poller.next();
    if (std::isinf(next)) return -1;
    const double waited = std::max(0.0, next - now) / 1000;
    now = std::max(now, next);
    REQUIRE(poller.due(now));
    return waited;
  }
  void answer(Reply reply, bool settled = false, double retry_after = -1) {
    poller.answered(reply, settled, retry_after, 0, now);
  }
  /// Waits and answers.
  double step(Reply reply, bool settled = false, double retry_after = -1) {
    const double waited = wait();
    answer(reply, settled, retry_after);
    return waited;
  }
};

bool about(double value, double wanted) {
  return value >= wanted * 0.89 && value <= wanted * 1.11;
}

}  // namespace

TEST_CASE("The first query goes out at once, and only one at a time") {
  Watch watch;
  CHECK(watch.poller.state() == State::loading);
  CHECK(watch.poller.due(watch.now));
  CHECK_FALSE(watch.poller.due(watch.now));
  CHECK_FALSE(watch.poller.due(watch.now + 1'000'000));
}

TEST_CASE("While nothing changes the interval grows from two seconds to ten") {
  Watch watch;
  watch.step(Reply::changed);
  CHECK(about(watch.step(Reply::unchanged), 2));
  CHECK(about(watch.step(Reply::unchanged), 3));
  CHECK(about(watch.step(Reply::unchanged), 4.5));
  CHECK(about(watch.step(Reply::unchanged), 6.75));
  for (int i = 0; i < 5; ++i)
    CHECK(about(watch.step(Reply::unchanged), 10));
  CHECK(watch.poller.state() == State::live);
}

TEST_CASE("A change brings the interval back to two seconds") {
  Watch watch;
  watch.step(Reply::changed);
  for (int i = 0; i < 6; ++i)
    watch.step(Reply::unchanged);
  watch.step(Reply::changed);
  CHECK(about(watch.wait(), 2));
}

TEST_CASE("Pages opened at the same time do not ask at the same time") {
  Watch one(1);
  Watch other(2);
  one.step(Reply::changed);
  other.step(Reply::changed);
  CHECK(one.wait() != other.wait());
}

TEST_CASE("A settled job is not asked for again, unless the user wants it") {
  Watch watch;
  watch.step(Reply::changed, true);
  CHECK(watch.poller.state() == State::settled);
  CHECK(watch.wait() == -1);
  watch.poller.refresh(watch.now);
  CHECK(watch.wait() == 0);
  CHECK(watch.poller.state() == State::settled);
}

TEST_CASE("A refusal stops the polling: five of them lock the key for everybody") {
  Watch watch;
  watch.step(Reply::denied);
  CHECK(watch.poller.state() == State::denied);
  CHECK(watch.wait() == -1);
}

TEST_CASE("After a refusal the user can ask again") {
  Watch watch;
  watch.step(Reply::denied);
  watch.poller.refresh(watch.now);
  CHECK(watch.poller.state() == State::loading);
  CHECK(watch.step(Reply::changed) == 0);
  CHECK(watch.poller.state() == State::live);
}

TEST_CASE("A job that is not found is looked for for thirty seconds, then given up") {
  Watch watch;
  double waited = 0;
  int queries = 0;
  for (; queries < 100; ++queries) {
    const double wait = watch.wait();
    if (wait < 0) break;
    waited += wait;
    watch.answer(Reply::not_found);
    CHECK(watch.poller.state() == State::not_found);
  }
  CHECK(watch.poller.state() == State::not_found);
  CHECK(waited >= 30);
  CHECK(waited < 36);
  CHECK(queries > 5);
}

TEST_CASE("A job that is stored a moment late is found") {
  Watch watch;
  watch.step(Reply::not_found);
  CHECK(about(watch.step(Reply::changed), 3));
  CHECK(watch.poller.state() == State::live);
}

TEST_CASE("A job that was seen and is gone has been removed: no more looking") {
  Watch watch;
  watch.step(Reply::changed);
  watch.step(Reply::not_found);
  CHECK(watch.poller.state() == State::not_found);
  CHECK(watch.wait() == -1);
}

TEST_CASE("Throttling waits as long as it is told, and five seconds at least") {
  Watch watch;
  watch.step(Reply::throttled, false, 60);
  CHECK(watch.poller.state() == State::throttled);
  CHECK(about(watch.step(Reply::throttled), 60));
  CHECK(about(watch.step(Reply::throttled, false, 1), 5));
  CHECK(about(watch.wait(), 5));
}

TEST_CASE("A broken way is tried again, ever less often, for ever") {
  Watch watch;
  watch.step(Reply::changed);
  watch.step(Reply::unreachable);
  CHECK(watch.poller.state() == State::stale);
  CHECK(about(watch.step(Reply::unreachable), 2));
  CHECK(about(watch.step(Reply::unreachable), 4));
  CHECK(about(watch.step(Reply::unreachable), 8));
  CHECK(about(watch.step(Reply::unreachable), 16));
  for (int i = 0; i < 50; ++i)
    CHECK(about(watch.step(Reply::unreachable), 30));
  CHECK(watch.step(Reply::unchanged) > 0);
  CHECK(watch.poller.state() == State::live);
}

TEST_CASE("With nothing to show, a broken way is called unreachable") {
  Watch watch;
  watch.step(Reply::unreachable);
  CHECK(watch.poller.state() == State::unreachable);
}

TEST_CASE("An answer that is no job does not end the polling") {
  Watch watch;
  watch.step(Reply::not_a_job);
  CHECK(watch.poller.state() == State::not_understood);
  CHECK(about(watch.step(Reply::changed), 2));
  CHECK(watch.poller.state() == State::live);
}

TEST_CASE("A paused watch asks nothing, but for a refresh, and asks at once when resumed") {
  Watch watch;
  watch.step(Reply::changed);
  watch.poller.set_paused(true, watch.now);
  CHECK(watch.poller.state() == State::paused);
  CHECK(watch.wait() == -1);
  watch.poller.refresh(watch.now);
  CHECK(watch.step(Reply::unchanged) == 0);
  CHECK(watch.wait() == -1);
  watch.poller.set_paused(false, watch.now);
  CHECK(watch.wait() == 0);
}

TEST_CASE("A page in the background asks every half minute, and at once on return") {
  Watch watch;
  watch.step(Reply::changed);
  watch.poller.set_hidden(true, watch.now);
  watch.step(Reply::changed);
  CHECK(about(watch.step(Reply::changed), 30));
  watch.poller.set_hidden(false, watch.now);
  CHECK(watch.wait() == 0);
}

TEST_CASE("Offline nothing is asked, and back online it is asked at once") {
  Watch watch;
  watch.step(Reply::changed);
  watch.poller.set_offline(true, watch.now);
  CHECK(watch.poller.state() == State::offline);
  CHECK(watch.wait() == -1);
  watch.poller.set_offline(false, watch.now);
  CHECK(watch.wait() == 0);
}

TEST_CASE("The age of what is shown counts from when the cloud said so") {
  Watch watch;
  CHECK(watch.poller.age(watch.now) < 0);
  REQUIRE(watch.poller.due(watch.now));
  watch.poller.answered(Reply::changed, false, -1, 3, watch.now);
  CHECK(watch.poller.age(watch.now) == 3);
  watch.step(Reply::unreachable);
  CHECK(watch.poller.age(watch.now + 1000) > 4);
}

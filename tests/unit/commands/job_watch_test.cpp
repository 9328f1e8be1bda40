#include "commands/job/job_watch.h"

#include <string>
#include <vector>

#include "unit/catch.h"
#include "unit/commands/jobs.h"
#include "unit/commands/watched.h"

using namespace jobtree;
using namespace jobtree::commands;
using cloud::Outcome;
using testing::batch;
using testing::failure;
using testing::FakeWorld;
using testing::job_answer;
using Woke = World::Woke;

namespace {

/// Remembers what it was told.
struct Listener final : Display {
  std::vector<std::string> heard;
  bool wants_ticks = false;
  int refreshed = 0;
  int left = 0;

  void changed(const Snapshot* before, const Snapshot&, double) override {
    heard.push_back(before == nullptr ? "first" : "changed");
  }
  void failed(const cloud::JobReply& answer, const engine::WatchFacts& facts, const Snapshot*,
              double) override {
    CHECK(facts.next > 0);
    heard.push_back("failed " + std::to_string(answer.http_status));
  }
  void note(const std::string& sentence) override { heard.push_back(sentence); }
  void ended(const Ending&, double) override { heard.push_back("ended"); }
  bool ticks() const override { return wants_ticks; }
  void refresh(const Snapshot*, const engine::WatchFacts&, double) override { ++refreshed; }
  void leave() override { ++left; }
};

using Heard = std::vector<std::string>;
constexpr WatchOptions kOnce{};
constexpr WatchOptions kUntilEnd{.until_end = true, .timeout = 600};

const cloud::JobReply kRunning = job_answer(batch("RUNNING", {"RUNNING"}));
const cloud::JobReply kSucceeded = job_answer(batch("SUCCESS", {"SUCCESS"}));
const cloud::JobReply kFailedJob = job_answer(batch("FAIL", {"FAIL"}));

int code_of(const cloud::JobReply& answer, const WatchOptions& options = kOnce) {
  FakeWorld world({answer});
  Listener display;
  return exit_code(watch(options, world, display));
}

}  // namespace

TEST_CASE("Asked once, the exit code is the whole job's word") {
  CHECK(code_of(kSucceeded) == 0);
  CHECK(code_of(kFailedJob) == 1);
  CHECK(code_of(job_answer(batch("CANCELLED", {}))) == 1);
  CHECK(code_of(job_answer(batch("SKIPPED", {}))) == 0);
  CHECK(code_of(job_answer(batch("SUCCESS", {"FAIL"}))) == 0);
  CHECK(code_of(kRunning) == 0);
}

TEST_CASE("Asked once, every failure is one query and exit code 3") {
  for (const auto& answer :
       {failure(Outcome::denied, 401), failure(Outcome::not_found, 404),
        failure(Outcome::throttled, 429), failure(Outcome::unreachable, 0),
        failure(Outcome::failed, 503), failure(Outcome::malformed, 200),
        failure(Outcome::too_large, 200), failure(Outcome::unknown_project, 0)}) {
    FakeWorld world({answer});
    Listener display;
    CHECK(exit_code(watch(kOnce, world, display)) == 3);
    CHECK(world.asked.size() == 1);
    CHECK(display.heard == Heard{"ended"});
  }
}

TEST_CASE("An address that nobody was asked about is a mistake in the flags") {
  CHECK(code_of(failure(Outcome::not_found, 0)) == 2);
  CHECK(code_of(failure(Outcome::not_found, 0), kUntilEnd) == 2);
}

TEST_CASE("A watch asks until the job has ended, at the poller's pace") {
  FakeWorld world({kRunning, kRunning, kRunning, kFailedJob});
  Listener display;
  const Ending ending = watch(kUntilEnd, world, display);
  CHECK(exit_code(ending) == 1);
  CHECK(display.heard == Heard{"first", "changed", "ended"});
  REQUIRE(world.asked.size() == 4);
  CHECK(world.asked[0] == 0);
  CHECK(world.asked[1] > 1800);  // two seconds, and a tenth of jitter either way
  CHECK(world.asked[1] < 2400);
  CHECK(world.asked[3] - world.asked[2] > world.asked[1]);  // nothing moved: less often
  CHECK(ending.last->body == kFailedJob.body);
}

TEST_CASE("What keeps failing is tried until the time is over") {
  for (const auto& answer : {failure(Outcome::throttled, 429), failure(Outcome::unreachable, 0),
                             failure(Outcome::failed, 502), failure(Outcome::malformed, 200)}) {
    FakeWorld world({answer});
    Listener display;
    const Ending ending = watch({.until_end = true, .timeout = 60}, world, display);
    CHECK(exit_code(ending) == 4);
    CHECK(world.passed() == 60'000);
    CHECK(world.asked.size() > 2);
    CHECK(ending.failure->http_status == answer.http_status);
    CHECK(display.heard.front() == "failed " + std::to_string(answer.http_status));
  }
}

TEST_CASE("A watch goes on after a failure as if nothing had been") {
  FakeWorld world(
      {failure(Outcome::unreachable, 0), kRunning, failure(Outcome::failed, 503), kSucceeded});
  Listener display;
  const Ending ending = watch(kUntilEnd, world, display);
  CHECK(exit_code(ending) == 0);
  CHECK_FALSE(ending.failure);
  CHECK(display.heard == Heard{"failed 0", "first", "failed 503", "changed", "ended"});
}

TEST_CASE("A refusal ends the watch at once") {
  for (const auto& answer : {failure(Outcome::denied, 401), failure(Outcome::unknown_project, 0)}) {
    FakeWorld world({answer});
    Listener display;
    CHECK(exit_code(watch(kUntilEnd, world, display)) == 3);
    CHECK(world.asked.size() == 1);
  }
}

TEST_CASE("A job that is not there yet is looked for half a minute") {
  const auto missing = failure(Outcome::not_found, 404);
  FakeWorld late({missing, missing, kSucceeded});
  Listener display;
  CHECK(exit_code(watch(kUntilEnd, late, display)) == 0);

  FakeWorld never({missing});
  Listener other;
  CHECK(exit_code(watch(kUntilEnd, never, other)) == 3);
  CHECK(never.passed() > 30'000);
  CHECK(never.passed() < 40'000);
}

TEST_CASE("The pause that the cloud asks for is kept") {
  auto throttled = failure(Outcome::throttled, 429);
  throttled.retry_after = std::chrono::seconds(40);
  FakeWorld world({throttled, kSucceeded});
  Listener display;
  CHECK(exit_code(watch(kUntilEnd, world, display)) == 0);
  CHECK(world.asked[1] >= 36'000);
}

TEST_CASE("A query without an answer does not outlast the time-out") {
  class Deaf final : public World {
   public:
    double now = 1000;
    double steady() override { return now; }
    double wall() override { return now; }
    void ask() override {}
    Woke wait(double until) override {
      now = until;
      return Woke::time;
    }
    cloud::JobReply answer() override { return {}; }
  } world;
  Listener display;
  CHECK(exit_code(watch({.until_end = true, .timeout = 1}, world, display)) == 4);
  CHECK(world.now == 2000);
}

TEST_CASE("A signal and a reader that went away end it at once") {
  FakeWorld interrupted({kRunning});
  interrupted.at(50, Woke::interrupted);
  Listener display;
  CHECK(exit_code(watch(kUntilEnd, interrupted, display)) == 130);
  CHECK(interrupted.passed() == 50);

  FakeWorld unread({kRunning});
  unread.at(500, Woke::reader_gone);
  Listener other;
  CHECK(exit_code(watch(kUntilEnd, unread, other)) == 141);
}

TEST_CASE("Stopped by the user, it gives the terminal back first and goes on afterwards") {
  FakeWorld world({kRunning, kSucceeded});
  world.at(500, Woke::suspended);
  Listener display;
  CHECK(exit_code(watch(kUntilEnd, world, display)) == 0);
  CHECK(world.suspended == 1);
  CHECK(display.left == 1);
}

TEST_CASE("A display with a clock is refreshed every second, another only with events") {
  Listener still;
  FakeWorld first({kRunning});
  first.at(1500, Woke::interrupted);
  watch(kUntilEnd, first, still);
  Listener ticking;
  ticking.wants_ticks = true;
  FakeWorld second({kRunning});
  second.at(1300, Woke::resized);
  second.at(1500, Woke::interrupted);
  watch(kUntilEnd, second, ticking);
  CHECK(ticking.refreshed == 4);  // begin, answer, a second after it, resize
  CHECK(still.refreshed == 2);
}

TEST_CASE("An answer that holds no job is a failure that says so") {
  cloud::JobReply odd = kRunning;
  odd.body = R"({"hello":"world"})";
  FakeWorld world({odd});
  Listener display;
  const Ending ending = watch(kOnce, world, display);
  CHECK(exit_code(ending) == 3);
  CHECK(ending.failure->outcome == Outcome::malformed);
  CHECK(ending.failure->detail == "The cloud's answer is not a job.");
  CHECK(ending.failure->http_status == 200);
}

TEST_CASE("An outcome nobody told us of is judged by its status") {
  const auto unheard_of = [](int status) {
    return reply_of(failure(static_cast<Outcome>(200), status));
  };
  CHECK(unheard_of(0) == engine::Reply::denied);
  CHECK(unheard_of(418) == engine::Reply::denied);
  CHECK(unheard_of(503) == engine::Reply::unreachable);
}

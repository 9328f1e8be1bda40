#include "commands/job/job_watch.h"

#include <chrono>
#include <string>
#include <vector>

#include "unit/catch.h"
#include "unit/commands/watched.h"
#include "unit/jobs.h"

namespace job_watch_test {

using namespace jobtree;
using namespace jobtree::commands;
using cloud::Outcome;
using testing::batch;
using testing::failure;
using testing::FakeEvents;
using testing::job_reply;
using Event = EventLoop::Event;

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
  void note(const Bilingual& sentence) override { heard.push_back(sentence.en); }
  void ended(const Ending&, double) override { heard.push_back("ended"); }
  bool ticks() const override { return wants_ticks; }
  void refresh(const Snapshot*, const engine::WatchFacts&, double) override { ++refreshed; }
  void leave() override { ++left; }
};

using Heard = std::vector<std::string>;
const WatchOptions kOnce{};
const WatchOptions kUntilEnd{.until_end = true, .timeout = 600};

const cloud::JobReply kRunning = job_reply(batch("RUNNING", {"RUNNING"}));
const cloud::JobReply kSucceeded = job_reply(batch("SUCCESS", {"SUCCESS"}));
const cloud::JobReply kFailedJob = job_reply(batch("FAIL", {"FAIL"}));

int code_of(const cloud::JobReply& answer, const WatchOptions& options = kOnce) {
  FakeEvents events({answer});
  Listener display;
  return exit_code(watch(options, events, display));
}

}  // namespace

TEST_CASE("Asked once, the exit code is the whole job's word") {
  CHECK(code_of(kSucceeded) == 0);
  CHECK(code_of(kFailedJob) == 1);
  CHECK(code_of(job_reply(batch("CANCELLED", {}))) == 1);
  CHECK(code_of(job_reply(batch("SKIPPED", {}))) == 0);
  CHECK(code_of(job_reply(batch("SUCCESS", {"FAIL"}))) == 0);
  CHECK(code_of(kRunning) == 0);
}

TEST_CASE("Asked once, every failure is one query and exit code 3") {
  for (const auto& answer :
       {failure(Outcome::denied, 401), failure(Outcome::not_found, 404),
        failure(Outcome::throttled, 429), failure(Outcome::unreachable, 0),
        failure(Outcome::failed, 503), failure(Outcome::malformed, 200),
        failure(Outcome::too_large, 200), failure(Outcome::unknown_project, 0)}) {
    FakeEvents events({answer});
    Listener display;
    CHECK(exit_code(watch(kOnce, events, display)) == 3);
    CHECK(events.asked.size() == 1);
    CHECK(display.heard == Heard{"ended"});
  }
}

TEST_CASE("An address that nobody was asked about is a mistake in the flags") {
  CHECK(code_of(failure(Outcome::not_found, 0)) == 2);
  CHECK(code_of(failure(Outcome::not_found, 0), kUntilEnd) == 2);
}

TEST_CASE("A watch asks until the job has ended, at the schedule's pace") {
  FakeEvents events({kRunning, kRunning, kRunning, kFailedJob});
  Listener display;
  const Ending ending = watch(kUntilEnd, events, display);
  CHECK(exit_code(ending) == 1);
  CHECK(display.heard == Heard{"first", "changed", "ended"});
  REQUIRE(events.asked.size() == 4);
  CHECK(events.asked[0] == 0);
  CHECK(events.asked[1] > 1800);  // two seconds, and a tenth of jitter either way
  CHECK(events.asked[1] < 2400);
  CHECK(events.asked[3] - events.asked[2] > events.asked[1]);  // nothing moved: less often
  CHECK(ending.last->body == kFailedJob.body);
}

TEST_CASE("What keeps failing is tried until the time is over") {
  for (const auto& answer : {failure(Outcome::throttled, 429), failure(Outcome::unreachable, 0),
                             failure(Outcome::failed, 502), failure(Outcome::malformed, 200)}) {
    FakeEvents events({answer});
    Listener display;
    const Ending ending = watch({.until_end = true, .timeout = 60}, events, display);
    CHECK(exit_code(ending) == 4);
    CHECK(events.passed() == 60'000);
    CHECK(events.asked.size() > 2);
    CHECK(ending.failure->http_status == answer.http_status);
    CHECK(display.heard.front() == "failed " + std::to_string(answer.http_status));
  }
}

TEST_CASE("A watch goes on after a failure as if nothing had been") {
  FakeEvents events(
      {failure(Outcome::unreachable, 0), kRunning, failure(Outcome::failed, 503), kSucceeded});
  Listener display;
  const Ending ending = watch(kUntilEnd, events, display);
  CHECK(exit_code(ending) == 0);
  CHECK_FALSE(ending.failure);
  CHECK(display.heard == Heard{"failed 0", "first", "failed 503", "changed", "ended"});
}

TEST_CASE("What another query does not mend ends the watch at once") {
  for (const auto& answer :
       {failure(Outcome::denied, 401), failure(Outcome::unknown_project, 0),
        failure(Outcome::denied, 200, "Ecs.0614"), failure(Outcome::not_found, 404, "APIGW.0101"),
        failure(Outcome::not_found, 404, "APIG.0101"), failure(Outcome::untrusted, 0)}) {
    FakeEvents events({answer});
    Listener display;
    CHECK(exit_code(watch(kUntilEnd, events, display)) == 3);
    CHECK(events.asked.size() == 1);
  }
}

TEST_CASE("A job that is not there yet is looked for half a minute") {
  const auto missing = failure(Outcome::not_found, 404);
  FakeEvents late({missing, missing, kSucceeded});
  Listener display;
  CHECK(exit_code(watch(kUntilEnd, late, display)) == 0);

  FakeEvents never({missing});
  Listener other;
  CHECK(exit_code(watch(kUntilEnd, never, other)) == 3);
  CHECK(never.passed() > 30'000);
  CHECK(never.passed() < 40'000);
}

TEST_CASE("The pause that the cloud asks for is kept") {
  auto throttled = failure(Outcome::throttled, 429);
  throttled.retry_after = std::chrono::seconds(40);
  FakeEvents events({throttled, kSucceeded});
  Listener display;
  CHECK(exit_code(watch(kUntilEnd, events, display)) == 0);
  CHECK(events.asked[1] >= 36'000);
}

TEST_CASE("A query without an answer does not outlast the time-out") {
  class Deaf final : public EventLoop {
   public:
    double now = 1000;
    double steady() override { return now; }
    double wall() override { return now; }
    void fetch() override {}
    Event wait(double until) override {
      now = until;
      return Event::time;
    }
    cloud::JobReply reply() override { return {}; }
  } events;
  Listener display;
  CHECK(exit_code(watch({.until_end = true, .timeout = 1}, events, display)) == 4);
  CHECK(events.now == 2000);
}

TEST_CASE("A signal and a reader that went away end it at once") {
  FakeEvents interrupted({kRunning});
  interrupted.at(50, Event::interrupted);
  Listener display;
  CHECK(exit_code(watch(kUntilEnd, interrupted, display)) == 130);
  CHECK(interrupted.passed() == 50);

  FakeEvents unread({kRunning});
  unread.at(500, Event::reader_gone);
  Listener other;
  CHECK(exit_code(watch(kUntilEnd, unread, other)) == 141);
}

TEST_CASE("Stopped by the user, it gives the terminal back first and goes on afterwards") {
  FakeEvents events({kRunning, kSucceeded});
  events.at(500, Event::suspended);
  Listener display;
  CHECK(exit_code(watch(kUntilEnd, events, display)) == 0);
  CHECK(events.suspended == 1);
  CHECK(display.left == 1);
}

TEST_CASE("A display with a clock is refreshed every second, another only with events") {
  Listener still;
  FakeEvents first({kRunning});
  first.at(1500, Event::interrupted);
  watch(kUntilEnd, first, still);
  Listener ticking;
  ticking.wants_ticks = true;
  FakeEvents second({kRunning});
  second.at(1300, Event::resized);
  second.at(1500, Event::interrupted);
  watch(kUntilEnd, second, ticking);
  CHECK(ticking.refreshed == 4);  // begin, answer, a second after it, resize
  CHECK(still.refreshed == 2);
}

TEST_CASE("An answer that holds no job is a failure that says so") {
  cloud::JobReply odd = kRunning;
  odd.body = R"({"hello":"world"})";
  FakeEvents events({odd});
  Listener display;
  const Ending ending = watch(kOnce, events, display);
  CHECK(exit_code(ending) == 3);
  CHECK(ending.failure->outcome == Outcome::malformed);
  CHECK(ending.failure->detail.en == "The response is not a job.");
  CHECK(ending.failure->http_status == 200);
}

TEST_CASE("A reply about another job is a failure, never that job's success") {
  FakeEvents once({kSucceeded});
  Listener display;
  const Ending ending = watch({.job_ids = "another"}, once, display);
  CHECK(exit_code(ending) == 3);
  CHECK(ending.last == nullptr);
  CHECK(ending.failure->detail.en == "The response is about another job.");
  CHECK(display.heard == Heard{"ended"});

  FakeEvents waiting({kSucceeded});
  CHECK(exit_code(watch({.job_ids = "another", .until_end = true, .timeout = 60}, waiting,
                        display)) == 4);
  FakeEvents right({kSucceeded});
  CHECK(exit_code(watch({.job_ids = "root"}, right, display)) == 0);
}

TEST_CASE("A query that is deferred goes on when it may, and nothing is said of it") {
  cloud::JobReply deferred;
  deferred.outcome = Outcome::deferred;
  deferred.notices = {"a new key"};
  const auto at = [](double passed) {
    return std::chrono::steady_clock::time_point(
        std::chrono::milliseconds(static_cast<long>(1000 + passed)));
  };
  auto first = deferred;
  first.not_before = at(5000);
  auto second = deferred;
  second.not_before = at(7000);
  FakeEvents events({first, second, kSucceeded});
  Listener display;
  CHECK(exit_code(watch(kOnce, events, display)) == 0);
  REQUIRE(events.asked.size() == 3);
  CHECK(events.asked[0] == 0);
  CHECK(events.asked[1] == 5001);
  CHECK(events.asked[2] == 7001);
  CHECK(display.heard == Heard{"a new key", "first", "ended"});
}

TEST_CASE("A deferred query outlasts neither the time-out nor a signal") {
  cloud::JobReply deferred;
  deferred.outcome = Outcome::deferred;
  deferred.not_before = std::chrono::steady_clock::time_point(std::chrono::hours(1));
  FakeEvents late({deferred});
  Listener display;
  CHECK(exit_code(watch({.timeout = 60}, late, display)) == 4);
  CHECK(late.passed() == 60'000);

  FakeEvents interrupted({deferred});
  interrupted.at(500, Event::interrupted);
  CHECK(exit_code(watch(kOnce, interrupted, display)) == 130);
  CHECK(interrupted.passed() == 500);
}

TEST_CASE("An outcome nobody told us of is judged by its status") {
  const auto unheard_of = [](int status) {
    return reply_of(failure(static_cast<Outcome>(200), status));
  };
  CHECK(unheard_of(0) == engine::PollOutcome::denied);
  CHECK(unheard_of(418) == engine::PollOutcome::denied);
  CHECK(unheard_of(503) == engine::PollOutcome::unreachable);
}

}  // namespace job_watch_test

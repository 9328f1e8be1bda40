// When a job stands still, and when it only takes long.
#include "notify/stuck.h"

#include "unit/notify/told.h"

namespace jobtree::notify::stuck_test {

using namespace tests;
using namespace std::chrono_literals;

namespace {

store::JobRecord running(std::chrono::seconds ran, std::chrono::seconds stood_still) {
  store::JobRecord job = failed_record();
  job.status = Status::running;
  job.is_final = false;
  job.ended_at.reset();
  job.last_seen = *job.begun_at + ran;
  job.last_change = job.last_seen - stood_still;
  return job;
}

constexpr store::Durations kUsual{.count = 20, .p50 = 600, .p90 = 900, .p95 = 1000};

}  // namespace

TEST_CASE("A job that ran longer than nearly all others and stands still is stuck") {
  CHECK(is_stuck(running(1001s, 150s), kUsual));
}

TEST_CASE("A job that goes on is not stuck however long it takes") {
  CHECK_FALSE(is_stuck(running(100'000s, 149s), kUsual));
}

TEST_CASE("A job that is in its time is not stuck however still it stands") {
  CHECK_FALSE(is_stuck(running(999s, 900s), kUsual));
}

TEST_CASE("Two minutes of standstill are nothing for a job that takes seconds") {
  constexpr store::Durations kShort{.count = 20, .p50 = 5, .p90 = 8, .p95 = 9};
  CHECK_FALSE(is_stuck(running(119s, 119s), kShort));
  CHECK(is_stuck(running(120s, 120s), kShort));
}

TEST_CASE("Nothing is known from fewer than five runs") {
  constexpr store::Durations kFew{.count = 4, .p50 = 5, .p90 = 8, .p95 = 9};
  CHECK_FALSE(is_stuck(running(10'000s, 9'000s), kFew));
}

TEST_CASE("A job that nobody looked at does not stand still for that") {
  store::JobRecord job = running(1001s, 10s);
  CHECK_FALSE(is_stuck(job, kUsual));
}

TEST_CASE("What waits or has ended or is lost is not stuck") {
  auto job = running(5000s, 4000s);
  job.status = Status::waiting;
  CHECK_FALSE(is_stuck(job, kUsual));
  job.status = Status::running;
  job.forgotten_at = job.last_seen;
  CHECK_FALSE(is_stuck(job, kUsual));
  CHECK_FALSE(is_stuck(failed_record(), kUsual));
}

}  // namespace jobtree::notify::stuck_test

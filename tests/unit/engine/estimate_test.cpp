#include "model/estimate.h"

#include <string>

#include "i18n/estimate_words.h"
#include "ingest/job_parser.h"
#include "unit/catch.h"
#include "unit/engine/page.h"
#include "unit/engine/text_of.h"

namespace estimate_test {

using namespace jobtree::engine;

namespace {

constexpr Instant kBegin = 1'780'000'000'000;
constexpr Instant kSecond = 1000;

std::string time_of(Instant instant) {
  return std::to_string(instant);
}

/// A batch that began at kBegin, of which the part `i` of those that ended did so at kBegin +
/// (i + 1) * `step`.
std::string batch(int ended, int running, Instant step, bool has_times = true) {
  std::string json =
      R"({"job_id":"batch","job_type":"createMany","status":"RUNNING","begin_time":)" +
      time_of(kBegin) + R"(,"sub_jobs":[)";
  for (int i = 0; i < ended + running; ++i) {
    if (i != 0) json += ',';
    json += R"({"job_id":"part)" + std::to_string(i) + R"(","status":")" +
            (i < ended ? "SUCCESS" : "RUNNING") + '"';
    if (has_times) {
      json += R"(,"begin_time":)" + time_of(kBegin);
      if (i < ended) json += R"(,"end_time":)" + time_of(kBegin + (i + 1) * step);
    }
    json += '}';
  }
  return json + "]}";
}

std::string single(const std::string& status = "RUNNING") {
  return R"({"job_id":"one","job_type":"create","status":")" + status + R"(","begin_time":)" +
         time_of(kBegin) + "}";
}

constexpr PastRuns kMinutes{.count = 40, .p50 = 61, .p90 = 118, .p95 = 130};

struct Watched {
  JobTree tree;
  Pace pace;
};

Watched watched(const std::string& json, Instant now) {
  Watched it{parse_job(String(json)).tree, {}};
  it.pace.saw(it.tree, now);
  return it;
}

std::string said(const std::string& json, const PastRuns& past, Instant seen, Instant now,
                 Language language = Language::en) {
  const Watched it = watched(json, seen);
  return text_of(put_estimate, estimate_of(it.tree, past, it.pace, now), language);
}

std::string said(const std::string& json, const PastRuns& past, Instant now,
                 Language language = Language::en) {
  return said(json, past, now, now, language);
}

}  // namespace

TEST_CASE("What is usual is said as one would say it, in both languages") {
  struct Row {
    std::uint32_t p50, p90;
    const char *en, *zh;
  };
  for (const Row& row : {Row{61, 118, "Usually 1 to 2 min", "通常需要 1 到 2 分钟"},
                         Row{20, 118, "Usually 20 s to 2 min", "通常需要 20 秒到 2 分钟"},
                         Row{110, 118, "Usually about 2 min", "通常需要约 2 分钟"},
                         Row{0, 0, "Usually about 1 s", "通常需要约 1 秒"},
                         Row{3500, 90'000, "Usually 1 to 25 hours", "通常需要 1 到 25 小时"},
                         Row{5000, 5009, "Usually about 83 min", "通常需要约 83 分钟"},
                         Row{86'400, 172'800, "Usually 1 to 2 days", "通常需要 1 到 2 天"}}) {
    CAPTURE(row.en);
    const PastRuns past{.count = 40, .p50 = row.p50, .p90 = row.p90, .p95 = row.p90 + 10};
    CHECK(said(single(), past, kBegin) == row.en);
    CHECK(said(single(), past, kBegin, Language::zh) == row.zh);
  }
}

TEST_CASE("Fewer than five runs before say nothing") {
  PastRuns past = kMinutes;
  past.count = 5;
  CHECK(said(single(), past, kBegin) == "Usually 1 to 2 min");
  past.count = 4;
  CHECK(said(single(), past, kBegin).empty());
  CHECK(said(single(), past, kBegin + 1000 * kSecond).empty());
}

TEST_CASE("Of a job that has ended, and of a list of jobs, nothing is estimated") {
  CHECK(said(single("SUCCESS"), kMinutes, kBegin + 10 * kSecond).empty());
  CHECK(said(single("FAIL"), kMinutes, kBegin + 10 * kSecond).empty());
  CHECK(said(R"({"jobs":[{"job_id":"a","status":"RUNNING"},{"job_id":"b","status":"RUNNING"}]})",
             kMinutes, kBegin)
            .empty());
}

TEST_CASE("A job is longer than usual once it has run longer than 95 of 100") {
  CHECK(said(single(), kMinutes, kBegin + 130 * kSecond) == "Usually 1 to 2 min");
  CHECK(said(single(), kMinutes, kBegin + 131 * kSecond) == "Longer than 95 of 100 before");
  CHECK(said(single(), kMinutes, kBegin + 131 * kSecond, Language::zh) ==
        "比以往 95% 的同类任务都久");
}

TEST_CASE("A job seems stuck when it is longer and none of its parts has changed for a while") {
  const std::string json = batch(1, 2, 100 * kSecond);
  const Instant last = kBegin + 100 * kSecond;
  CHECK(said(json, kMinutes, last + 120 * kSecond) == "Longer than 95 of 100 before");
  CHECK(said(json, kMinutes, last + 121 * kSecond) ==
        "Seems stuck: longer than 95 of 100 before, no change for 2 min");
  CHECK(said(json, kMinutes, last + 7200 * kSecond, Language::zh) ==
        "似乎已卡住：比以往 95% 的同类任务都久，且 2 小时无变化");

  SECTION("of long jobs a while is a quarter of the half of them") {
    const PastRuns hours{.count = 40, .p50 = 4000, .p90 = 4100, .p95 = 4200};
    const std::string slow = batch(1, 2, 4300 * kSecond);
    CHECK(said(slow, hours, kBegin + 5300 * kSecond) == "Longer than 95 of 100 before");
    CHECK(said(slow, hours, kBegin + 5301 * kSecond) ==
          "Seems stuck: longer than 95 of 100 before, no change for 17 min");
  }
  SECTION("one without parts never does: nothing of it changes until its end") {
    CHECK(said(single(), kMinutes, kBegin + 9000 * kSecond) == "Longer than 95 of 100 before");
  }
  SECTION("where the parts have no times, a while begins when they are first seen") {
    const std::string bare = batch(1, 2, 0, false);
    const Instant seen = kBegin + 1000 * kSecond;
    CHECK(said(bare, kMinutes, seen, seen + 120 * kSecond) == "Longer than 95 of 100 before");
    CHECK(said(bare, kMinutes, seen, seen + 121 * kSecond) ==
          "Seems stuck: longer than 95 of 100 before, no change for 2 min");
  }
  SECTION("another response is a change") {
    Watched it = watched(json, last + 500 * kSecond);
    it.pace.saw(it.tree, last + 500 * kSecond);
    CHECK(estimate_of(it.tree, kMinutes, it.pace, last + 600 * kSecond).kind ==
          abi::Estimate::longer);
  }
}

TEST_CASE("How fast the parts of a batch ended lately tells when the last one will have") {
  // One in ten seconds.
  CHECK(said(batch(6, 12, 10 * kSecond), {}, kBegin + 60 * kSecond) == "About 2 min left");
  CHECK(said(batch(6, 12, 10 * kSecond), {}, kBegin + 60 * kSecond, Language::zh) ==
        "预计还需约 2 分钟");
  CHECK(said(batch(6, 3, 10 * kSecond), {}, kBegin + 60 * kSecond) == "About 30 s left");

  SECTION("only what ended in the last three minutes counts") {
    CHECK(said(batch(100, 18, 10 * kSecond), {}, kBegin + 1000 * kSecond) == "About 3 min left");
  }
  SECTION("fewer than five, or none without times, tell nothing") {
    CHECK(said(batch(4, 12, 10 * kSecond), {}, kBegin + 60 * kSecond).empty());
    CHECK(said(batch(6, 12, 10 * kSecond, false), {}, kBegin + 60 * kSecond).empty());
  }
  SECTION("it takes longer while nothing ends") {
    const std::string json = batch(6, 12, 10 * kSecond);
    CHECK(said(json, {}, kBegin + 60 * kSecond, kBegin + 180 * kSecond) == "About 6 min left");
  }
}

TEST_CASE("Of what the parts tell and what past runs tell the later holds") {
  const PastRuns past{.count = 9, .p50 = 600, .p90 = 900, .p95 = 950};
  // The parts alone: two minutes.
  CHECK(said(batch(6, 12, 10 * kSecond), past, kBegin + 60 * kSecond) ==
        "Usually 10 to 15 min · about 9 min left");
  CHECK(said(batch(6, 12, 10 * kSecond), past, kBegin + 60 * kSecond, Language::zh) ==
        "通常需要 10 到 15 分钟 · 预计还需约 9 分钟");
  // The parts alone: 20 minutes.
  CHECK(said(batch(6, 120, 10 * kSecond), past, kBegin + 60 * kSecond) ==
        "Usually 10 to 15 min · about 20 min left");
  CHECK(said(batch(100, 18, 10 * kSecond), kMinutes, kBegin + 1000 * kSecond) ==
        "Longer than 95 of 100 before · about 3 min left");
}

TEST_CASE("A page is told the estimate when the numbers have come, and while the job goes on") {
  JobSession session(1);
  Page page(session);
  const auto now = static_cast<double>(kBegin);
  page.frame(now);
  session.answer(200, String(single()), "", -1, 0, now);
  page.frame(now);
  CHECK(page.summary.text(abi::Field::estimate).empty());
  session.set(abi::Option::past_p50, 61, now);
  session.set(abi::Option::past_p90, 118, now);
  session.set(abi::Option::past_p95, 130, now);
  session.set(abi::Option::past_runs, 40, now);
  page.frame(now);
  CHECK(page.summary.text(abi::Field::estimate) == "Usually 1 to 2 min");
  CHECK(page.summary.number(abi::Attribute::estimate) == 1);
  session.set_language("zh");
  page.frame(now + 131'000);
  CHECK(page.summary.text(abi::Field::estimate) == "比以往 95% 的同类任务都久");
  CHECK(page.summary.number(abi::Attribute::estimate) == 2);

  SECTION("not while nobody knows how the job stands") {
    session.set(abi::Option::paused, 1, now + 132'000);
    page.frame(now + 132'000);
    CHECK(page.summary.text(abi::Field::estimate).empty());
  }
  SECTION("not of one that has ended") {
    session.answer(200, String(single("SUCCESS")), "", -1, 0, now + 132'000);
    page.frame(now + 132'000);
    CHECK(page.summary.text(abi::Field::estimate).empty());
    CHECK(page.summary.number(abi::Attribute::estimate) == 0);
  }
}

}  // namespace estimate_test

#include "view/time_axis.h"

#include <string>
#include <utility>
#include <vector>

#include "ingest/job_parser.h"
#include "unit/catch.h"
#include "unit/engine/text_of.h"

namespace time_axis_test {

using namespace jobtree::engine;

namespace {

constexpr Instant kSecond = 1000;
constexpr Instant kHour = 3600 * kSecond;
constexpr Instant kBegin = 1'795'521'600'000;  // 2026-11-24T12:00:00Z

/// A job that ran for so many seconds, or still runs, with parts that ran from and to these.
JobTree tree_of(Instant seconds, const std::vector<std::pair<Instant, Instant>>& parts = {},
                bool is_running = false) {
  const auto time = [](Instant second) { return std::to_string(kBegin + second * kSecond); };
  std::string json = R"({"job_id":"r","status":")" +
                     std::string(is_running ? "RUNNING" : "SUCCESS") + R"(","begin_time":")" +
                     time(0) + R"(","end_time":")" + (is_running ? "" : time(seconds)) +
                     R"(","sub_jobs":[)";
  for (std::size_t i = 0; i < parts.size(); ++i) {
    json += (i == 0 ? "" : ",") + std::string(R"({"job_id":"p)") + std::to_string(i) +
            R"(","status":"SUCCESS","begin_time":")" + time(parts[i].first) + R"(","end_time":")" +
            time(parts[i].second) + "\"}";
  }
  ParsedJob parsed = parse_job(String(json + "]}"));
  REQUIRE(parsed.error == ParsedJob::Error::none);
  return std::move(parsed.tree);
}

TimeAxis axis_of(const JobTree& tree, Instant now = 0) {
  TimeAxis axis;
  axis.show(tree);
  axis.set_now(tree, kBegin + now * kSecond);
  return axis;
}

/// "2500 30s; 5000 1m".
std::string marks(const TimeAxis& axis, Language language = Language::en) {
  std::string text = text_of(
      [](String& out, const TimeAxis& it, Language in) { it.put_marks(out, in); }, axis, language);
  std::string read;
  for (const char c : text)
    read += c == '\x1F' ? std::string(" ") : c == '\n' ? "; " : std::string(1, c);
  return read;
}
std::string marks(Instant seconds, Language language = Language::en) {
  return marks(axis_of(tree_of(seconds)), language);
}

/// A minute's work, an idle hour, and another minute's.
const std::vector<std::pair<Instant, Instant>> kTwoMinutes{{0, 30}, {30, 60}, {3660, 3720}};

}  // namespace

TEST_CASE("A timeline has at most four marks, at round times") {
  CHECK(marks(1) == "5000 0.5s; 10000 1s");
  CHECK(marks(4) == "2500 1s; 5000 2s; 7500 3s; 10000 4s");
  CHECK(marks(5) == "4000 2s; 8000 4s");
  CHECK(marks(100) == "3000 30s; 6000 1m; 9000 1m 30s");
  CHECK(marks(20L * 60) == "2500 5m; 5000 10m; 7500 15m; 10000 20m");
  CHECK(marks(100L * 60) == "3000 30m; 6000 1h; 9000 1h 30m");
  CHECK(marks(30L * 3600) == "4000 12h; 8000 1d");
  CHECK(marks(100L * 86400) == "3200 32d; 6400 64d; 9600 96d");
}

TEST_CASE("Marks are said in Chinese too") {
  CHECK(marks(100, Language::zh) == "3000 30秒; 6000 1分; 9000 1分30秒");
  CHECK(marks(30L * 3600, Language::zh) == "4000 12小时; 8000 1天");
}

TEST_CASE("A part of a second has marks of its own") {
  const JobTree tree = tree_of(100);
  const auto zoomed = [&](Instant begin, Instant end, Language language = Language::en) {
    TimeAxis axis = axis_of(tree);
    axis.zoom({kBegin + begin, kBegin + end});
    axis.set_now(tree, kBegin);
    return marks(axis, language);
  };
  CHECK(zoomed(72'000, 72'400) == "2500 1m 12.1s; 5000 1m 12.2s; 7500 1m 12.3s; 10000 1m 12.4s");
  CHECK(zoomed(0, 700) == "2857 0.2s; 5714 0.4s; 8571 0.6s");
  CHECK(zoomed(0, 2'000, Language::zh) == "2500 0.5秒; 5000 1秒; 7500 1.5秒; 10000 2秒");
  CHECK(zoomed(60'000, 60'050).empty());
}

TEST_CASE("What took no second, or nobody knows how long, has no marks") {
  CHECK(marks(0).empty());
  CHECK(marks(axis_of(JobTree{})).empty());
  CHECK(axis_of(JobTree{}).empty());
  CHECK(axis_of(JobTree{}).place(kBegin) == 0);
}

TEST_CASE("The timeline of a job that runs goes on with the clock") {
  TimeAxis axis = axis_of(tree_of(0, {{0, 10}}, true), 40);
  CHECK(axis.place(kBegin + 10 * kSecond) == 2500);
  CHECK(axis.at(2500) == kBegin + 10 * kSecond);
}

TEST_CASE("A long time in which nothing ran is cut, and the mark says how long it was") {
  const TimeAxis axis = axis_of(tree_of(3720, kTwoMinutes));
  const std::uint32_t cut = axis.place(kBegin + 90 * kSecond);
  CHECK(axis.place(kBegin + 60 * kSecond) > 4500);
  CHECK(cut - axis.place(kBegin + 60 * kSecond) < 400);
  CHECK(axis.place(kBegin + 3660 * kSecond) < 5500);
  CHECK(axis.place(kBegin + 3720 * kSecond) == TimeAxis::kScale);
  CHECK(marks(axis).find(" 59m") != std::string::npos);  // as exact as a thousandth of the whole
  for (const std::uint32_t place : {0U, 1000U, 4900U, 5000U, 5100U, 9000U, 10000U}) {
    const auto there = axis.place(axis.at(place));
    CHECK(there <= place);
    CHECK(place - there <= 1);
  }
}

TEST_CASE("Not cut is what is short, or at an end, or while a part ran") {
  const auto is_even = [](const JobTree& tree, Instant seconds) {
    return axis_of(tree).place(kBegin + seconds * kSecond / 2) == TimeAxis::kScale / 2;
  };
  CHECK(is_even(tree_of(500, {{0, 10}, {400, 500}}), 500));             // below ten minutes
  CHECK(is_even(tree_of(36000, {{0, 15000}, {20000, 36000}}), 36000));  // below a fifth
  CHECK(is_even(tree_of(7200, {{0, 60}, {60, 120}}), 7200));            // after the last
  CHECK(is_even(tree_of(7200, {{0, 7200}, {10, 60}}), 7200));
  CHECK(is_even(tree_of(7200), 7200));
}

TEST_CASE("A part that does not say when it ended ran when it began, and hides no idle time") {
  const JobTree tree =
      parse_job(R"({"job_id":"r","status":"SUCCESS","begin_time":"2026-11-24T12:00:00Z",)"
                R"("end_time":"2026-11-24T14:00:00Z","sub_jobs":[)"
                R"({"job_id":"a","status":"SUCCESS","begin_time":"2026-11-24T12:00:00Z"},)"
                R"({"job_id":"b","status":"SUCCESS","begin_time":"2026-11-24T13:59:00Z",)"
                R"("end_time":"2026-11-24T14:00:00Z"}]})")
          .tree;
  CHECK(marks(axis_of(tree)).find("1h 5") != std::string::npos);
}

TEST_CASE("The timeline shows a part of the time when it was zoomed to, and all of it again") {
  const JobTree tree = tree_of(100, {{0, 20}, {40, 60}});
  TimeAxis axis = axis_of(tree);
  axis.zoom({axis.at(4000), axis.at(6000)});
  axis.set_now(tree, kBegin);
  CHECK(axis.is_zoomed());
  CHECK(axis.place(kBegin + 50 * kSecond) == 5000);
  CHECK(axis.place(kBegin) == 0);
  CHECK(axis.shows(tree.span(2)));
  CHECK_FALSE(axis.shows(tree.span(1)));
  CHECK(marks(axis) == "2500 45s; 5000 50s; 7500 55s; 10000 1m");
  axis.zoom({});
  axis.set_now(tree, kBegin);
  CHECK_FALSE(axis.is_zoomed());
  CHECK(axis.place(kBegin + 50 * kSecond) == 5000);
}

TEST_CASE("Zooming to nothing, or to all, shows all") {
  const JobTree tree = tree_of(100);
  TimeAxis axis = axis_of(tree);
  axis.zoom({kBegin + 5, kBegin + 5});
  CHECK_FALSE(axis.is_zoomed());
  axis.zoom({kBegin + 9, kBegin + 5});
  CHECK_FALSE(axis.is_zoomed());
  axis.zoom(tree.span(0));
  CHECK_FALSE(axis.is_zoomed());
  TimeAxis none = axis_of(JobTree{});
  none.zoom({kBegin, kBegin + kHour});
  CHECK_FALSE(none.is_zoomed());
}

}  // namespace time_axis_test

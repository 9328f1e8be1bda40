// How long sub-jobs took, and which of them the job's duration hangs on.
#include "model/durations.h"

#include <string>
#include <vector>

#include "ingest/job_parser.h"
#include "model/critical_path.h"
#include "unit/catch.h"

namespace durations_test {

using namespace jobtree::engine;

namespace {

std::string clock(int second) {
  return "1970-01-01T00:" + std::string(second / 60 < 10 ? "0" : "") + std::to_string(second / 60) +
         ":" + std::string(second % 60 < 10 ? "0" : "") + std::to_string(second % 60) + "Z";
}

std::string job(const std::string& id, int begin, int end, const std::string& type = "step",
                const std::vector<std::string>& parts = {}, const std::string& status = "SUCCESS") {
  std::string json = R"({"job_id":")" + id + R"(","job_type":")" + type + R"(","status":")" +
                     status + R"(","begin_time":")" + clock(begin) + "\"" +
                     (end < 0 ? "" : R"(,"end_time":")" + clock(end) + "\"") + R"(,"sub_jobs":[)";
  for (std::size_t i = 0; i < parts.size(); ++i)
    json += (i == 0 ? "" : ",") + parts[i];
  return json + "]}";
}

JobTree parse(const std::string& json) {
  ParsedJob parsed = parse_job(json);
  REQUIRE(parsed.error == ParsedJob::Error::none);
  return std::move(parsed.tree);
}

/// The ids of those on it.
std::string path(const std::string& json) {
  const JobTree tree = parse(json);
  const auto marks = critical_path(tree);
  std::string ids;
  for (std::uint32_t i = 0; i < marks.size(); ++i) {
    if (marks[i] != 0) ids += std::string(tree.view(tree.jobs[i].id)) + " ";
  }
  return ids;
}

}  // namespace

TEST_CASE("Percentiles are told by type, the slowest first, with the one that took longest") {
  std::vector<std::string> parts;
  for (int i = 1; i <= 100; ++i)
    parts.push_back(job("s" + std::to_string(i), 0, i));
  parts.push_back(job("t", 0, 200, "other"));
  parts.push_back(job("running", 0, -1, "step", {}, "RUNNING"));
  const JobTree tree = parse(job("root", 0, 300, "root", parts));
  const auto all = durations_of(tree);
  REQUIRE(all.size() == 2);
  CHECK(tree.view(all[0].type) == "other");
  CHECK(all[0].p50 == 200'000);
  CHECK(all[1].count == 100);
  CHECK(all[1].p50 == 50'000);
  CHECK(all[1].p90 == 90'000);
  CHECK(all[1].p99 == 99'000);
  CHECK(all[1].longest == 100'000);
  CHECK(tree.view(tree.jobs[all[1].job].id) == "s100");
  CHECK(durations_of(JobTree{}).empty());
}

TEST_CASE("The critical path goes back from the last part that ended to what it waited for") {
  CHECK(
      path(job("root", 0, 30, "root",
               {job("first", 0, 10), job("beside", 0, 9), job("second", 10, 25),
                job("last", 26, 29, "step", {job("a", 26, 27), job("b", 27, 29), job("c", 26, 28)}),
                job("short", 12, 14)})) == "root first second last a b ");
}

TEST_CASE("A job that runs, or has no parts or times, has no critical path") {
  CHECK(path(job("root", 0, -1, "root", {job("a", 0, 1)}, "RUNNING")).empty());
  CHECK(path(job("root", 0, 3)).empty());
  CHECK(path(R"({"job_id":"r","status":"SUCCESS","sub_jobs":[{"job_id":"a","status":"SUCCESS"}]})")
            .empty());
}

}  // namespace durations_test

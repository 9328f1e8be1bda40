#include "gateway/memory/comparison.h"

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "ingest/job_parser.h"
#include "unit/catch.h"

namespace comparison_test {

using jobtree::gateway::comparison_of;
using jobtree::gateway::differ_noticeably;
using jobtree::gateway::Run;
using jobtree::store::Status;
using jobtree::store::Time;
using Json = nlohmann::ordered_json;

namespace {

constexpr auto kBegin = Time(std::chrono::seconds(1'780'000'000));

std::string in_milliseconds(double seconds) {
  return std::to_string(1'780'000'000'000 + static_cast<long long>(seconds * 1000));
}

/// A part that took so many seconds.
std::string part(const std::string& id, const std::string& type, const std::string& status,
                 double seconds, const std::string& error = "") {
  return R"({"job_id":")" + id + R"(","job_type":")" + type + R"(","status":")" + status +
         R"(","begin_time":)" + in_milliseconds(0) +
         (status == "RUNNING" ? "" : R"(,"end_time":)" + in_milliseconds(seconds)) +
         (error.empty() ? "" : R"(,"error_code":")" + error + '"') + "}";
}

/// A run of so many seconds, of these parts.
Run run_of(Status status, double seconds, const std::vector<std::string>& parts) {
  Run run;
  auto& record = run.record;
  record.address = {"cn-north-4", "eip", "0605767cc80010f42f1ec00bc0e6b7a8", "job"};
  record.type = "createMany";
  record.version = 1;
  record.status = status;
  record.is_final = jobtree::store::has_ended(status);
  record.begun_at = kBegin;
  const auto took = std::chrono::milliseconds(static_cast<long long>(seconds * 1000));
  if (record.is_final) record.ended_at = kBegin + took;
  std::string json = R"({"job_id":"job","job_type":"createMany","status":"SUCCESS","sub_jobs":[)";
  for (const std::string& it : parts)
    json.append(&it == parts.data() ? "" : ",").append(it);
  run.tree = jobtree::engine::parse_job(jobtree::engine::String(json + "]}")).tree;
  for (std::size_t i = 0; i < jobtree::store::kStatuses; ++i)
    record.counts[i] = run.tree->root().leaves[i];
  return run;
}

Json compared(Run a, Run b, std::chrono::seconds now = std::chrono::seconds(1000)) {
  const std::array<Run, 2> runs{std::move(a), std::move(b)};
  return comparison_of(runs, kBegin + now);
}

}  // namespace

TEST_CASE("Durations differ by a quarter, and by more than clocks and polls explain") {
  CHECK(differ_noticeably(8, 10));
  CHECK(differ_noticeably(10, 8));
  CHECK_FALSE(differ_noticeably(8.1, 10));
  CHECK_FALSE(differ_noticeably(0.5, 2.4));
  CHECK(differ_noticeably(0.5, 2.5));
  CHECK_FALSE(differ_noticeably(1000, 1200));
}

TEST_CASE("Runs that went alike differ in nothing") {
  const auto run = [] {
    return run_of(Status::succeeded, 60,
                  {part("a", "create", "SUCCESS", 10), part("b", "create", "SUCCESS", 12)});
  };
  const Json same = compared(run(), run());
  CHECK(same["differs"].empty());
  CHECK(same["errors"].empty());
  CHECK(same["sub_jobs"].empty());
  CHECK(same["unmatched"] == 0);
  CHECK(same["runs"][0]["seconds"] == 60);
  CHECK(same["runs"][1]["job"]["job_id"] == "job");
  REQUIRE(same["types"].size() == 1);
  CHECK(same["types"][0] ==
        Json::parse(R"({"type":"create","name":{"en":"Create","zh":"创建"},"runs":[
          {"count":2,"succeeded":2,"failed":0,"unfinished":0,"median":12.0,"longest":12.0},
          {"count":2,"succeeded":2,"failed":0,"unfinished":0,"median":12.0,"longest":12.0}],
          "differs":[]})"));
}

TEST_CASE("What differs of two runs is named: outcome, duration, errors, sub-jobs") {
  const auto good = [] {
    return run_of(Status::succeeded, 60, {part("a", "create", "SUCCESS", 10)});
  };
  const auto bad = [] {
    Run run =
        run_of(Status::failed, 200,
               {part("x", "create", "FAIL", 10, "VPC.0521"), part("y", "attach", "SUCCESS", 1)});
    run.record.failures = {{.error_code = "VPC.0521", .error_text = "Quota", .count = 1}};
    return run;
  };
  const Json both = compared(good(), bad());
  CHECK(both["differs"] == Json::array({"outcome", "duration", "errors", "sub_jobs"}));
  CHECK(both["errors"] ==
        Json::parse(R"([{"error_code":"VPC.0521","error_text":"Quota","counts":[0,1]}])"));
  REQUIRE(both["types"].size() == 2);
  CHECK(both["types"][0]["differs"] == Json::array({"outcome"}));
  CHECK(both["types"][1]["differs"] == Json::array({"count"}));

  // An error of one code is the same, whatever its text names.
  Run other = good();
  other.record.failures = {{.error_code = "VPC.0521", .error_text = "Other", .count = 1}};
  const Json json = compared(std::move(other), bad());
  REQUIRE(json["errors"].size() == 1);
  CHECK(json["errors"][0]["counts"] == Json::array({1, 1}));
  CHECK(json["differs"] == Json::array({"outcome", "duration", "sub_jobs"}));
}

TEST_CASE("A run that goes on has no outcome and no duration to compare yet") {
  const Json json = compared(run_of(Status::succeeded, 60, {part("a", "create", "SUCCESS", 10)}),
                             run_of(Status::running, 0, {part("a", "create", "RUNNING", 0)}));
  CHECK(json["differs"].empty());
  CHECK(json["runs"][1]["seconds"] == 1000);
  CHECK(json["types"][0]["differs"].empty());
  CHECK(json["sub_jobs"].empty());
}

TEST_CASE("Sub-jobs are matched by type and order, where both runs have as many") {
  const Json json =
      compared(run_of(Status::succeeded, 60,
                      {part("a1", "create", "SUCCESS", 10), part("a2", "create", "SUCCESS", 10),
                       part("a3", "create", "SUCCESS", 10), part("a4", "attach", "SUCCESS", 1)}),
               run_of(Status::succeeded, 60,
                      {part("b4", "attach", "SUCCESS", 1), part("b5", "attach", "SUCCESS", 1),
                       part("b1", "create", "SUCCESS", 11), part("b2", "create", "SUCCESS", 20),
                       part("b3", "create", "FAIL", 3, "VPC.0521")}));
  // Of the two types one has three in each; the other cannot be told apart.
  CHECK(json["unmatched"] == 3);
  REQUIRE(json["sub_jobs"].size() == 2);
  const Json& first = json["sub_jobs"][0];
  CHECK(first["differs"] == Json::array({"outcome"}));
  CHECK(first["number"] == 3);
  CHECK(first["runs"][0]["sub_job"] == "a3");
  CHECK(first["runs"][0]["seconds"] == 10);
  CHECK(first["runs"][1]["sub_job"] == "b3");
  CHECK(first["runs"][1]["status"] == "failed");
  CHECK(first["runs"][1]["error_code"] == "VPC.0521");
  CHECK(json["sub_jobs"][1]["differs"] == Json::array({"duration"}));
  CHECK(json["sub_jobs"][1]["number"] == 2);
}

TEST_CASE("Of a thousand sub-jobs that differ a hundred are shown, those furthest apart first") {
  std::vector<std::string> slow, fast;
  for (int i = 0; i < 1000; ++i) {
    fast.push_back(part("f" + std::to_string(i), "create", "SUCCESS", 10));
    slow.push_back(part("s" + std::to_string(i), "create", "SUCCESS", 20 + i));
  }
  const Json json =
      compared(run_of(Status::succeeded, 60, fast), run_of(Status::succeeded, 60, slow));
  REQUIRE(json["sub_jobs"].size() == 100);
  CHECK(json["sub_jobs"][0]["runs"][1]["sub_job"] == "s999");
  CHECK(json["left_out"] == 900);
  CHECK(json["types"][0]["differs"] == Json::array({"duration"}));
}

TEST_CASE("Without a body, what is remembered of a run is compared all the same") {
  Run old = run_of(Status::failed, 60, {part("a", "create", "FAIL", 10)});
  old.tree.reset();
  const Json json =
      compared(std::move(old), run_of(Status::succeeded, 60, {part("a", "create", "SUCCESS", 10)}));
  CHECK(json["differs"] == Json::array({"outcome", "sub_jobs"}));
  CHECK(json["runs"][0]["has_sub_jobs"] == false);
  CHECK(json["runs"][1]["has_sub_jobs"] == true);
  CHECK(json["types"].empty());
}

}  // namespace comparison_test

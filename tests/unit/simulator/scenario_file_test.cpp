#include "simulator/script/scenario_file.h"

#include <nlohmann/json.hpp>

#include "simulator/script/scripted_job.h"
#include "unit/catch.h"

namespace scenario_file_test {

using namespace std::chrono_literals;
using namespace jobtree::simulator;
using jobtree::Failure;
using jobtree::Result;
using nlohmann::json;

namespace {

Result<std::string> no_files(const std::string& name) {
  return Failure::usage("names " + name + ": there is no such file");
}

Scenario parsed(const std::string& text) {
  const auto scenario = parse_scenario(text, no_files);
  INFO((scenario ? std::string() : scenario.error()));
  REQUIRE(scenario);
  return scenario.value();
}

std::string wrong(const std::string& text) {
  const auto scenario = parse_scenario(text, no_files);
  return scenario ? "nothing" : scenario.error();
}

/// What is wrong with a file of this one job.
std::string wrong_job(const std::string& job) {
  return wrong("{\"jobs\": [" + job + "]}");
}

}  // namespace

TEST_CASE("An empty scenario is the built-in one, and forgets after a day") {
  const Scenario scenario = parsed("{}");
  CHECK_FALSE(scenario.seed);
  CHECK_FALSE(scenario.jobs);
  CHECK_FALSE(scenario.projects);
  CHECK(scenario.accounts.at(0).key.access == demo_account().key.access);
  CHECK(scenario.forget_after == 24h);
  CHECK(scenario.quota.limit == 0);
  CHECK(scenario.tls == Tls::none);
}

TEST_CASE("Every member has its place in the scenario") {
  const Scenario scenario = parsed(R"({"seed": 9, "speed": 2.5, "projects": [], "jobs": [],
    "keys": [{"access": "SIMULATEDA", "secret": "s", "security_token": "t"}],
    "quota": {"limit": 3, "seconds": 60}, "forget_after_seconds": 5, "clock_offset_seconds": -7,
    "metadata": {"key_lifetime_seconds": 11}, "faults": [{"kind": "drip"}], "tls": "expired"})");
  CHECK(scenario.seed == 9);
  CHECK(scenario.speed == 2.5);
  CHECK(scenario.projects->empty());
  CHECK(scenario.jobs->empty());
  CHECK(scenario.accounts.at(0).security_token == "t");
  CHECK(scenario.accounts.at(0).project_id == demo_account().project_id);
  CHECK(scenario.quota.limit == 3);
  CHECK(scenario.quota.window == 60s);
  CHECK(scenario.forget_after == 5s);
  CHECK(scenario.clock_offset == -7s);
  CHECK(scenario.temporary_key_life == 11s);
  CHECK(scenario.faults.at(0).kind == FaultKind::drip);
  CHECK(scenario.tls == Tls::expired);
}

TEST_CASE("A course runs as it is written") {
  const Scenario scenario = parsed(R"({"jobs": [{"service": "ecs", "job_id": "a-1", "course":
    {"type": "createServer", "begin_ms": 100, "end_ms": 4000, "children": [
      {"type": "one", "begin_ms": 200, "end_ms": 1000},
      {"type": "two", "begin_ms": 200, "end_ms": 3000, "listed_ms": 500,
       "error": {"code": "Ecs.1", "reason": "a \"quoted\" <reason>"}}]}}]})");
  const auto scenarios = planned_jobs(*scenario.jobs, 1, 2);
  const Course& course = *scenarios.at(0).course;
  CHECK(course.length() == 2s);
  const WallTime began{500000h};
  const auto at = [&](Milliseconds elapsed) {
    return json::parse(course.document(began, elapsed));
  };
  CHECK(at(0ms).at("status") == "INIT");
  CHECK(at(240ms).at("entities").at("sub_jobs").size() == 1);
  CHECK(at(260ms).at("entities").at("sub_jobs").size() == 2);
  const json end = at(2s);
  CHECK(end.at("job_id") == "a-1");
  CHECK(end.at("status") == "FAIL");
  CHECK(end.at("entities").at("sub_jobs").at(1).at("fail_reason") == "a \"quoted\" <reason>");
}

TEST_CASE("The seed makes the ids that are left out, a different one for each job") {
  const std::string text = R"({"jobs": [{"service": "eip", "batch": {"count": 2}},
                                        {"service": "eip", "batch": {"count": 2}}]})";
  const auto jobs = *parsed(text).jobs;
  const auto ids = [&jobs](std::uint64_t seed) {
    const auto all = planned_jobs(jobs, seed, 1);
    CHECK(all.at(0).job.job_id.size() == 32);
    CHECK(all.at(0).job.job_id != all.at(1).job.job_id);
    return all.at(0).job.job_id + all.at(1).job.job_id;
  };
  CHECK(ids(1) == ids(1));
  CHECK(ids(1) != ids(2));
}

TEST_CASE("A document keeps the order of its members") {
  const Scenario scenario = parsed(
      R"({"jobs": [{"service": "waf", "job_id": "w", "document": {"z": 1, "a": [null, "é"]}}]})");
  CHECK(std::get<FixedDocument>(scenario.jobs->at(0).what).bytes == R"({"z":1,"a":[null,"é"]})");
}

TEST_CASE("What is wrong is named with its place") {
  CHECK(wrong("[]") == "the top must be an object");
  CHECK(wrong(R"({"sed": 1})") == "the top has an unknown member \"sed\"");
  CHECK(wrong(R"({"seed": -1})").starts_with("seed must be a whole number from 0 to "));
  CHECK(wrong(R"({"seed": 1.5})").starts_with("seed must be a whole number"));
  CHECK(wrong(R"({"seed": 18446744073709551615})").starts_with("seed must be a whole number"));
  CHECK(wrong(R"({"speed": 0})") == "speed must be a number from 0.01 to 1000.0");
  CHECK(wrong(R"({"keys": []})") == "keys must have at least one key");
  CHECK(wrong(R"({"keys": {}})") == "keys must be a list");
  CHECK(wrong(R"({"keys": [{"access": "SIMULATEDA"}]})") == "keys[0].secret is missing");
  CHECK(wrong(R"({"keys": [{"access": "SIMULATEDA", "secret": "s", "project_id": "X"}]})") ==
        "keys[0].project_id must be 32 lower-case hex digits");
  CHECK(wrong(R"({"keys": [{"access": "SIMULATEDA", "secret": "s"},
                           {"access": "SIMULATEDA", "secret": "t"}]})") ==
        "keys[1].access is given twice");
  CHECK(wrong(R"({"projects": [{"id": "x", "name": "y"}]})") ==
        "projects[0].id must be 32 lower-case hex digits");
  CHECK(wrong(R"({"quota": {"limit": 0, "seconds": 1}})").starts_with("quota.limit must be"));
  CHECK(wrong(R"({"quota": {"limit": 1}})") == "quota.seconds is missing");
  CHECK(wrong(R"({"tls": "maybe"})") == "tls must be one of none, good, wrong-name, expired");
  CHECK(wrong(R"({"faults": [{"kind": "drip", "ms": 1}]})") ==
        "faults[0] has an unknown member \"ms\"");
}

TEST_CASE("What is wrong with a job is named with its place") {
  CHECK(wrong_job("1") == "jobs[0] must be an object");
  CHECK(wrong_job("{}") == "jobs[0].service is missing");
  CHECK(wrong_job(R"({"service": "s3"})").starts_with("jobs[0].service must be one of eip, ecs"));
  CHECK(wrong_job(R"({"service": "eip"})") ==
        "jobs[0] must have one of document, document_file, batch and course");
  CHECK(wrong_job(R"({"service": "eip", "document": 1, "batch": {"count": 1}})")
            .starts_with("jobs[0] must have one of"));
  CHECK(wrong_job(R"({"service": "eip", "document": 1})") ==
        "jobs[0].job_id is missing: a document needs one");
  CHECK(wrong_job(R"({"service": "eip", "job_id": "a.b", "document": 1})")
            .starts_with("jobs[0].job_id can have only"));
  CHECK(wrong_job(R"({"service": "eip", "job_id": "a/b", "document": 1})")
            .starts_with("jobs[0].job_id must have 1 IDs"));
  CHECK(wrong_job(R"({"service": "dms", "job_id": "a", "document": 1})")
            .starts_with("jobs[0].job_id must have 2 IDs"));
  CHECK(wrong_job(R"({"service": "rds", "batch": {"count": 1}})")
            .starts_with("jobs[0] is of a service whose jobs have another shape"));
  CHECK(wrong_job(R"({"service": "eip", "batch": {"count": 100001}})") ==
        "jobs[0].batch.count must be a whole number from 1 to 100000");
  CHECK(wrong_job(R"({"service": "eip", "batch": {"count": 2, "failing": 3}})") ==
        "jobs[0].batch.failing must be a whole number from 0 to 2");
  CHECK(wrong_job(R"({"service": "eip", "course": {"type": "a", "begin_ms": 5, "end_ms": 4}})")
            .starts_with("jobs[0].course.end_ms must be a whole number from 5"));
  CHECK(wrong_job(R"({"service": "eip", "course": {"type": "a\"b", "end_ms": 4}})")
            .starts_with("jobs[0].course.type can have only"));
  CHECK(wrong_job(R"({"service": "eip", "course": {"type": "a", "end_ms": 4, "children":
                      [{"type": "b", "end_ms": 1, "x": 0}]}})") ==
        "jobs[0].course.children[0] has an unknown member \"x\"");
  CHECK(wrong_job(R"({"service": "eip", "job_id": "a", "document": 1},
                     {"service": "ecs", "job_id": "a", "document": 1})") ==
        "jobs[1].job_id is that of an earlier job at the same path");
  CHECK(wrong_job(R"({"service": "eip", "job_id": "a", "document": 1},
                     {"service": "rds", "job_id": "a", "document": 1})") == "nothing");
}

TEST_CASE("A real key is refused before anything else is read of it") {
  const std::string said = wrong(R"({"keys": [{"access": "HPUAREAL", "secret": 5, "x": 1}]})");
  CHECK(said.starts_with("keys[0].access does not begin with SIMULATED. Never put a real key"));
  CHECK(said.find("HPUAREAL") == std::string::npos);
}

TEST_CASE("A scenario has bounds in length, depth and number") {
  CHECK(wrong(std::string(kMaxScenarioFile + 1, ' ')) == "the scenario is longer than 1 MiB");
  CHECK(wrong(std::string(kMaxScenarioFile, '[')).starts_with("the scenario is not JSON"));
  std::string deep = R"({"type": "a", "end_ms": 1})";
  for (int i = 0; i < 16; ++i) {
    deep.insert(0, R"({"type": "a", "end_ms": 1, "children": [)");
    deep += "]}";
  }
  CHECK(wrong_job(R"({"service": "eip", "course": )" + deep + "}")
            .ends_with("deeper than 16 levels"));
  std::string many;
  for (int i = 0; i < 20000; ++i)
    many += R"({"type": "a", "end_ms": 1},)";
  many.pop_back();
  CHECK(wrong_job(R"({"service": "eip", "course": {"type": "a", "end_ms": 1, "children": [)" +
                  many + "]}}")
            .find("children[19999] is one job too many") != std::string::npos);
}

TEST_CASE("A scenario says how traces are recorded, and when a job begins by itself") {
  const Scenario silent = parsed("{}");
  CHECK(silent.traces.tracker == Tracker::enabled);
  CHECK(silent.traces.delay == 1min);
  CHECK(silent.traces.has_others);
  const Scenario scenario = parsed(R"({"traces": {"tracker": "none", "delay_seconds": 0,
    "others": "none"}, "jobs": [{"service": "eip", "starts_after_ms": -5, "batch": {"count": 1},
    "trace": {"user": "u", "resource_name": "n", "late_seconds": 2, "cut_after": 0}}]})");
  CHECK(scenario.traces.tracker == Tracker::none);
  CHECK(scenario.traces.delay == 0ms);
  CHECK_FALSE(scenario.traces.has_others);
  const JobPlan& job = scenario.jobs->at(0);
  CHECK(job.starts_after == -5ms);
  CHECK(job.trace.user == "u");
  CHECK(job.trace.resource_name == "n");
  CHECK(job.trace.late == 2s);
  CHECK(job.trace.cut_after == 0);
}

TEST_CASE("What is wrong with traces is said with its place") {
  CHECK(wrong(R"({"traces": {"tracker": "off"}})") ==
        "traces.tracker must be one of enabled, disabled, none");
  CHECK(wrong(R"({"traces": {"delay": 1}})").starts_with("traces has an unknown member"));
  CHECK(wrong_job(R"({"service": "eip", "batch": {"count": 1}, "starts_after_ms": -604800001})")
            .starts_with("jobs[0].starts_after_ms must be"));
  CHECK(wrong_job(R"({"service": "eip", "batch": {"count": 1}, "trace": {"late_seconds": -1}})")
            .starts_with("jobs[0].trace.late_seconds must be"));
}

}  // namespace scenario_file_test

#include "simulator/cloud/records/trace_maker.h"

#include <set>

#include "unit/simulator/trace_cloud.h"

namespace trace_maker_test {

using namespace jobtree::simulator::traces_testing;
using namespace jobtree::simulator;
using namespace std::chrono_literals;

namespace {

const std::string kServer = R"({"service": "ecs", "job_id": "servers-1", "starts_after_ms": 0,
  "course": {"type": "createServer", "end_ms": 4000}})";

}  // namespace

TEST_CASE("A server's trace is written at the end of its job, with the whole job in it") {
  const Cloud cloud =
      Cloud::of("{\"jobs\": [" + kServer + "], \"traces\": {\"others\": \"none\"}}");
  CHECK(cloud.week("", kNow + 3999ms).empty());
  CHECK(cloud.week("", kNow + 5s).empty());
  const auto traces = cloud.week("", kNow + 5min);
  REQUIRE(traces.size() == 1);
  const json& trace = traces[0];
  CHECK(trace.at("trace_name") == "createServer");
  CHECK(trace.at("service_type") == "ECS");
  CHECK(trace.at("time") == epoch(kNow + 4001ms));
  CHECK(trace.at("request_id") == "null");
  CHECK_FALSE(trace.contains("code"));
  REQUIRE(trace.at("response").is_string());
  const json job = response_of(trace);
  CHECK(job.at("job_id") == "servers-1");
  CHECK(job.at("status") == "SUCCESS");
  CHECK(job.at("end_time") == written(kNow + 4s, TimeForm::milliseconds));
}

TEST_CASE("A server that nobody has begun has no trace, one that failed has a warning") {
  const Cloud cloud = Cloud::of(R"({"traces": {"others": "none"}, "jobs": [
    {"service": "ecs", "job_id": "a", "course": {"type": "createServer", "end_ms": 10}},
    {"service": "ecs", "job_id": "b", "starts_after_ms": -60000, "course": {"type": "createServer",
     "end_ms": 10, "error": {"code": "Ecs.0013", "reason": "Quota."}}}]})");
  const auto traces = cloud.week("", kNow + 5min);
  REQUIRE(traces.size() == 1);
  CHECK(response_of(traces[0]).at("error_code") == "Ecs.0013");
  CHECK(traces[0].at("trace_rating") == "warning");
}

TEST_CASE("A disk's trace comes eight milliseconds after the end, under the job's own id") {
  const auto traces = demo().week("&resource_name=vol-scratch");
  REQUIRE(traces.size() == 1);
  const json job = response_of(traces[0]);
  CHECK(traces[0].at("request_id") == job.at("job_id"));
  CHECK(traces[0].at("trace_status") == "normal");
  CHECK_FALSE(traces[0].contains("trace_rating"));
  const auto end = read_time(job.at("end_time").get<std::string>());
  CHECK(time_of(traces[0]) == epoch(*end + 8ms));
  CHECK(traces[0].at("record_time").get<std::string>().size() == 19);
}

TEST_CASE("An image has two traces, the second of the system and without a user") {
  const Cloud cloud(unlisted_jobs(1));
  const auto traces = cloud.week("&service_type=IMS");
  REQUIRE(traces.size() == 2);
  CHECK(traces[0].at("trace_type") == "SystemAction");
  CHECK(traces[0].at("user").is_null());
  CHECK(response_of(traces[0]).at("status") == "SUCCESS");
  CHECK(traces[1].at("response").is_null());
  CHECK(traces[1].at("user").is_object());
  CHECK(traces[1].at("resource_id") == "");
  CHECK(traces[0].at("resource_name") == traces[1].at("resource_name"));
}

TEST_CASE("A batch of addresses has its trace when it is ordered, about a minute later") {
  Cloud cloud({}, {.has_others = false});
  const std::string id = cloud.book.start_batch({100000, 0}, kNow).value().job_id;
  CHECK(cloud.week("", kNow + 59s).empty());
  const auto traces = cloud.week("", kNow + 70s);
  REQUIRE(traces.size() == 1);
  CHECK(traces[0].at("time") == epoch(kNow));
  CHECK(response_of(traces[0]).at("job_id") == id);
  CHECK(traces[0].at("service_type") == "VPC");
}

TEST_CASE("The delay is divided by the speed, and a late trace is later still") {
  Cloud fast({}, {.has_others = false}, 100);
  REQUIRE(fast.book.start_batch({1, 0}, kNow));
  CHECK(fast.week("", kNow + 599ms).empty());
  CHECK(fast.week("", kNow + 700ms).size() == 1);
  const Cloud late = Cloud::of(R"({"traces": {"others": "none", "delay_seconds": 10}, "jobs": [
    {"service": "rds", "job_id": "r", "starts_after_ms": 0, "document": {"job": {"id": "r"}},
     "trace": {"late_seconds": 300}}]})");
  CHECK(late.week("", kNow + 309s).empty());
  CHECK(late.week("", kNow + 312s).size() == 1);
}

TEST_CASE("Every job of the demo that a trace can name is named by one") {
  Cloud cloud = demo();
  const WallTime later = kNow + 1h;
  std::string all;
  for (const json& trace : cloud.week("", later))
    all += trace.at("response").dump();
  for (const ScriptedJob& scripted : demo_jobs()) {
    const std::string& service = scripted.job.service;
    const std::string id = scripted.job.job_id.substr(scripted.job.job_id.rfind('/') + 1);
    INFO(service << ' ' << id);
    const bool is_of_end = service == "ecs" || service == "evs";
    // Of those that end, the ones that nobody has begun and the ones that never end.
    const json status = json::parse(scripted.course->document(kNow, 0ms)).value("status", json());
    const bool has_ended = scripted.starts_after || status == "SUCCESS" || status == "FAIL";
    if (service == "cbr" || (is_of_end && !has_ended)) continue;
    CHECK(all.find(id) != std::string::npos);
  }
}

TEST_CASE("The job id stands where each service has it, in the awkward forms too") {
  const auto traces = demo().week("", kNow + 1h);
  std::set<std::string> places;
  std::set<std::string> forms;
  std::set<std::string> people;
  for (const json& trace : traces) {
    const json response = response_of(trace);
    if (response.is_discarded()) forms.insert("cut");
    if (trace.at("response").is_object()) forms.insert("object");
    if (trace.at("response").is_string() &&
        trace.at("response").get<std::string>().find("\\u") != std::string::npos)
      forms.insert("escaped");
    if (trace.contains("code")) forms.insert(std::string("code ") + trace.at("code").type_name());
    if (trace.at("user").is_null()) forms.insert("no user");
    if (trace.at("user").is_object()) people.insert(trace.at("user").at("name"));
    if (trace.at("read_only") == true) forms.insert("read only");
    if (trace.at("resource_name").dump().find("onerror=") != std::string::npos)
      forms.insert("html");
    if (!response.is_object()) continue;
    for (const char* place : {"/job_id", "/jobId", "/jobid", "/workflow_id", "/status/jobID",
                              "/status/jobId", "/jobs/0/id", "/jobs/0/job_id", "/job_ids/0"})
      if (response.contains(json::json_pointer(place))) places.insert(place);
  }
  CHECK(places.size() == 9);
  CHECK(forms == std::set<std::string>{"cut", "object", "escaped", "code string", "code number",
                                       "code null", "no user", "read only", "html"});
  CHECK(people ==
        std::set<std::string>{"李文静", "ops-marta", "dev-tomas", "demo-account/cce_admin_trust"});
}

TEST_CASE("A scenario may name the person and the resource, and cut the response") {
  const Cloud cloud = Cloud::of(R"({"traces": {"others": "none"}, "jobs": [
    {"service": "dds", "job_id": "d", "document": {"job": {"id": "d"}},
     "trace": {"user": "acme/ops_trust", "resource_name": "<i>x</i>", "cut_after": 5}}]})");
  const auto traces = cloud.week();
  REQUIRE(traces.size() == 1);
  CHECK(traces[0].at("user").at("name") == "acme/ops_trust");
  CHECK(traces[0].at("user").at("type") == "AssumedAgency");
  CHECK(traces[0].at("resource_name") == "<i>x</i>");
  CHECK(traces[0].at("response").get<std::string>().size() == 5);
}

}  // namespace trace_maker_test

// Pages of traces: where a job is named, where none is, and what a hostile page does.
#include "discovery/traces.h"

#include <nlohmann/json.hpp>
#include <string>

#include "unit/catch.h"
#include "unit/discovery/found.h"

namespace traces_test {

namespace {

using namespace jobtree;
using namespace jobtree::discovery;  // NOLINT(google-build-using-namespace)
using namespace jobtree::tests;      // NOLINT(google-build-using-namespace)
using nlohmann::json;

constexpr const char* kJob = "ff80808290a1b2c301990000aaaa0001";
constexpr const char* kSecond = "ff80808290a1b2c301990000aaaa0002";

json ended_job() {
  return {{"job_id", kJob},
          {"job_type", "createSingleServer"},
          {"begin_time", "2026-11-26T02:10:05.120Z"},
          {"end_time", "2026-11-26T02:10:47.955Z"},
          {"status", "SUCCESS"},
          {"error_code", nullptr},
          {"fail_reason", nullptr},
          {"entities", {{"server_id", "5a5a0001"}}}};
}

FoundJob only_job(const json& trace) {
  auto jobs = jobs_in(trace);
  REQUIRE(jobs.size() == 1);
  return std::move(jobs[0]);
}

/// The user of a trace that has this one.
std::string user_of(const json& user) {
  return only_job(trace_with({{"job_id", kJob}}, {{"user", user}})).user;
}

TEST_CASE("A response is read as a text, as an object, and as a text within a text") {
  const json job{{"job_id", kJob}};
  CHECK(ids_in(trace_with(job)) == kJob);
  CHECK(ids_in(trace_with(job.dump())) == kJob);
  CHECK(ids_in(trace_with(" \n" + job.dump() + "\r\n")) == kJob);
  CHECK(ids_in(trace_with(json(job.dump()).dump())) == kJob);
}

TEST_CASE("A response that is none names no job") {
  for (const json& response :
       {json(nullptr), json(""), json(" "), json("OK"), json("null"), json("\""), json(1),
        json(true), json(kJob), json::array(), json::object(), json("[]"), json("{}"), json("{"),
        json("{\"job_id\":"), json{{"code", "VPC.0514"}, {"message", "Update port fail."}}}) {
    CAPTURE(response.dump());
    CHECK(ids_in(trace_with(response)).empty());
  }
  json without = trace_with(nullptr);
  without.erase("response");
  CHECK(ids_in(without).empty());
}

TEST_CASE("A cut response gives what stands whole before the cut") {
  const std::string whole =
      std::string(R"({"job_id":")") + kJob +
      R"(","status":"FAIL","job_type":"createServer","begin_time":"2026-11-26T02:10:05.120Z",)" +
      R"("entities":{"sub_jobs":[{"job_id":")" + kSecond + R"(","status":"FAIL"}]}})";
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const auto jobs = jobs_in(trace_with(whole.substr(0, length)));
    CAPTURE(whole.substr(0, length));
    // The id's closing quote says that it is all of it.
    const bool has_id = length > whole.find(kJob) + std::string(kJob).size();
    REQUIRE(jobs.size() == (has_id ? 1 : 0));
    if (!has_id) continue;
    CHECK(jobs[0].address.job_id() == kJob);
    CHECK(jobs[0].body.empty());
    CHECK((jobs[0].status_text == "FAIL" || jobs[0].status_text.empty()));
  }
  // Cut inside a character, which makes the page's own bytes no UTF-8.
  const std::string page = R"({"traces":[{"trace_id":"t1","service_type":"ECS","time":1,)"
                           R"("response":"{\"job_id\":\"ff80\",\"name\":\")"
                           "\xe7\x8e"
                           R"("}],"meta_data":{}})";
  const auto jobs = page_read(page).jobs;
  REQUIRE(jobs.size() == 1);
  CHECK(jobs[0].address.job_id() == "ff80");
}

TEST_CASE("The id is found under each of its names") {
  for (const char* name : {"job_id", "jobId", "jobID", "jobid", "JOB_ID", "JobId", "_job_id_"}) {
    CAPTURE(name);
    CHECK(ids_in(trace_with({{name, kJob}})) == kJob);
    CHECK(ids_in(trace_with({{"status", {{name, kJob}, {"phase", "Creating"}}}})) == kJob);
    CHECK(ids_in(trace_with({{"job", {{name, kJob}}}})) == kJob);
    CHECK(ids_in(trace_with({{"jobs", {{{name, kJob}}, {{name, kSecond}}}}})) ==
          std::string(kJob) + " " + kSecond);
  }
  CHECK(ids_in(trace_with({{"job_ids", {kJob, kSecond, kJob}}})) ==
        std::string(kJob) + " " + kSecond);
  CHECK(ids_in(trace_with({{"jobIds", {kJob}}})) == kJob);
  CHECK(ids_in(trace_with({{"jobs", {kJob, kSecond}}})) == std::string(kJob) + " " + kSecond);
  CHECK(ids_in(trace_with({{"jobs", {{{"id", kJob}}}}}, {{"service_type", "DRS"}})) == kJob);
  CHECK(ids_in(trace_with({{"job", {{"id", kJob}}}}, {{"service_type", "DRS"}})) == kJob);
  CHECK(ids_in(trace_with({{"job_id", 12345}})) == "12345");
  CHECK(ids_in(trace_with({{"jobId", nullptr}, {"job_id", kJob}})) == kJob);
}

TEST_CASE("The same id under two names is one job") {
  CHECK(ids_in(trace_with({{"job_id", kJob}, {"jobId", kJob}, {"workflow_id", kSecond}},
                          {{"service_type", "RDS"}})) == kJob);
  CHECK(ids_in(trace_with({{"job_id", kJob}, {"job", {{"job_id", kJob}}}, {"job_ids", {kJob}}})) ==
        kJob);
}

TEST_CASE("The id is not found where it is another's") {
  for (const json& response :
       {json{{"sub_jobs", {{{"job_id", kJob}}}}}, json{{"entities", {{"job_id", kJob}}}},
        json{{"entities", {{"sub_jobs", {{{"job_id", kJob}}}}}}},
        json{{"instance", {{"job_id", kJob}}}}, json{{"id", kJob}}, json{{"request_id", kJob}},
        json{{"metadata", {{"uid", kJob}}}}, json{{"job", kJob}}, json{{"old_job_id", kJob}},
        json{{"job_ids", kJob}}, json{{"status", {{"status", {{"job_id", kJob}}}}}}}) {
    CAPTURE(response.dump());
    CHECK(ids_in(trace_with(response)).empty());
  }
  CHECK(ids_in(trace_with(json::object(), {{"request", json{{"job_id", kJob}}.dump()}})).empty());
  CHECK(ids_in(trace_with(nullptr, {{"request_id", kJob}, {"resource_id", kJob}})).empty());
  // Beside a job's id, jobs are its parts.
  CHECK(ids_in(trace_with({{"job_id", kJob}, {"jobs", {{{"job_id", kSecond}}}}})) == kJob);
}

TEST_CASE("Ids of tasks and workflows count for services that are known") {
  CHECK(ids_in(trace_with({{"task_id", kJob}}, {{"service_type", "DCS"}})) == kJob);
  CHECK(ids_in(trace_with({{"task_id", kJob}}, {{"service_type", "Other"}})).empty());
  CHECK(ids_in(trace_with({{"task_id", kSecond}, {"job_id", kJob}}, {{"service_type", "DCS"}})) ==
        kJob);
  CHECK(ids_in(trace_with({{"workflow_id", kJob}}, {{"service_type", "RDS"}})) == kJob);
  CHECK(ids_in(trace_with({{"workflow_id", kJob}}, {{"service_type", "FunctionGraph"}})).empty());
  CHECK(ids_in(trace_with({{"async_job_id", kJob}}, {{"service_type", "DRS"}})) == kJob);
  CHECK(ids_in(trace_with({{"jobs", {{{"id", kJob}}}}}, {{"service_type", "Other"}})).empty());
}

TEST_CASE("Ids that cannot be are none") {
  for (const char* id : {"", "null", "NULL", "None", "0", "-", "<script>alert(1)</script>",
                         "../../x", "a b", "a/b", "\xe4\xba\x91", "javascript:alert(1)"}) {
    CAPTURE(id);
    CHECK(ids_in(trace_with({{"job_id", id}})).empty());
  }
  for (const json& id : {json(nullptr), json(true), json{{"id", kJob}}, json::array({kJob}),
                         json(-5), json(std::string("ab\0c", 4)), json(1.5), json(1e20),
                         json(std::string(65, 'a')), json(std::string(100'000, 'a'))}) {
    CHECK(ids_in(trace_with({{"job_id", id}})).empty());
  }
}

TEST_CASE("A service that is not known is shown, and cannot be queried") {
  const FoundJob job = only_job(trace_with(ended_job(), {{"service_type", "Brand New"}}));
  CHECK(job.address.service() == "brand-new");
  CHECK(job.service_type == "Brand New");
  CHECK_FALSE(job.is_queryable);
  CHECK(job.status == store::Status::succeeded);
}

TEST_CASE("Queries that were recorded are passed over") {
  for (const json& flag : {json(true), json("true"), json("True")}) {
    CHECK(ids_in(trace_with({{"job_id", kJob}}, {{"read_only", flag}})).empty());
  }
  for (const json& flag : {json(false), json("false"), json(nullptr), json(""), json(0)}) {
    CHECK(ids_in(trace_with({{"job_id", kJob}}, {{"read_only", flag}})) == kJob);
  }
}

TEST_CASE("A query is one by its name too, for services that do not say so") {
  const auto ids = [](const char* name) {
    return ids_in(trace_with({{"job_id", kJob}}, {{"trace_name", name}, {"read_only", false}}));
  };
  for (const char* name : {"showJob", "ShowJob", "getJobDetail", "listJobs", "queryTask"}) {
    CAPTURE(name);
    CHECK(ids(name).empty());
  }
  for (const char* name : {"createServer", "shower", "get", "listenerUpdate", "getaway", ""}) {
    CAPTURE(name);
    CHECK(ids(name) == kJob);
  }
}

TEST_CASE("Of a user only the name is read, in each of its forms") {
  CHECK(user_of({{"name", "anna"}, {"id", "x"}}) == "anna");
  CHECK(user_of({{"name", ""}, {"user_name", "anna"}}) == "anna");
  CHECK(user_of({{"name", "demo/agency"}, {"type", "AssumedAgency"}}) == "demo/agency");
  CHECK(user_of(R"({"name":"anna","domain":{"name":"demo"}})") == "anna");
  CHECK(user_of("anna") == "anna");
  CHECK(user_of(" demo/anna ") == "demo/anna");
  for (const json& nobody :
       {json(nullptr), json(""), json("null"), json(7), json::array(), json::array({"anna"}),
        json::object(), json{{"name", nullptr}}, json{{"name", {{"name", "anna"}}}},
        json{{"id", "anna"}}, json{{"domain", {{"name", "demo"}}}}, json(R"({"id":"HSTADEMO")"),
        json(R"("access_key_id":"HSTADEMO","name":"anna"})"), json("ak=HSTADEMO")}) {
    CAPTURE(nobody.dump());
    CHECK(user_of(nobody).empty());
  }
  // Cut behind the name.
  CHECK(user_of(R"({"name":"anna","access_key_id":"HSTA)") == "anna");
  CHECK(user_of({{"name", std::string(10'000, 'a')}}).size() == kLongestName);
}

TEST_CASE("A status is the job's where the response says whose it is") {
  const auto status = [](const json& response) {
    return only_job(trace_with(response)).status_text;
  };
  CHECK(status(ended_job()) == "SUCCESS");
  CHECK(status({{"job_id", kJob}, {"status", "RUNNING"}}) == "RUNNING");
  CHECK(status({{"job_id", kJob}, {"job_status", "INIT"}, {"id", "x"}}) == "INIT");
  CHECK(status({{"job", {{"job_id", kJob}, {"status", "FAIL"}, {"name", "x"}}}}) == "FAIL");
  CHECK(status({{"jobs", {{{"job_id", kJob}, {"status", "FAIL"}, {"phone_id", "x"}}}}}) == "FAIL");
  // The new instance is being made.
  CHECK(status({{"job_id", kJob}, {"id", "x"}, {"name", "docs"}, {"status", "creating"}}).empty());
  CHECK(status({{"job_id", kJob}, {"instance", {{"status", "BUILD"}}}}).empty());
  CHECK(status({{"status", {{"jobID", kJob}, {"phase", "Creating"}}}}).empty());
  CHECK(status({{"job_id", kJob}, {"status", 1}}).empty());
  CHECK(status({{"job_id", kJob}, {"status", nullptr}}).empty());
  const FoundJob said = only_job(trace_with({{"job_id", kJob}, {"status", "Dreaming"}}));
  CHECK(said.status == store::Status::unknown);
  CHECK_FALSE(only_job(trace_with({{"job_id", kJob}})).status);
}

TEST_CASE("A job that has ended comes with its JSON") {
  const std::string text = "{ \"entities\":{},\n\"status\":\"FAIL\",\"job_id\":\"" +
                           std::string(kJob) +
                           "\",\"n\":1.50,\"begin_time\":\"2026-11-26T02:10:05Z\","
                           "\"end_time\":\"2026-11-26T02:10:06Z\"}";
  CHECK(only_job(trace_with(text)).body == text);
  CHECK(only_job(trace_with("  " + text + "\n")).body == text);
  const std::string page =
      R"({"traces":[{"service_type":"ECS","response":)" + text + R"(}],"meta_data":{}})";
  CHECK(page_read(page).jobs.at(0).body == text);
  for (const char* missing : {"status", "begin_time", "end_time", "entities"}) {
    json job = ended_job();
    job.erase(missing);
    CHECK(only_job(trace_with(job)).body.empty());
    job[missing] = nullptr;
    CHECK(only_job(trace_with(job)).body.empty() == (std::string(missing) != "entities"));
  }
  json running = ended_job();
  running["status"] = "RUNNING";
  CHECK(only_job(trace_with(running)).body.empty());
  // What is inside must be JSON too, and not too much of it.
  json broken = ended_job();
  std::string bytes = broken.dump();
  bytes.replace(bytes.find("{\"server_id\":\"5a5a0001\"}"), 24, "{\"server_id\" \"5a5a0001\"}");
  CHECK(only_job(trace_with(bytes)).body.empty());
  json large = ended_job();
  large["entities"]["x"] = std::string(kLargestBody, 'x');
  CHECK(only_job(trace_with(large)).body.empty());
  CHECK(only_job(trace_with(large)).status_text == "SUCCESS");
}

TEST_CASE("An error comes from the job, else from what it made") {
  json job = ended_job();
  job["status"] = "FAIL";
  job["error_code"] = "Ecs.0013";
  job["fail_reason"] = "EIP quota\nis not enough.";
  FoundJob found = only_job(trace_with(job));
  CHECK(found.status == store::Status::failed);
  CHECK(found.error_code == "Ecs.0013");
  CHECK(found.error_text == "EIP quota is not enough.");
  job["error_code"] = "";
  job["fail_reason"] = nullptr;
  job["entities"] = {{"errorcode", "Evs.1"}, {"error_message", "full"}};
  found = only_job(trace_with(job));
  CHECK(found.error_code == "Evs.1");
  CHECK(found.error_text == "full");
  job["entities"] = {{"errorcode", "<b>"},
                     {"sub_jobs", {{{"job_id", kSecond}}, {{"job_id", "<"}}, 1}}};
  found = only_job(trace_with(job));
  CHECK(found.error_code.empty());
  CHECK(found.sub_jobs == std::vector<std::string>{kSecond});
}

TEST_CASE("A record is rated under both names") {
  CHECK(only_job(trace_with({{"job_id", kJob}})).rating == "normal");
  json trace = trace_with({{"job_id", kJob}}, {{"trace_status", "warning"}});
  trace.erase("trace_rating");
  CHECK(only_job(trace).rating == "warning");
  trace["trace_status"] = "<b>";
  CHECK(only_job(trace).rating.empty());
}

TEST_CASE("A trace's time is its time, else when it was recorded") {
  json trace = trace_with({{"job_id", kJob}}, {{"record_time", "1795662005488765184"}});
  CHECK(only_job(trace).said_at == time_at("2026-11-26T02:10:47.956Z"));
  trace["time"] = "soon";
  CHECK(only_job(trace).said_at == time_at("2026-11-26T03:00:05.488Z"));
  trace.erase("time");
  trace["record_time"] = "12/01/2016 11:24:04 GMT+08:00";
  CHECK(only_job(trace).said_at == time_at("2016-12-01T03:24:04Z"));
  trace.erase("record_time");
  CHECK_FALSE(only_job(trace).said_at);
}

TEST_CASE("A page says which traces it had, and where the next begins") {
  json first = trace_with({{"job_id", kJob}}, {{"trace_id", "t1"}, {"time", 1795659047956}});
  json second = trace_with(nullptr, {{"trace_id", "t2"}, {"time", 1795659047000}});
  json page{{"traces", {first, second, first, 7}},
            {"meta_data", {{"count", 4}, {"marker", "m-1"}}}};
  const TracePage found = page_read(page.dump());
  CHECK(found.count == 4);
  CHECK(found.unreadable == 1);
  CHECK(found.trace_ids == std::vector<std::string>{"t1", "t2"});
  CHECK(found.marker == "m-1");
  CHECK(found.newest == time_at("2026-11-26T02:10:47.956Z"));
  CHECK(found.oldest == time_at("2026-11-26T02:10:47Z"));
  CHECK(found.jobs.size() == 1);
  REQUIRE(found.submissions.size() == 1);
  CHECK(found.submissions[0].user == "anna");
}

TEST_CASE("The last page has no marker, however that is said") {
  for (const json& marker : {json(nullptr), json(""), json("null"), json::object()}) {
    CHECK(page_read(json{{"traces", json::array()}, {"meta_data", {{"marker", marker}}}}.dump())
              .marker.empty());
  }
  CHECK(page_read(R"({"traces":[]})").marker.empty());
  CHECK(page_read(R"({"traces":null,"meta_data":null})").count == 0);
  CHECK(page_read(R"({"traces":[],"meta_data":{"marker":12}})").marker == "12");
}

TEST_CASE("What is no page of traces is a failure") {
  for (const std::string& body :
       {std::string(), std::string("null"), std::string("[]"), std::string("{}"),
        std::string("<html>"), std::string(R"({"traces":{}})"), std::string(R"({"traces":[{})"),
        std::string(R"({"traces":[]}})"), std::string(R"({"traces":[],"traces":[]})"),
        std::string(R"({"error_code":"CTS.0002","error_msg":"no"})"),
        std::string(R"({"traces":[],"meta_data":{"marker":"a\nb"}})"),
        R"({"traces":[],"meta_data":{"marker":")" + std::string(600, 'a') + R"("}})",
        std::string(std::size_t{17} << 20, ' '), std::string(1'000'000, '['),
        R"({"traces":)" + std::string(1'000'000, '[')}) {
    CAPTURE(body.substr(0, 80));
    const auto page = read_traces(origin(), body);
    REQUIRE_FALSE(page);
    CHECK(page.failure().kind() == Failure::Kind::unavailable);
    CHECK_FALSE(page.failure().text().zh.empty());
  }
}

TEST_CASE("One hostile trace does not spoil those beside it") {
  const std::string good = trace_with({{"job_id", kJob}}).dump();
  const std::string deep = std::string(200'000, '[') + std::string(200'000, ']');
  std::string many = "{";
  for (int i = 0; i < 100'000; ++i)
    many += "\"k" + std::to_string(i) + "\":1,";
  many += "\"job_id\":\"ff80\"}";
  for (const std::string& bad :
       {std::string("null"), std::string("7"), std::string("[]"), std::string("{}"), deep,
        R"({"response":)" + deep + "}", R"({"response":)" + many + "}", many,
        std::string(R"({"response":{"job_id":"ff80","job_id":"ff81"}})"),
        std::string(R"({"read_only":true,"read_only":false,"response":{"job_id":"ff80"}})"),
        std::string(R"({"response":{"job_id":"ff80"},"response":null})"), std::string(R"({"a" 1})"),
        std::string("{\"response\":{\"job_id\":\"\xff\xfe\"}}")}) {
    CAPTURE(bad.substr(0, 80));
    const std::string page =
        R"({"traces":[)" + bad + "," + good + "," + bad + R"(],"meta_data":{}})";
    const TracePage found = page_read(page);
    CHECK(found.count == 3);
    REQUIRE(found.jobs.size() == 1);
    CHECK(found.jobs[0].address.job_id() == kJob);
  }
}

TEST_CASE("What is found is bounded") {
  json ids = json::array();
  for (int i = 0; i < 5000; ++i)
    ids.push_back("job-" + std::to_string(i));
  CHECK(jobs_in(trace_with({{"job_ids", ids}})).size() <= 1000);
  std::vector<json> traces;
  for (int i = 0; i < 20; ++i) {
    traces.push_back(trace_with({{"job_ids", ids}}, {{"trace_id", "t" + std::to_string(i)}}));
  }
  const TracePage page = page_read(page_of(traces));
  CHECK(page.jobs.size() <= 5000);
  CHECK(page.unreadable > 0);
  CHECK(page.trace_ids.size() == 20);
  json trace = trace_with({{"job_id", kJob}, {"job_type", std::string(10'000, 't')}});
  for (const char* name : {"trace_name", "service_type", "resource_type", "resource_name",
                           "resource_id", "trace_id"}) {
    trace[name] = std::string(10'000, 'x');
  }
  const FoundJob job = only_job(trace);
  CHECK(job.address.key().size() < 300);
  CHECK(job.operation.size() == kLongestName);
  CHECK(job.type.size() == kLongestWord);
  CHECK(job.resource_name.size() == kLongestName);
  CHECK(job.resource_id.empty());
  CHECK(job.trace_id.empty());
}

TEST_CASE("Names are texts, whatever is in them") {
  const std::string name = "<img src=x onerror=alert(1)>";
  const FoundJob job = only_job(trace_with(
      {{"job_id", kJob}},
      {{"resource_name", name}, {"user", {{"name", "a\x1b[31m\r\nb"}}}, {"resource_id", name}}));
  CHECK(job.resource_name == name);
  CHECK(job.user == "a [31m  b");
  CHECK(job.resource_id.empty());
  const FoundJob nothing =
      only_job(trace_with({{"job_id", kJob}}, {{"resource_name", 5}, {"resource_id", "null"}}));
  CHECK(nothing.resource_name == "5");
  CHECK(nothing.resource_id.empty());
}

TEST_CASE("A job is of the region and project that were queried, whatever a trace says") {
  const FoundJob job = only_job(
      trace_with({{"job_id", kJob}, {"project_id", "ffffffffffffffffffffffffffffffff"}},
                 {{"project_id", "ffffffffffffffffffffffffffffffff"}, {"region", "cn-east-3"}}));
  CHECK(job.address.key() == std::string("cn-north-4/ecs/") + kProject + "/" + kJob);
}

}  // namespace

}  // namespace traces_test

#include "simulator/cloud/records/task_lists.h"

#include <nlohmann/json.hpp>

#include "simulator/script/account.h"
#include "simulator/script/built_in/built_in_jobs.h"
#include "simulator/script/records/time_forms.h"
#include "simulator/script/records/unlisted_jobs.h"
#include "unit/catch.h"

namespace task_lists_test {

namespace {

using namespace std::chrono_literals;
using namespace jobtree::simulator;
using nlohmann::json;

// The last of the recorded documents is of 2026.
const WallTime kNow = *read_time("2026-11-26T10:00:00Z");

class Cloud {
 public:
  Response get(std::string target, WallTime now = kNow, const std::string& host = "127.0.0.1") {
    target.replace(target.find("{p}"), 3, "project-1");
    const Request request{
        .method = "GET", .target = target, .headers = {{"Host", host}}, .body = {}};
    const auto match = find_task_list(request);
    INFO(target);
    REQUIRE(match);
    CHECK(match->owner == "project-1");
    service = match->service;
    return show_task_list(*match, request, "request-1", book, now);
  }
  json body(const std::string& target, WallTime now = kNow) {
    const Response response = get(target, now);
    INFO(response.body);
    REQUIRE(response.status == 200);
    return json::parse(response.body);
  }

  JobBook book{1, 1, jobs(), std::nullopt, kNow};
  std::string service;

 private:
  static std::vector<ScriptedJob> jobs() {
    auto all = built_in_jobs(1, 1);
    for (ScriptedJob& job : unlisted_jobs(1))
      all.push_back(std::move(job));
    return all;
  }
};

std::string window(const std::string& from, const std::string& to) {
  return "start_time=" + from + "&end_time=" + to;
}

/// The row whose `name` is `id`.
json row(const json& rows, const std::string& name, const std::string& id) {
  for (const json& found : rows)
    if (found.at(name) == id) return found;
  FAIL("no row of " + id);
  return {};
}

const std::string kRunning = "5c0e1a01-7b2f-4d10-8c3e-00000000bee6";

}  // namespace

TEST_CASE("The list of RDS says at each moment what the single job says") {
  Cloud cloud;
  const auto* const path = "/v3/{project_id}/jobs?id={job_id}";
  for (const auto after : {0s, 60s, 300s, 500s}) {
    const json listed =
        row(cloud.body("/v3/{p}/tasklist?limit=50", kNow + after).at("tasks"), "id", kRunning);
    const json job = json::parse(*cloud.book.document(kRunning, kNow + after, path)).at("job");
    CHECK(listed.at("status") == job.at("status"));
    CHECK(listed.at("name") == "CreateMysqlSingleHAInstance");
    CHECK(listed.at("instance_name") == "订单库");
    CHECK(listed.at("instance_id") == job.at("instance").at("id"));
    const std::string process = job.at("process");
    CHECK(listed.at("process") == process.substr(0, process.find('%')));
    CHECK(read_time(listed.at("create_time").get<std::string>()) ==
          read_time(job.at("created").get<std::string>()));
    CHECK(listed.at("create_time").get<std::string>().ends_with("+0800"));
    CHECK(listed.at("end_time").get<std::string>().empty() == (job.at("ended") == ""));
  }
  const json ended =
      row(cloud.body("/v3/{p}/tasklist?limit=50", kNow + 500s).at("tasks"), "id", kRunning);
  CHECK(ended.at("status") == "Completed");
  CHECK(ended.at("process") == "");
}

TEST_CASE("A list is paged by offset and limit, newest first, and says how many there are") {
  Cloud cloud;
  const json first = cloud.body("/v3/{p}/tasklist?offset=0&limit=2");
  const json rest = cloud.body("/v3/{p}/tasklist?offset=2&limit=2");
  CHECK(first.at("total_count") == 3);
  CHECK(first.at("tasks").size() == 2);
  CHECK(rest.at("tasks").size() == 1);
  CHECK(rest.at("total_count") == 3);
  CHECK(first.at("tasks").at(0).at("id") == kRunning);
  CHECK(rest.at("tasks").at(0).at("create_time") == "2018-08-06T18:41:14+0800");
  CHECK(first.at("actions").size() == 2);
  CHECK(cloud.body("/v3/{p}/tasklist?offset=9").at("tasks").empty());
  CHECK(cloud.body("/v3/{p}/tasklist?status=Failed").at("tasks").size() == 1);
}

TEST_CASE("A window leaves out what was made outside it") {
  Cloud cloud;
  const std::string day =
      window(written(kNow - 24h, TimeForm::epoch), written(kNow, TimeForm::epoch));
  const json body = cloud.body("/v3/{p}/tasklist?" + day);
  REQUIRE(body.at("tasks").size() == 1);
  CHECK(body.at("tasks").at(0).at("id") == kRunning);
}

TEST_CASE("CCE gives a bare array, its sub jobs and its own spellings in it") {
  Cloud cloud;
  const json jobs = cloud.body("/api/v2/projects/{p}/jobs");
  REQUIRE(jobs.is_array());
  const json created = [&jobs] {
    for (const json& job : jobs)
      if (job.at("metadata").at("uid") == "b1c20001-6a10-11f1-9999-0255ac10b001") return job;
    return json();
  }();
  REQUIRE(created.is_object());
  CHECK(created.at("apiVersion") == "v2");
  CHECK(created.at("spec").at("type") == "CreateCluster");
  CHECK(created.at("spec").at("resourcename") == "shop-k8s");
  CHECK(created.at("spec").at("subjobs").at(0).at("status").at("status") == "Success");
  CHECK(created.at("status").at("status") == "Success");
  CHECK(created.at("status").at("completionTime").get<std::string>().ends_with(" +0000 UTC"));
  CHECK(cloud.body("/autopilot/v2/projects/{p}/jobs").at(0).at("status").at("status") == "Failed");
}

TEST_CASE("ELB pages by markers, and a short page is the last though it has one") {
  Cloud cloud;
  const json first = cloud.body("/v3/{p}/elb/jobs?limit=1", kNow + 1min);
  REQUIRE(first.at("jobs").size() == 1);
  const std::string marker = first.at("page_info").at("next_marker");
  CHECK(marker == first.at("jobs").at(0).at("job_id"));
  const json second = cloud.body("/v3/{p}/elb/jobs?limit=5&marker=" + marker, kNow + 1min);
  REQUIRE(second.at("jobs").size() == 1);
  CHECK(second.at("page_info").at("current_count") == 1);
  CHECK(second.at("page_info").contains("next_marker"));
  const std::string last = second.at("jobs").at(0).at("job_id");
  CHECK(last != marker);
  CHECK(cloud.body("/v3/{p}/elb/jobs?marker=" + last, kNow + 1min).at("jobs").empty());
  const json back = cloud.body("/v3/{p}/elb/jobs?page_reverse=true&marker=" + last, kNow + 1min);
  CHECK(back.at("jobs") == first.at("jobs"));
  CHECK_FALSE(first.at("jobs").at(0).at("begin_time").get<std::string>().ends_with("Z"));
  CHECK(cloud.body("/v3/{p}/elb/jobs").at("jobs").size() == 1);
}

TEST_CASE("GaussDB has the instance one level down, DCS the user and a count that is a text") {
  Cloud cloud;
  const json task = row(cloud.body("/v3/{p}/tasks").at("tasks"), "job_id",
                        "5c0e1a01-7b2f-4d10-8c3e-000000009a07");
  CHECK(task.at("instance_info").at("instance_name") == "ledger-core");
  CHECK(task.at("instance_info").at("instance_status") == "MODIFYING");
  CHECK(task.at("ended_at").is_null());
  const json dcs = cloud.body("/v2/{p}/tasks", kNow + 2min);
  CHECK(dcs.at("task_count") == "2");
  CHECK(dcs.at("tasks").at(0).at("user_name").is_string());
  CHECK(dcs.at("tasks").at(0).at("created_at").get<std::string>().ends_with("Z"));
}

TEST_CASE("DDS and DDM need a window, each in its own form") {
  Cloud cloud;
  const std::string from = "2026-11-20T00:00:00%2B0000";
  const std::string to = "2026-11-27T00:00:00%2B0000";
  const json dds = cloud.body("/v3.1/{p}/jobs?" + window(from, to));
  REQUIRE(dds.at("jobs").size() == 1);
  CHECK(dds.at("jobs").at(0).at("instance_name") == "session-store");
  const WallTime later = kNow + 5min;
  const json ddm = cloud.body("/v3/{p}/jobs?" + window(written(kNow - 24h, TimeForm::epoch),
                                                       written(later, TimeForm::epoch)),
                              later);
  CHECK(cloud.service == "ddm");
  REQUIRE(ddm.at("jobs").size() == 1);
  CHECK(ddm.at("total") == 1);
  CHECK(ddm.at("jobs").at(0).at("status") == "Completed");
}

TEST_CASE("One path is the list of two services: the host tells, or the form of the times") {
  Cloud cloud;
  CHECK(cloud.get("/v3/{p}/jobs").status == 200);
  CHECK(cloud.service == "geminidb");
  CHECK(cloud.get("/v3/{p}/jobs", kNow, "ddm.cn-north-4.myhuaweicloud.com").status == 400);
  CHECK(cloud.service == "ddm");
  CHECK(cloud.get("/v3/{p}/jobs?limit=10", kNow, "gaussdb-nosql.cn-north-4.myhuaweicloud.com")
            .status == 200);
  const auto is_list = [](const std::string& target, const std::string& host) {
    const Request request{
        .method = "GET", .target = target, .headers = {{"Host", host}}, .body = {}};
    return find_task_list(request).has_value();
  };
  CHECK_FALSE(is_list("/v3/p/jobs?id=1", "127.0.0.1"));
  CHECK_FALSE(is_list("/v3/p/jobs?id=", "127.0.0.1"));
  CHECK_FALSE(is_list("/v3/p/jobs", "rds.cn-north-4.myhuaweicloud.com"));
  CHECK_FALSE(is_list("/v3//tasklist", "127.0.0.1"));
  CHECK_FALSE(is_list("/v3/a/b/tasklist", "127.0.0.1"));
}

TEST_CASE("A region's host has the jobs of that region") {
  Cloud cloud;
  const auto count = [&cloud](const std::string& host) {
    return json::parse(cloud.get("/v3/{p}/tasklist", kNow, host).body).at("tasks").size();
  };
  CHECK(count("rds.cn-north-4.myhuaweicloud.com") == 3);
  CHECK(count("rds.cn-south-1.myhuaweicloud.com") == 0);
}

TEST_CASE("Parameters that a list does not take are refused") {
  Cloud cloud;
  for (const std::string target :
       {"/v3/{p}/tasklist?limit=51", "/v3/{p}/tasklist?limit=0", "/v3/{p}/tasklist?limit=x",
        "/v3/{p}/tasklist?offset=-1", "/v3/{p}/tasklist?start_time=1795687200000",
        "/v3/{p}/tasklist?start_time=1&end_time=2", "/v3/{p}/tasks?limit=101", "/v3.1/{p}/jobs",
        "/v3.1/{p}/jobs?start_time=2026-11-01T00:00:00%2B0000",
        "/v3.1/{p}/jobs?start_time=2026-11-01T00:00:00+0000&end_time=2026-11-02T00:00:00%2B0000",
        "/v3.1/{p}/jobs?start_time=2026-09-01T00:00:00%2B0000&end_time=2026-11-02T00:00:00%2B0000",
        "/v3/{p}/elb/jobs?limit=2001", "/v2/{p}/tasks?start_time=2026-11-01T00:00:00Z",
        "/v3/{p}/jobs?start_time=1785687200000&end_time=1786687200000"}) {
    INFO(target);
    const Response response = cloud.get(target);
    CHECK(response.status == 400);
    CHECK(json::parse(response.body).at("error_code").get<std::string>().size() > 5);
  }
}

TEST_CASE("A job that begins later is in no list before") {
  Cloud cloud;
  CHECK(cloud.body("/v2/{p}/tasks").at("task_count") == "1");
  CHECK(cloud.body("/v2/{p}/tasks", kNow + 51s).at("task_count") == "2");
  const std::string path = "/v2/{project_id}/jobs/{job_id}";
  CHECK_FALSE(cloud.book.document("5e1f00000000000000000000d0c5000b", kNow, path));
  CHECK(cloud.book.document("5e1f00000000000000000000d0c5000b", kNow + 51s, path));
}

}  // namespace task_lists_test

// Pages of the task lists of services.
#include "discovery/task_lists.h"

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "discovery/row_forms.h"
#include "unit/catch.h"
#include "unit/discovery/found.h"

namespace task_lists_test {

namespace {

using namespace jobtree;
using namespace jobtree::discovery;  // NOLINT(google-build-using-namespace)
using namespace jobtree::tests;      // NOLINT(google-build-using-namespace)
using nlohmann::json;

constexpr const char* kJob = "3f2b0001-5c1d-4e77-9a10-00000000beef";

ListPage page_of_list(const char* name, const json& body, const cloud::ListPlace& place = {}) {
  auto page = read_list(
      origin(),
      {.list = &list_named(name), .place = place, .read_at = time_at("2026-11-26T12:00:00Z")},
      body.dump());
  REQUIRE(page);
  return std::move(page.value());
}

FoundJob first(const char* list, const json& body) {
  ListPage page = page_of_list(list, body);
  REQUIRE(page.jobs.size() == 1);
  const FoundJob& job = page.jobs[0];
  CHECK(job.address.project_id() == kProject);
  CHECK(job.address.job_id() == kJob);
  CHECK(job.source == FoundJob::Source::list);
  CHECK(job.said_at == time_at("2026-11-26T12:00:00Z"));
  CHECK(job.is_queryable);
  CHECK(job.type == job.operation);
  return page.jobs[0];
}

TEST_CASE("Every task list of the catalogue has a form, and every form a list") {
  std::set<std::string> lists;
  for (const cloud::List& list : catalogue().lists()) {
    if (list.service != "cts") lists.insert(list.name);
  }
  std::set<std::string> forms;
  for (const RowForm& form : kRowForms)
    forms.insert(std::string(form.list));
  CHECK(forms == lists);
  CHECK(forms.size() == kRowForms.size());
}

TEST_CASE("TaurusDB's tasks are read") {
  const FoundJob job = first("taurusdb", {{"jobs",
                                           {{{"job_id", kJob},
                                             {"job_name", "CreateGaussDBforMySQLInstance"},
                                             {"status", "Pending"},
                                             {"process", "5"},
                                             {"created_time", "2026-11-26T14:30:00+0800"},
                                             {"ended_time", nullptr},
                                             {"instance_id", "9c9cin07"},
                                             {"instance_name", "crm"},
                                             {"fail_reason", ""}}}},
                                          {"total_count", 1}});
  CHECK(job.address.service() == "taurusdb");
  CHECK(job.operation == "CreateGaussDBforMySQLInstance");
  CHECK(job.status == store::Status::waiting);
  CHECK(job.progress == 5.0);
  CHECK(job.begun_at == time_at("2026-11-26T06:30:00Z"));
  CHECK_FALSE(job.ended_at);
  CHECK(job.resource_id == "9c9cin07");
  CHECK(job.resource_name == "crm");
}

TEST_CASE("GeminiDB's tasks are read") {
  const FoundJob job = first("geminidb", {{"jobs",
                                           {{{"id", kJob},
                                             {"name", "NoSQLResizeInstance"},
                                             {"status", "Failed"},
                                             {"start_time", "2026-11-26T06:30:00+0000"},
                                             {"end_time", "2026-11-26T06:31:00+0000"},
                                             {"progress", "100"},
                                             {"instance", {{"id", "9c9cin06"}, {"name", "kv"}}},
                                             {"fail_reason", "no capacity"}}}},
                                          {"total_count", 1}});
  CHECK(job.address.service() == "geminidb");
  CHECK(job.status == store::Status::failed);
  CHECK(job.error_text == "no capacity");
  CHECK(job.resource_id == "9c9cin06");
  CHECK(job.resource_name == "kv");
  CHECK(job.ended_at == time_at("2026-11-26T06:31:00Z"));
}

TEST_CASE("The tasks of DDS and DDM are read") {
  const FoundJob dds = first("dds", {{"jobs",
                                      {{{"id", kJob},
                                        {"name", "ddsRestartInstance"},
                                        {"instance_id", "9c9cin02"},
                                        {"instance_name", "docs"},
                                        {"status", "Completed"},
                                        {"progress", nullptr},
                                        {"created_at", "2026-11-26T06:30:00+0000"},
                                        {"ended_at", "2026-11-26T06:31:00+0000"}}}},
                                     {"total_count", 1}});
  CHECK(dds.address.service() == "dds");
  CHECK(dds.status == store::Status::succeeded);
  CHECK_FALSE(dds.progress);
  const FoundJob ddm = first("ddm", {{"jobs",
                                      {{{"id", kJob},
                                        {"name", "MIGRATE"},
                                        {"status", "Running"},
                                        {"created_time", 1795659005120},
                                        {"end_time", 0},
                                        {"process", 42.5},
                                        {"instance_id", "9c9cin09"},
                                        {"instance_name", "shards"}}}},
                                     {"total", 1}});
  CHECK(ddm.address.service() == "ddm");
  CHECK(ddm.begun_at == time_at("2026-11-26T02:10:05.120Z"));
  CHECK_FALSE(ddm.ended_at);
  CHECK(ddm.progress == 42.5);
}

TEST_CASE("DCS says whose task it is") {
  json row{{"id", "row-1"},
           {"job_id", kJob},
           {"name", "Restart"},
           {"user_name", "王小明"},
           {"user_id", "0123456789"},
           {"status", "SUCCESS"},
           {"created_at", "2026-11-26T06:30:00.000Z"},
           {"updated_at", "2026-11-26T06:33:00.000Z"},
           {"error_code", ""},
           {"params", "{\"password\":\"x\"}"}};
  const FoundJob job = first("dcs", {{"tasks", {row}}, {"task_count", "1"}});
  CHECK(job.address.service() == "dcs");
  CHECK(job.user == "王小明");
  CHECK(job.ended_at == time_at("2026-11-26T06:33:00Z"));
  row["status"] = "RUNNING";
  CHECK_FALSE(first("dcs", {{"tasks", {row}}, {"task_count", "1"}}).ended_at);
  // The row's own id is none of a job: DCS has no path for it.
  row.erase("job_id");
  const ListPage page = page_of_list("dcs", {{"tasks", {row}}, {"task_count", "1"}});
  REQUIRE(page.jobs.size() == 1);
  CHECK(page.jobs[0].address.job_id() == "row-1");
  CHECK_FALSE(page.jobs[0].is_queryable);
}

TEST_CASE("SDRS lists failures, and SWR jobs of its instances") {
  json row{{"job_id", kJob},
           {"job_type", "createProtectionGroupNoCG"},
           {"job_status", "FAIL"},
           {"begin_time", "2026-11-26T06:30:00.000Z"},
           {"failure_status", "createFail"},
           {"resource_id", "pg-1"},
           {"resource_name", "dr"},
           {"resource_type", "protection_groups"},
           {"error_code", "EVS.2024"},
           {"fail_reason", "volume in use"}};
  const FoundJob failed = first("sdrs", {{"failure_jobs", {row}}, {"count", 1}});
  CHECK(failed.address.service() == "sdrs");
  CHECK(failed.status == store::Status::failed);
  CHECK(failed.error_code == "EVS.2024");
  CHECK(failed.error_text == "volume in use");
  row.erase("job_status");
  CHECK(first("sdrs", {{"failure_jobs", {row}}, {"count", 1}}).status == store::Status::failed);
  const FoundJob swr = first("swr", {{"jobs",
                                      {{{"id", kJob},
                                        {"type", "CreateInstance"},
                                        {"status", "Initializing"},
                                        {"instance_id", "i-1"},
                                        {"created_at", "2026-11-26T06:30:00Z"}}}},
                                     {"total", 1}});
  CHECK(swr.address.service() == "swr");
  CHECK(swr.status == store::Status::waiting);
  CHECK(swr.resource_id == "i-1");
}

TEST_CASE("A status that is no word we know is shown as sent") {
  const FoundJob job =
      first("rds", {{"tasks", {{{"id", kJob}, {"status", "Dreaming"}}}}, {"total_count", 1}});
  CHECK(job.status_text == "Dreaming");
  CHECK(job.status == store::Status::unknown);
}

json rows(std::size_t count, const char* name = "tasks") {
  json list = json::array();
  for (std::size_t i = 0; i < count; ++i)
    list.push_back({{"id", "job-" + std::to_string(i)}, {"job_id", "job-" + std::to_string(i)}});
  return {{name, list}};
}

std::string next_of(const char* list, const json& body, const cloud::ListPlace& place = {}) {
  const ListPage page = page_of_list(list, body, place);
  if (!page.next) return "end";
  return page.next->marker.empty() ? std::to_string(page.next->offset) : page.next->marker;
}

TEST_CASE("A list of offsets goes on while there are more rows") {
  json page = rows(50);
  page["total_count"] = 120;
  CHECK(next_of("rds", page) == "50");
  CHECK(next_of("rds", page, {.offset = 50}) == "100");
  page["total_count"] = 100;
  CHECK(next_of("rds", page, {.offset = 50}) == "end");
  page["total_count"] = "120";
  CHECK(next_of("rds", page, {.offset = 50}) == "100");
  // A service that gives fewer rows than were wanted has more all the same.
  json fewer = rows(20);
  fewer["total_count"] = 120;
  CHECK(next_of("rds", fewer, {.offset = 40}) == "60");
  // Without a number a full page is not the last.
  CHECK(next_of("rds", rows(50)) == "50");
  CHECK(next_of("rds", rows(49)) == "end");
  // No row, no end of pages.
  json none = rows(0);
  none["total_count"] = 120;
  CHECK(next_of("rds", none) == "end");
}

TEST_CASE("A list of markers ends with a page that is not full") {
  json page = rows(2000, "jobs");
  page["page_info"] = {{"next_marker", "job-1999"}, {"current_count", 2000}};
  CHECK(next_of("elb", page) == "job-1999");
  CHECK(next_of("elb", page, {.marker = "job-1999"}) == "end");  // it goes round
  page["page_info"]["next_marker"] = nullptr;
  CHECK(next_of("elb", page) == "end");
  page["page_info"]["next_marker"] = "a b";
  CHECK(next_of("elb", page) == "end");
  json last = rows(1999, "jobs");
  last["page_info"] = {{"next_marker", "job-1998"}};
  CHECK(next_of("elb", last) == "end");
}

TEST_CASE("A list without pages has one") {
  json jobs = json::array();
  for (int i = 0; i < 500; ++i)
    jobs.push_back({{"metadata", {{"uid", "job-" + std::to_string(i)}}}});
  const ListPage page = page_of_list("cce", jobs);
  CHECK(page.jobs.size() == 500);
  CHECK_FALSE(page.next);
}

TEST_CASE("A row that names no job is left out, and those beside it are not") {
  json page = rows(2);
  for (const json& bad : {json(nullptr), json(1), json("x"), json::array(), json::object(),
                          json{{"id", "<b>"}}, json{{"id", nullptr}}, json{{"id", "a/../b"}},
                          json{{"id", {{"id", "x"}}}}, json{{"id", std::string(65, 'a')}}}) {
    page["tasks"].push_back(bad);
  }
  const ListPage found = page_of_list("rds", page);
  CHECK(found.jobs.size() == 2);
  CHECK(found.count == 12);
  CHECK(found.unreadable == 10);
}

TEST_CASE("Texts of rows are one line, cut, and made of whole characters") {
  std::string name = "a\nb";
  while (name.size() < 2 * kLongestName)
    name += "\xe7\x8e\x8b";
  const FoundJob job = first("rds", {{"tasks",
                                      {{{"id", kJob},
                                        {"name", "<img src=x onerror=alert(1)>"},
                                        {"instance_name", name},
                                        {"instance_id", "\"><script>"},
                                        {"process", "101"},
                                        {"status", {{"a", 1}}},
                                        {"create_time", "never"},
                                        {"fail_reason", std::string(10'000, 'x')}}}}});
  CHECK(job.operation == "<img src=x onerror=alert(1)>");  // a text, for who shows it to escape
  CHECK(job.resource_name.starts_with("a b\xe7\x8e\x8b"));
  CHECK(job.resource_name.size() == kLongestName - (kLongestName - 3) % 3);
  CHECK(job.resource_id.empty());
  CHECK_FALSE(job.progress);
  CHECK(job.status_text.empty());
  CHECK_FALSE(job.status);
  CHECK_FALSE(job.begun_at);
  CHECK(job.error_text.size() == kLongestError);
}

TEST_CASE("What is no page of a list is a failure") {
  const auto read = [](const char* list, const std::string& body) {
    return bool(read_list(origin(), {.list = &list_named(list), .place = {}, .read_at = {}}, body));
  };
  for (const char* body :
       {"", "null", "[]", "{}", "{\"tasks\":{}}", "{\"tasks\":[{}", "<html>",
        "{\"error_code\":\"DBS.200001\",\"error_msg\":\"no\"}", "{\"tasks\":[],\"tasks\":[]}",
        "{\"tasks\":[]} x", "{\"tasks\":\"[]\"}"}) {
    CAPTURE(body);
    CHECK_FALSE(read("rds", body));
  }
  CHECK(read("rds", "{\"tasks\":[]}"));
  CHECK(read("rds", " {\"tasks\":null} "));
  CHECK(read("cce", "[]"));
  CHECK_FALSE(read("cce", "{}"));
  CHECK_FALSE(read("cce", "[{}"));
  CHECK_FALSE(read("traces", "{\"traces\":[]}"));
  const auto large = read_list(origin(), {.list = &list_named("rds"), .place = {}, .read_at = {}},
                               std::string((std::size_t{16} << 20) + 1, ' '));
  REQUIRE_FALSE(large);
  CHECK(large.failure().kind() == Failure::Kind::unavailable);
  CHECK(large.failure().text().zh.find("rds") != std::string::npos);
}

}  // namespace

}  // namespace task_lists_test

// Every sample of tests/data/traces gives what its index says.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "discovery/times.h"
#include "unit/catch.h"
#include "unit/discovery/found.h"

namespace samples_test {

namespace {

using namespace jobtree;
using namespace jobtree::discovery;  // NOLINT(google-build-using-namespace)
using namespace jobtree::tests;      // NOLINT(google-build-using-namespace)
using nlohmann::json;

std::string text_at(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

std::optional<store::Time> time_in(const json& object, const char* name) {
  return object.contains(name) ? time_of(object.at(name).dump()) : std::nullopt;
}

void check(const FoundJob& job, const json& expected, const std::string& region) {
  CHECK(job.address.region() == region);
  CHECK(job.address.job_id() == text_at(expected, "job_id"));
  CHECK(job.address.project_id() == kProject);
  const std::string service = text_at(expected, "service");
  if (service.empty()) {
    CHECK_FALSE(job.is_queryable);
  } else if (catalogue().find_service(service) != nullptr) {
    CHECK(job.address.service() == service);
    CHECK(job.is_queryable == expected.value("queryable", true));
  } else {
    CHECK_FALSE(job.is_queryable);
  }
  if (expected.contains("service_type")) {
    CHECK(job.service_type == text_at(expected, "service_type"));
  }
  if (expected.contains("status")) {
    CHECK(job.status_text == text_at(expected, "status"));
    CHECK(job.status.has_value() == expected.at("status").is_string());
  }
  if (expected.contains("user")) CHECK(job.user == text_at(expected, "user"));
  if (expected.contains("resource_id")) CHECK(job.resource_id == text_at(expected, "resource_id"));
  if (expected.contains("resource_name")) {
    CHECK(job.resource_name == text_at(expected, "resource_name"));
  }
  if (expected.contains("operation")) CHECK(job.operation == text_at(expected, "operation"));
  if (expected.contains("job_type")) CHECK(job.type == text_at(expected, "job_type"));
  if (expected.contains("begin")) CHECK(job.begun_at == time_in(expected, "begin"));
  if (expected.contains("end")) CHECK(job.ended_at == time_in(expected, "end"));
  if (expected.contains("trace_time")) CHECK(job.said_at == time_in(expected, "trace_time"));
  if (expected.contains("progress")) CHECK(job.progress == expected.at("progress").get<double>());
  if (expected.contains("error_code")) CHECK(job.error_code == text_at(expected, "error_code"));
  if (expected.contains("fail_reason")) CHECK(job.error_text == text_at(expected, "fail_reason"));
  if (expected.contains("sub_jobs")) {
    CHECK(job.sub_jobs == expected.at("sub_jobs").get<std::vector<std::string>>());
  }
}

void check_all(const std::vector<FoundJob>& jobs, const json& sample) {
  const json& expected = sample.at("expect");
  REQUIRE(jobs.size() == expected.size());
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    CAPTURE(i);
    check(jobs[i], expected[i], text_at(sample, "region"));
  }
}

/// Samples whose region is none of ours are read all the same: the region is only passed on.
Origin origin_of(const json& sample) {
  return origin(text_at(sample, "region"));
}

json index_of_samples() {
  return json::parse(file_of_tests("traces/index.json"));
}

bool is_of_open_region(const json& sample) {
  return catalogue().has_region(text_at(sample, "region"));
}

TEST_CASE("Each page of traces gives what its index says") {
  const json index = index_of_samples();
  std::set<std::string> seen;  // traces of pages before
  std::size_t samples = 0;
  for (const json& sample : index.at("samples")) {
    if (sample.at("kind") != "cts") continue;
    const std::string file = text_at(sample, "file");
    CAPTURE(file);
    ++samples;
    auto page = read_traces(origin_of(sample), file_of_tests("traces/" + file));
    REQUIRE(page);
    TracePage& found = page.value();
    std::erase_if(found.jobs, [&](const FoundJob& job) { return seen.contains(job.trace_id); });
    seen.insert(found.trace_ids.begin(), found.trace_ids.end());
    std::vector<FoundJob> jobs = join(std::move(found.jobs));
    if (is_of_open_region(sample)) {
      check_all(jobs, sample);
    } else {
      // A region that only an operator can name is not queried here.
      json unqueried = sample;
      for (json& job : unqueried["expect"])
        job["queryable"] = false;
      check_all(jobs, unqueried);
    }
    for (const json& ignored : sample.value("ignore", json::array())) {
      const std::string id = text_at(ignored, "trace_id");
      CHECK(std::ranges::none_of(jobs, [&](const FoundJob& job) { return job.trace_id == id; }));
    }
    if (sample.contains("next")) CHECK(found.marker == text_at(sample, "next"));
    const json& expected = sample.at("expect");
    name_submitters(jobs, found.submissions);
    for (std::size_t i = 0; i < std::min(jobs.size(), expected.size()); ++i) {
      const std::string guessed = text_at(expected[i], "user_by_join");
      CHECK(jobs[i].is_user_guessed == !guessed.empty());
      if (!guessed.empty()) CHECK(jobs[i].user == guessed);
    }
  }
  CHECK(samples >= 11);
}

TEST_CASE("Each page of a task list gives what its index says") {
  const json index = index_of_samples();
  std::size_t samples = 0;
  for (const json& sample : index.at("samples")) {
    if (sample.at("kind") != "list") continue;
    const std::string file = text_at(sample, "file");
    CAPTURE(file);
    ++samples;
    // The list is that whose path the sample was queried at.
    const std::string api = text_at(sample, "api");
    std::string path = api.substr(api.find('/'));
    path = path.substr(0, path.find('?'));
    const json& expected = sample.at("expect");
    const std::string service = expected.empty() ? "" : text_at(expected[0], "service");
    const cloud::List* list = nullptr;
    for (const cloud::List& known : catalogue().lists()) {
      if (known.path == path && (service.empty() || known.service == service)) list = &known;
    }
    REQUIRE(list != nullptr);
    auto page = read_list(origin_of(sample), {.list = list, .place = {}, .read_at = {}},
                          file_of_tests("traces/" + file));
    REQUIRE(page);
    CHECK(page.value().unreadable == 0);
    check_all(page.value().jobs, sample);
  }
  CHECK(samples >= 5);
}

TEST_CASE("Nothing of a request, and of a user nothing but the name, is in what is found") {
  const json index = index_of_samples();
  for (const json& sample : index.at("samples")) {
    if (sample.at("kind") != "cts") continue;
    auto page = read_traces(origin_of(sample), file_of_tests("traces/" + text_at(sample, "file")));
    REQUIRE(page);
    for (const FoundJob& job : page.value().jobs) {
      std::string all = job.address.key() + job.trace_id + job.service_type + job.resource_type +
                        job.operation + job.type + job.status_text + job.user + job.resource_id +
                        job.resource_name + job.error_code + job.error_text + job.body;
      for (const std::string& id : job.sub_jobs)
        all += id;
      for (const char* never : {"adminPass", "password", "HSTADEMO", "aabbccddeeff0011",
                                "00aa11bb22cc33dd", "principal", "203.0.113", "flavorRef"}) {
        CHECK(all.find(never) == std::string::npos);
      }
    }
  }
}

TEST_CASE("A trace with a whole ended job gives it byte for byte") {
  const auto body_in = [](const std::string& file) {
    auto page = read_traces(origin(), file_of_tests("traces/" + file));
    REQUIRE(page);
    REQUIRE_FALSE(page.value().jobs.empty());
    return page.value().jobs.front().body;
  };
  const json first = json::parse(file_of_tests("traces/01-ecs-create-end.json"));
  CHECK(body_in("01-ecs-create-end.json") == first["traces"][0]["response"].get<std::string>());
  const json ims = json::parse(file_of_tests("traces/06-ims-two-records.json"));
  CHECK(body_in("06-ims-two-records.json") == ims["traces"][0]["response"].get<std::string>());
  // An object is cut out of the page as it stands there, with its blanks.
  const std::string old = file_of_tests("traces/08-old-form-object.json");
  const std::string body = body_in("08-old-form-object.json");
  CHECK(old.find("\"response\": " + body + ",") != std::string::npos);
  CHECK(json::parse(body).at("job_id") == "ff80808290a1b2c301990000aaaa0013");
  CHECK(body_in("03-rds-create-202.json").empty());
}

}  // namespace

}  // namespace samples_test

// What the tests of found jobs have in common: whose records they read, and a trace.
#pragma once

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/utc.h"
#include "cloud/where/catalogue.h"
#include "discovery/task_lists.h"
#include "discovery/traces.h"
#include "store/record_json.h"
#include "unit/catch.h"

namespace jobtree::tests {

constexpr const char* kProject = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

inline const cloud::Catalogue& catalogue() {
  static const cloud::Catalogue all = std::move(cloud::Catalogue::make().value());
  return all;
}

inline discovery::Origin origin(const std::string& region = "cn-north-4") {
  return {.catalogue = &catalogue(), .region = region, .project_id = kProject};
}

inline store::Time time_at(const char* iso) {
  return std::chrono::time_point_cast<store::Time::duration>(parse_iso_time(iso).value());
}

inline std::string file_of_tests(const std::string& name) {
  std::ifstream file(JOBTREE_TEST_DATA "/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline const cloud::List& list_named(const std::string& name) {
  for (const cloud::List& list : catalogue().lists()) {
    if (list.name == name) return list;
  }
  FAIL("no list " << name);
  return catalogue().lists().front();
}

/// A trace of ECS whose response is `response`, a JSON value; `more` replaces members.
inline nlohmann::json trace_with(const nlohmann::json& response,
                                 const nlohmann::json& more = nlohmann::json::object()) {
  nlohmann::json trace{{"trace_id", "5eed0001-cafe-11f1-8000-000000000001"},
                       {"trace_name", "createServer"},
                       {"trace_rating", "normal"},
                       {"service_type", "ECS"},
                       {"resource_type", "ecs"},
                       {"resource_name", "web-01"},
                       {"resource_id", "5a5a0001"},
                       {"time", 1795659047956},
                       {"user", {{"name", "anna"}, {"access_key_id", "HSTADEMO0000000EXAMP"}}},
                       {"request", R"({"adminPass":"Secret-1"})"},
                       {"response", response}};
  trace.update(more);
  return trace;
}

inline std::string page_of(const std::vector<nlohmann::json>& traces) {
  return nlohmann::json{{"traces", traces}, {"meta_data", {{"count", 1}, {"marker", nullptr}}}}
      .dump();
}

inline discovery::TracePage page_read(const std::string& body) {
  auto page = discovery::read_traces(origin(), body);
  REQUIRE(page);
  return std::move(page.value());
}

inline std::vector<discovery::FoundJob> jobs_in(const nlohmann::json& trace) {
  return page_read(page_of({trace})).jobs;
}

/// The ids of the jobs in a trace, with blanks between them.
inline std::string ids_in(const nlohmann::json& trace) {
  std::string ids;
  for (const auto& job : jobs_in(trace))
    ids += (ids.empty() ? "" : " ") + job.address.job_id();
  return ids;
}

}  // namespace jobtree::tests

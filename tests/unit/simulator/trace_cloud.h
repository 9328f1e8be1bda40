// A simulator's Cloud Trace Service without sockets and signatures, for the tests of its traces.
//
// Knows: scenarios, the demo's jobs. Must not know: what a test expects.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "simulator/cloud/records/traces.h"
#include "simulator/script/built_in/built_in_jobs.h"
#include "simulator/script/records/time_forms.h"
#include "simulator/script/records/unlisted_jobs.h"
#include "simulator/script/scenario_file.h"
#include "unit/catch.h"

namespace jobtree::simulator::traces_testing {

using namespace std::chrono_literals;
using nlohmann::json;

inline const WallTime kNow{500000h};

/// A simulator's records at `kNow` and later.
class Cloud {
 public:
  explicit Cloud(std::vector<ScriptedJob> jobs, TraceScript script = {}, double speed = 1)
      : book(1, speed, std::move(jobs), std::nullopt, kNow), traces_(1, speed, script, kNow) {}

  static Cloud of(const std::string& scenario_text) {
    const auto scenario = parse_scenario(scenario_text, [](const std::string&) {
      return jobtree::Result<std::string>(jobtree::Failure::usage("none"));
    });
    INFO((scenario ? std::string() : scenario.error()));
    REQUIRE(scenario);
    return Cloud(planned_jobs(*scenario.value().jobs, 1, 1), scenario.value().traces);
  }

  Response get(const std::string& rest, WallTime now = kNow,
               const std::string& host = "127.0.0.1:9443") const {
    const std::string target = "/v3/" + account_.project_id + rest;
    const Request request{
        .method = "GET", .target = target, .headers = {{"Host", host}}, .body = {}};
    const auto match = find_traces(request);
    REQUIRE(match);
    return traces_.respond(*match, request, "request-1", account_, book, now);
  }

  /// All traces of the last week, newest first.
  std::vector<json> week(const std::string& filter = "", WallTime now = kNow,
                         const std::string& host = "127.0.0.1") const {
    const std::string from = written(now - 170h, TimeForm::epoch);
    const std::string to = written(now + 1ms, TimeForm::epoch);
    const Response response =
        get("/traces?trace_type=system&limit=200&from=" + from + "&to=" + to + filter, now, host);
    INFO(response.body);
    REQUIRE(response.status == 200);
    const json body = json::parse(response.body);
    CHECK(body.at("meta_data").at("count") == body.at("traces").size());
    return body.at("traces");
  }

  JobBook book;

 private:
  Account account_ = demo_account();
  Traces traces_;
};

inline std::vector<ScriptedJob> demo_jobs() {
  auto jobs = built_in_jobs(1, 1);
  for (ScriptedJob& job : unlisted_jobs(1))
    jobs.push_back(std::move(job));
  return jobs;
}

inline Cloud demo() {
  return Cloud(demo_jobs());
}

inline json response_of(const json& trace) {
  const json& response = trace.at("response");
  return response.is_string() ? json::parse(response.get<std::string>(), nullptr, false) : response;
}

inline std::int64_t time_of(const json& trace) {
  const json& time = trace.at("time");
  return time.is_string() ? std::stoll(time.get<std::string>()) : time.get<std::int64_t>();
}

inline std::int64_t epoch(WallTime time) {
  return time.time_since_epoch().count();
}

}  // namespace jobtree::simulator::traces_testing

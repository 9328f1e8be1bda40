// A cloud that has records of jobs and nothing else, a clock in a test's hands, and a real archive.
#pragma once

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "discovery/record_reader.h"
#include "store/archive.h"
#include "support/home.h"
#include "unit/catch.h"
#include "unit/discovery/found.h"

namespace jobtree::tests {

using namespace std::chrono_literals;

/// Pages of traces, the newest first, and of RDS tasks; a page has two.
class Records final : public cloud::Source {
 public:
  static constexpr std::size_t kPage = 2;

  cloud::JobReply records(const cloud::RecordQuery& query) override {
    queries.push_back(query);
    if (!replies.empty()) return std::exchange(replies, {}).front();
    if (denied == query.list) return failed(cloud::Outcome::denied, 403);
    cloud::JobReply reply;
    reply.outcome = cloud::Outcome::succeeded;
    reply.http_status = 200;
    if (query.list == "trackers") {
      reply.body = trackers;
    } else {
      reply.body = query.list == "traces" ? trace_page(query) : task_page(query);
    }
    return reply;
  }
  cloud::JobReply job(const cloud::JobAddress&, const cloud::HasRoom&) override { return {}; }
  std::string known_own_id(cloud::Owner, std::string_view) override { return kProject; }
  cloud::Health health() override { return state; }

  static cloud::JobReply failed(cloud::Outcome outcome, int status = 0) {
    cloud::JobReply reply;
    reply.outcome = outcome;
    reply.http_status = status;
    reply.detail = {"It failed.", "失败。"};
    return reply;
  }

  std::vector<nlohmann::json> traces;  ///< each with a "time" in ms
  std::vector<nlohmann::json> tasks;   ///< of RDS, as they stand in its list
  std::string trackers = R"({"trackers":[{"tracker_type":"system","status":"enabled"}]})";
  std::string denied;                    ///< a list
  std::vector<cloud::JobReply> replies;  ///< one, to the next query
  std::vector<cloud::RecordQuery> queries;
  cloud::Health state{.budget = {.per_second = 20, .left = 20}};

 private:
  static std::int64_t ms(UtcTime time) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
  }
  std::string trace_page(const cloud::RecordQuery& query) const {
    std::vector<nlohmann::json> in;
    for (const auto& trace : traces) {
      const auto at = trace.at("time").get<std::int64_t>();
      if (at >= ms(query.window.from) && at <= ms(query.window.to)) in.push_back(trace);
    }
    std::ranges::sort(in, [](const auto& a, const auto& b) { return a.at("time") > b.at("time"); });
    const std::size_t from = query.place.marker.empty() ? 0 : std::stoul(query.place.marker);
    const std::size_t to = std::min(from + kPage, in.size());
    nlohmann::json page{{"traces", nlohmann::json::array()},
                        {"meta_data", {{"count", to - from}, {"marker", nullptr}}}};
    for (std::size_t i = from; i < to; ++i)
      page["traces"].push_back(in[i]);
    if (to < in.size()) page["meta_data"]["marker"] = std::to_string(to);
    return page.dump();
  }
  std::string task_page(const cloud::RecordQuery& query) const {
    nlohmann::json page{{"tasks", nlohmann::json::array()}, {"total_count", tasks.size()}};
    if (query.list != "rds") return R"({"tasks":[],"jobs":[]})";
    for (std::size_t i = query.place.offset; i < std::min(query.place.offset + 50, tasks.size());
         ++i) {
      page["tasks"].push_back(tasks[i]);
    }
    return page.dump();
  }
};

/// All a reader needs.
struct Desk {
  explicit Desk(const Home& in) : home(in) { open(); }
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  void open() {
    archive.reset();
    // Its thread has a clock of its own: the test's is moved while that runs.
    auto opened = store::open_archive({.folder = home.path() + "/data", .clock = real_clock()});
    REQUIRE(opened);
    archive = std::move(opened.value());
  }
  Clock clock() {
    return {.wall = [this] { return wall; },
            .steady = [this] { return steady; },
            .chance = [] { return 0.5; }};
  }
  discovery::Neighbours with() {
    return {.source = cloud,
            .archive = *archive,
            .catalogue = catalogue(),
            .clock = clock(),
            .follow = [this](const cloud::JobAddress& job) { followed.push_back(job.job_id()); }};
  }
  void pass(std::chrono::seconds time) {
    wall += time;
    steady += time;
  }
  /// The ids on the board, in their order.
  std::vector<std::string> board(store::BoardQuery query = {}) {
    std::vector<std::string> ids;
    const auto page = archive->board(query);
    REQUIRE(page);
    for (const auto& job : page.value().jobs)
      ids.push_back(job.address.job_id());
    std::ranges::sort(ids);
    return ids;
  }
  store::JobRecord job(const std::string& id, const std::string& service = "ecs") {
    archive->flush(std::chrono::steady_clock::now() + 5s);
    const auto record = archive->job({"cn-north-4", service, kProject, id});
    REQUIRE(record);
    REQUIRE(record.value());
    return *record.value();
  }

  const Home& home;
  Records cloud;
  UtcTime wall{500'000h};
  /// Not from zero: who flushes an archive waits by the machine's own.
  std::chrono::steady_clock::time_point steady = std::chrono::steady_clock::now();
  std::unique_ptr<store::Archive> archive;
  std::vector<std::string> followed;
};

}  // namespace jobtree::tests

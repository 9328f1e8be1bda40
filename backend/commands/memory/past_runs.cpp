#include "commands/memory/past_runs.h"

#include <chrono>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "base/utc.h"

namespace jobtree::commands {
namespace {

using Json = nlohmann::ordered_json;
using std::chrono::minutes;
using std::chrono::seconds;

struct Run {
  const char* id;
  const char* service;
  const char* type;
  const char* part_type;
  const char* part_fact;  ///< the name of a part's own id in its entities
  minutes ago;            ///< when it began
  seconds took;
  int parts;
  int failing;
  const char* error_code;
  const char* reason;
  bool was_seen_ended = true;
};

constexpr const char* kQuota =
    "Elastic IP quota exceeded: the number of publicips has reached the quota.";
constexpr const char* kCapacity = "There is not enough capacity for the flavor in this zone.";
constexpr const char* kVolume = "The new volume ended in error status.";

/// The last one first.
constexpr Run kRuns[] = {
    {"ff8080825ad100000000000000000001", "eip", "createPublicIps", "createPublicIp", "publicip_id",
     minutes(95), seconds(74), 20, 0, "", ""},
    {"ff8080825ad100000000000000000002", "eip", "createPublicIps", "createPublicIp", "publicip_id",
     minutes(190), seconds(88), 20, 3, "VPC.0521", kQuota},
    {"ff8080825ad100000000000000000003", "ecs", "createServer", "createSingleServer", "server_id",
     minutes(260), seconds(312), 8, 2, "Ecs.0319", kCapacity},
    {"ff8080825ad100000000000000000004", "evs", "createVolume", "createSingleVolume", "volume_id",
     minutes(600), seconds(41), 4, 0, "", ""},
    {"ff8080825ad10000000000000000000c", "evs", "createVolume", "createSingleVolume", "volume_id",
     minutes(11 * 60), seconds(37), 4, 1, "EVS.2024", kVolume},
    {"ff8080825ad100000000000000000005", "eip", "createPublicIps", "createPublicIp", "publicip_id",
     minutes(24 * 60 + 30), seconds(69), 20, 0, "", ""},
    {"ff8080825ad100000000000000000006", "ecs", "createServer", "createSingleServer", "server_id",
     minutes(25 * 60), seconds(287), 8, 0, "", "", false},
    {"ff8080825ad100000000000000000007", "eip", "createPublicIps", "createPublicIp", "publicip_id",
     minutes(2 * 24 * 60), seconds(81), 20, 0, "", ""},
    {"ff8080825ad100000000000000000008", "eip", "createPublicIps", "createPublicIp", "publicip_id",
     minutes(3 * 24 * 60), seconds(77), 20, 0, "", ""},
    {"ff8080825ad100000000000000000009", "ecs", "createServer", "createSingleServer", "server_id",
     minutes(4 * 24 * 60), seconds(301), 8, 8, "Ecs.0319", kCapacity},
    {"ff8080825ad10000000000000000000a", "eip", "createPublicIps", "createPublicIp", "publicip_id",
     minutes(5 * 24 * 60), seconds(72), 20, 0, "", ""},
    {"ff8080825ad10000000000000000000b", "eip", "createPublicIps", "createPublicIp", "publicip_id",
     minutes(6 * 24 * 60), seconds(95), 20, 0, "", ""},
    {"ff8080825ad10000000000000000000d", "evs", "createVolume", "createSingleVolume", "volume_id",
     minutes(12 * 24 * 60), seconds(39), 4, 2, "EVS.2024", kVolume},
};

std::string time_text(store::Time time, bool is_known) {
  return is_known ? iso_time_with_milliseconds(time) : "";
}

Json part_of(const Run& run, int number, store::Time begin, double progress) {
  const bool fails = number < run.failing;
  const double done_at = (number + 1.0) / run.parts;
  const bool has_ended = progress >= done_at;
  const bool has_begun = progress >= done_at - 0.4;
  const auto at = [&run, begin](double part) {
    return begin + std::chrono::milliseconds(static_cast<std::int64_t>(
                       std::max(part, 0.0) * static_cast<double>(run.took.count()) * 1000));
  };
  std::string id(run.id);
  id.replace(id.size() - 8, 4, std::to_string(1000 + number));
  const char* const status = !has_begun   ? "INIT"
                             : !has_ended ? "RUNNING"
                             : fails      ? "FAIL"
                                          : "SUCCESS";
  Json entities = Json::object();
  if (has_ended && !fails)
    entities[run.part_fact] = id.substr(0, 8) + "-0000-4000-8000-" + id.substr(20);
  return Json{{"job_id", id},
              {"job_type", run.part_type},
              {"status", status},
              {"begin_time", time_text(at(done_at - 0.4), has_begun)},
              {"end_time", time_text(at(done_at), has_ended)},
              {"error_code", has_ended && fails ? Json(run.error_code) : Json()},
              {"fail_reason", has_ended && fails ? Json(run.reason) : Json()},
              {"entities", std::move(entities)}};
}

/// What the cloud said of it when `progress` of its time was over.
std::string body_of(const Run& run, store::Time begin, double progress) {
  Json parts = Json::array();
  for (int i = 0; i < run.parts; ++i)
    parts.push_back(part_of(run, i, begin, progress));
  const bool has_ended = progress >= 1;
  const char* const status = !has_ended ? "RUNNING" : run.failing > 0 ? "FAIL" : "SUCCESS";
  const Json job{{"job_id", run.id},
                 {"job_type", run.type},
                 {"status", status},
                 {"begin_time", time_text(begin, true)},
                 {"end_time", time_text(begin + run.took, has_ended)},
                 {"error_code", Json()},
                 {"fail_reason", Json()},
                 {"entities", {{"sub_jobs_total", run.parts}, {"sub_jobs", std::move(parts)}}}};
  return job.dump();
}

}  // namespace

void remember_past_runs(store::Archive& archive, const std::string& project, const Clock& clock) {
  const auto now = std::chrono::floor<std::chrono::microseconds>(clock.wall());
  // In the order of time: what failed again after long is told from what failed before.
  for (auto it = std::rbegin(kRuns); it != std::rend(kRuns); ++it) {
    const Run& run = *it;
    const store::Time begin = now - run.ago;
    const cloud::JobAddress address("cn-north-4", run.service, project, run.id);
    for (const double progress : {0.1, 0.55, 1.0}) {
      if (progress == 1 && !run.was_seen_ended) break;
      const auto after = std::chrono::duration_cast<std::chrono::microseconds>(run.took * progress);
      archive.observed({.address = address,
                        .body = std::make_shared<const std::string>(body_of(run, begin, progress)),
                        .at = begin + after,
                        .is_example = true});
    }
    const store::Time deleted = begin + run.took + std::chrono::hours(24);
    if (deleted < now) archive.forgotten(address, deleted);
  }
}

}  // namespace jobtree::commands

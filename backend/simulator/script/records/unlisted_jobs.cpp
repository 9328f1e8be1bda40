#include "simulator/script/records/unlisted_jobs.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "simulator/script/built_in/documents.h"
#include "simulator/script/records/filled_course.h"

namespace jobtree::simulator {
namespace {

using nlohmann::ordered_json;

ScriptedJob scripted(const ordered_json& written, double speed) {
  const auto seconds = [&written](const char* name) {
    return Milliseconds(std::chrono::seconds(written.at(name).get<std::int64_t>()));
  };
  FilledPlan plan{.document = written.at("document"),
                  .lasts = std::max(Milliseconds(1), at_speed(seconds("lasts_s"), speed)),
                  .code = written.value("code", ""),
                  .reason = written.value("reason", "")};
  KnownJob job;
  job.service = written.at("service");
  job.region = written.value("region", std::string(kRegion));
  job.job_id = written.at("job_id");
  const Milliseconds starts = seconds("starts_s");
  return {.job = std::move(job),
          .course = filled_course(std::move(plan)),
          .starts_after = starts < Milliseconds(0) ? starts : at_speed(starts, speed),
          .is_listed = false};
}

}  // namespace

std::vector<ScriptedJob> unlisted_jobs(double speed) {
  std::vector<ScriptedJob> jobs;
  for (const ordered_json& written : ordered_json::parse(document("unlisted-made"))) {
    jobs.push_back(scripted(written, speed));
  }
  return jobs;
}

}  // namespace jobtree::simulator

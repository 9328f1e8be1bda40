#include "simulator/cloud/records/trace_maker.h"

#include <optional>
#include <string_view>
#include <utility>

#include "simulator/cloud/records/task_row.h"
#include "simulator/cloud/records/trace_form.h"
#include "simulator/script/random.h"
#include "simulator/script/scripted_job.h"

namespace jobtree::simulator {
namespace {

using nlohmann::ordered_json;
using namespace std::chrono_literals;

/// From the end of a job until its service writes the trace, as documented traces show.
constexpr Milliseconds kAfterEndOfServer{1};
constexpr Milliseconds kAfterEndOfVolume{8};
constexpr Milliseconds kAfterEndOfImage{900};

/// "5eed0001-cafe-11f1-8000-0123456789ab"
std::string made_id(std::uint64_t seed, std::string_view name, std::uint64_t part) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  Random random = random_of(seed, name, part);
  std::string id = "5eed0000-cafe-11f1-8000-000000000000";
  for (const std::size_t at : {4, 5, 6, 7, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35}) {
    id[at] = kDigits[random.next() & 15];
  }
  return id;
}

/// When the job ended; nothing while it has not. A recorded document has times of its own, years
/// ago: its trace is of when it came into the book.
std::optional<WallTime> end_of(const BookedJob& job, const TaskRow& row) {
  const Milliseconds length = job.course->length();
  if (length == 0ms) {
    return row.status == "SUCCESS" || row.status == "FAIL" ? std::optional(job.submitted)
                                                           : std::nullopt;
  }
  if (!job.began || job.elapsed < length) return std::nullopt;
  return *job.began + length;
}

}  // namespace

TraceMaker::TraceMaker(std::uint64_t seed, double speed, TraceScript script, WallTime started)
    : seed_(seed), speed_(speed), script_(script), started_(started) {}

WallTime TraceMaker::queryable(WallTime time, Milliseconds late,
                               const std::string& trace_id) const {
  // Not the same for all, so that a younger trace can come before an older one.
  const Milliseconds jitter(script_.delay.count() * random_of(seed_, trace_id, 1).between(0, 15) /
                            100);
  return time + at_speed(script_.delay + jitter + late, speed_);
}

std::vector<Trace> TraceMaker::of_job(const BookedJob& job, const Account& account,
                                      WallTime now) const {
  const std::string name = job.job.service + job.job.job_id;
  std::vector<Trace> traces;
  // A batch of a hundred thousand has nothing in its document that its trace needs.
  const bool is_batch = job.job.service == "eip" && job.course->length() > 0ms;
  const std::string document = is_batch ? std::string() : job.document(now);
  const TaskRow row = task_row(document);
  const ordered_json& form = form_of_job(job.job.service, row.name, job.number);
  const std::string when = form.value("when", "submission");
  const auto late = job.trace.late + std::chrono::seconds(form.value("late_s", 0));

  TraceFacts facts{.account = account,
                   .trace_id = {},
                   .time = {},
                   .job_id = job.job.job_id,
                   .number = std::to_string(job.number),
                   .resource_id = row.resource_id,
                   .resource_name = job.trace.resource_name.empty() ? row.resource_name
                                                                    : job.trace.resource_name,
                   .user = job.trace.user,
                   .cut_after = job.trace.cut_after};
  const auto add = [&](const ordered_json& used, std::uint64_t part, WallTime time) {
    facts.trace_id = made_id(seed_, name, part);
    facts.time = time;
    traces.push_back({.time = time,
                      .queryable = queryable(time, late, facts.trace_id),
                      .region = job.job.region,
                      .fields = filled_trace(used, facts)});
  };

  if (when != "end") {
    ordered_json first = form;
    if (when == "both") {
      first["resource_id"] = "";
      first["code"] = "200";
    } else if (facts.resource_id.empty()) {
      facts.resource_id = made_id(seed_, name, 100);
    }
    facts.recorded_after = Milliseconds(random_of(seed_, name, 2).between(200, 900));
    add(first, 0, job.submitted);
  }
  const auto end = end_of(job, row);
  if (when == "submission" || !end) return traces;

  ordered_json last = form;
  Milliseconds after = job.job.service == "evs" ? kAfterEndOfVolume : kAfterEndOfServer;
  if (when == "both") {
    last["user"] = nullptr;
    last["trace_type"] = "SystemAction";
    last["request"] = "";
    after = kAfterEndOfImage;
    if (job.course->length() == 0ms && row.begin && row.end) after += *row.end - *row.begin;
  }
  facts.has_failed = row.status == "FAIL";
  facts.document = document;
  facts.resource_id = row.resource_id;
  facts.recorded_after = 0ms;
  add(last, 1, *end + after);
  return traces;
}

std::vector<Trace> TraceMaker::others(const Account& account) const {
  std::vector<Trace> traces;
  if (!script_.has_others) return traces;
  for (const ordered_json& form : trace_forms()["others"]) {
    const std::string id = made_id(seed_, "others", traces.size());
    const WallTime time = started_ - std::chrono::minutes(form["minutes_ago"].get<int>());
    traces.push_back(
        {.time = time,
         .queryable = queryable(time, 0ms, id),
         .region = std::string(kRegion),
         .fields = filled_trace(form, {.account = account, .trace_id = id, .time = time})});
  }
  return traces;
}

}  // namespace jobtree::simulator

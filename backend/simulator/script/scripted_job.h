// A job of the pretend cloud: what a list says of it, and its course.
//
// Knows: how a job is made of a plan or of an order. Must not know: HTTP, signatures, threads, or
// what time it is. Chance comes from the seed alone, so the same seed gives the same jobs, the same
// courses and the same bytes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/script/course.h"
#include "simulator/script/planned_course.h"
#include "simulator/script/records/trace_script.h"
#include "simulator/script/scenario.h"

namespace jobtree::simulator {

/// The region of every job that is given none.
inline constexpr std::string_view kRegion = "cn-north-4";

/// A job a visitor can open, with words for a list.
struct KnownJob {
  std::string service;  ///< "eip"
  std::string region;   ///< "cn-north-4"
  std::string job_id;   ///< with "/" between them where several ids name it
  std::string title_en;
  std::string title_zh;
  std::string path = {};  ///< what to ask for it, "/v1/PROJECT/jobs/ID"; set by known_jobs()
};

struct ScriptedJob {
  KnownJob job;
  std::shared_ptr<const Course> course;
  /// When it begins by itself, from the simulator's start on; without it, when it is asked for.
  std::optional<Milliseconds> starts_after = {};
  bool is_listed = true;  ///< known_jobs() has it
  JobTrace trace = {};
};

/// The job that goes as `root` says, its id made of the root's identity. `speed` divides every
/// duration.
ScriptedJob planned_job(std::string_view service, Step root, double speed, std::string title_en,
                        std::string title_zh);

/// What `plans` ask for. An id that is left out comes from the seed and the place in the list.
std::vector<ScriptedJob> planned_jobs(const std::vector<JobPlan>& plans, std::uint64_t seed,
                                      double speed);

/// The batch of the order with this `number` (1, 2, …): as many createPublicip jobs under one
/// createBatchPublicip. The order must be in range (see check_order).
ScriptedJob batch_job(std::uint64_t seed, double speed, std::uint64_t number,
                      const BatchOrder& order);

/// What is out of range in `order`, or "".
std::string check_order(const BatchOrder& order);

}  // namespace jobtree::simulator

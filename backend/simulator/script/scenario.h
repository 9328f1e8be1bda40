// A scenario: what a pretend cloud is made of. Its keys, projects, jobs, limits, robots and faults.
//
// Knows: values. Must not know: where they come from (scenario_file.h, or built in) or what is done
// with them.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "simulator/script/account.h"
#include "simulator/script/fault.h"
#include "simulator/script/planned_course.h"
#include "simulator/script/records/trace_script.h"
#include "simulator/script/robots/robot.h"

namespace jobtree::simulator {

/// A project as IAM lists it; the name of a region's main project is the region's.
struct ListedProject {
  std::string id;
  std::string name;
};

/// The most elastic IPs of one batch.
inline constexpr int kMaxBatch = 100'000;

/// A batch as a visitor orders it.
struct BatchOrder {
  int count = 20;   ///< elastic IPs, 1 to kMaxBatch
  int failing = 0;  ///< how many of them fail, 0 to count
};

/// A document that is given out as it stands, and never forgotten.
struct FixedDocument {
  std::string bytes;
};

/// One job of a scenario file.
struct JobPlan {
  std::string service;
  std::string region;
  std::string job_id;  ///< "" when the seed is to make one
  std::string title_en;
  std::string title_zh;
  std::variant<FixedDocument, BatchOrder, std::shared_ptr<const CourseTree>> what;
  std::optional<Milliseconds> starts_after = {};  ///< the start of the simulator
  JobTrace trace = {};
};

/// So many calls of one key are answered in each window of time; the others get 429.
struct Quota {
  int limit = 0;  ///< 0: no limit
  std::chrono::seconds window{300};
};

/// How the simulator is reached: in the clear, or by https with a certificate that is right, made
/// out to another name, or out of date.
enum class Tls { none, good, wrong_name, expired };

inline constexpr double kMinSpeed = 0.01;
inline constexpr double kMaxSpeed = 1000;

/// When a documented job ran: years ago, or in the hours before the simulator began.
enum class DocumentTimes { as_documented, lately };

/// Durations are those at speed 1.
struct Scenario {
  std::optional<std::uint64_t> seed = {};
  std::optional<double> speed = {};
  std::vector<Account> accounts = {demo_account()};
  /// Without it IAM lists one project for whatever region is asked for: the key's own.
  std::optional<std::vector<ListedProject>> projects = {};
  std::optional<std::vector<JobPlan>> jobs = {};  ///< without it: the built-in ones
  /// When the documented ones of these ran. No file says it: documents are given out as they are.
  DocumentTimes document_times = DocumentTimes::as_documented;
  Quota quota = {};
  /// How long after its end a job that moved is still known; without it, for ever.
  std::optional<std::chrono::seconds> forget_after = {};
  std::chrono::seconds clock_offset{0};           ///< the simulator's clock less the true one
  std::chrono::seconds temporary_key_life{3600};  ///< of keys the metadata service gives out
  TraceScript traces = {};
  std::vector<Robot> robots = demo_robots();
  std::vector<Fault> faults = {};
  Tls tls = Tls::none;
};

/// As long as the real cloud remembers (ECS API reference, "Querying Task Execution Status").
inline constexpr std::chrono::hours kForgetAfter{24};

}  // namespace jobtree::simulator

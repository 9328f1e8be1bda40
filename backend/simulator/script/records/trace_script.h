// What a scenario says of Cloud Trace Service, and of the trace of one job.
//
// Knows: values, and how a scenario file writes them. Must not know: what a trace looks like.
#pragma once

#include <optional>
#include <string>

#include "simulator/script/json_reader.h"
#include "simulator/script/time.h"

namespace jobtree::simulator {

/// A disabled tracker records nothing that one can query; without one there is no tracker either.
enum class Tracker { enabled, disabled, none };

/// Durations are those at speed 1.
struct TraceScript {
  Tracker tracker = Tracker::enabled;
  /// How long after it happened a trace can be queried.
  Milliseconds delay = std::chrono::minutes(1);
  bool has_others = true;  ///< traces that belong to no job, between those that do
};

/// What is special about the trace of one job.
struct JobTrace {
  std::string user = {};                      ///< "": one of the three people
  std::string resource_name = {};             ///< "": one that fits the service
  Milliseconds late{};                        ///< more than the delay
  std::optional<std::size_t> cut_after = {};  ///< so many bytes of the response
};

TraceScript read_trace_script(JsonReader reader);
JobTrace read_job_trace(JsonReader reader);

/// Whether and when a job begins by itself: at most a week before the start, or after it.
std::optional<Milliseconds> read_starts_after(JsonReader& reader);

}  // namespace jobtree::simulator

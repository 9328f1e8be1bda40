// How each service writes a trace of a job, and when.
//
// Knows: documents/trace-forms-made.json, and the rules: ECS and EVS write one at the end of a job,
// with the whole job in it; IMS writes two; the others write one at submission, with the response
// that has the job's id. Must not know: HTTP, filters, pages.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "simulator/cloud/job_book.h"
#include "simulator/script/account.h"

namespace jobtree::simulator {

struct Trace {
  WallTime time;
  WallTime queryable;  ///< from then on
  std::string region;
  nlohmann::ordered_json fields;  ///< as they are sent
};

class TraceMaker {
 public:
  /// Traces that belong to no job are dated before `started`.
  TraceMaker(std::uint64_t seed, double speed, TraceScript script, WallTime started);

  /// Of a job, as far as they are written at `now`.
  std::vector<Trace> of_job(const BookedJob& job, const Account& account, WallTime now) const;
  /// Of no job: system records, reads, failures, synchronous calls.
  std::vector<Trace> others(const Account& account) const;

 private:
  WallTime queryable(WallTime time, Milliseconds late, const std::string& trace_id) const;

  const std::uint64_t seed_;
  const double speed_;
  const TraceScript script_;
  const WallTime started_;
};

}  // namespace jobtree::simulator

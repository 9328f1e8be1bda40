// Cloud Trace Service: the list of traces, and the tracker.
//
// Knows: the parameters of the list, its pages, its errors. Must not know: signatures, what the
// services write (trace_maker.h), sockets.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "simulator/cloud/job_book.h"
#include "simulator/cloud/records/trace_maker.h"
#include "simulator/cloud/request.h"
#include "simulator/cloud/response.h"

namespace jobtree::simulator {

struct TraceMatch {
  bool is_tracker = false;  ///< the trackers, not the traces
  std::string project_id;
};

/// What of Cloud Trace Service a GET is for; nothing at the host of another service.
std::optional<TraceMatch> find_traces(const Request& request);

class Traces {
 public:
  Traces(std::uint64_t seed, double speed, const TraceScript& script, WallTime started)
      : seed_(seed), script_(script), maker_(seed, speed, script, started) {}

  Response respond(const TraceMatch& match, const Request& request, std::string_view request_id,
                   const Account& account, const JobBook& book, WallTime now) const;

 private:
  Response list(const Request& request, std::string_view request_id, const Account& account,
                const JobBook& book, WallTime now) const;

  const std::uint64_t seed_;
  const TraceScript script_;
  const TraceMaker maker_;
};

/// What an account without a running tracker gets: no traces, and a tracker that is disabled, or
/// none.
Response untracked(const TraceMatch& match, Tracker tracker, const Account& account);

}  // namespace jobtree::simulator

// The jobs in a page of the Cloud Trace Service: GET /v3/{project_id}/traces.
//
// Knows: the form of a trace, of every age, and where the response of a call in it names a job.
// Must not know: how pages are fetched, where jobs are remembered. Of a trace's `request` nothing
// is read: whether secrets in it are masked is up to each service. Of its `user` only the name is.
// Where nothing else is said, forms are those of the vendor's user guide of CTS.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "discovery/found_job.h"
#include "discovery/job_place.h"

namespace jobtree::discovery {

struct TracePage {
  std::vector<FoundJob> jobs{};  ///< as the page has them, the newest first; see join()
  /// Calls that name no job, for name_submitters(): the job may stand in another trace, on another
  /// page.
  std::vector<Submission> submissions{};
  std::string marker{};   ///< of the next, older page; "" when this is the last
  std::size_t count = 0;  ///< traces, those that name no job too
  /// Of these, how many are no trace that can be read, or name more jobs than any page does.
  std::size_t unreadable = 0;
  std::vector<std::string> trace_ids{};  ///< each once: the same trace can come on two pages
  std::optional<store::Time> newest{}, oldest{};
};

/// Fails when the body is no page of traces: no JSON, cut, or too large. A trace that is none is
/// left out, and so is one that two readers could take for two: with a name twice.
Result<TracePage> read_traces(const Origin& origin, std::string_view body);

}  // namespace jobtree::discovery

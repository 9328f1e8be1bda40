// /api/{region}/{service}/...: from an address to a job, for who may see it.
//
// Knows: what a token may see, the budget of unknown jobs, which problem a viewer is told, the
// audit. Must not know: how jobs are fetched and kept, tokens files, HTTP beyond its own headers.
#pragma once

#include <memory>
#include <optional>

#include "cloud/where/catalogue.h"
#include "gateway/access/authenticator.h"
#include "gateway/access/miss_limiter.h"
#include "gateway/access/origin_policy.h"
#include "gateway/jobs/executor.h"
#include "gateway/jobs/job_handler.h"
#include "gateway/jobs/own_ids.h"
#include "gateway/metrics.h"
#include "gateway/routing/request_records.h"
#include "gateway/routing/routes.h"

namespace jobtree::gateway {

/// Thread-safe.
class JobRoute {
 public:
  /// Whom it asks and tells; all must outlive it.
  struct Neighbours {
    const cloud::Catalogue& catalogue;
    const OwnIds& own_ids;
    JobHandler& jobs;
    Authenticator& tokens;
    MissLimiter& misses;
    const OriginPolicy& origins;
    RequestLog& log;
    RequestRecords& records;
    Metrics& metrics;
    Executor& executor;
  };
  /// With tokens in use it looks every second at their file, and whether those of the viewers who
  /// wait are still good, so that who lost its own is told at once and not at the next change.
  explicit JobRoute(Neighbours neighbours);

  std::optional<RouteResponse> handle(RoutedRequest& request);

 private:
  struct Viewer;
  std::optional<RouteResponse> judged(const cloud::JobAddress& address, RoutedRequest& request);
  net::Prepared finish(const Viewer& viewer, JobResponse&& answer);
  RouteResponse problem_for(const Viewer& viewer, const JobResponse& answer, Decision& decision);
  /// Why this viewer, who was let in, is told nothing now; nothing when it may see the job yet.
  std::optional<RouteResponse> revoked(const Viewer& viewer, Decision& decision);
  void look_after_tokens();
  void look_later();

  const Neighbours with_;
  TaskScope tasks_;  ///< last: they use all of the above
};

}  // namespace jobtree::gateway

// GET /api/jobs/{region}/{service}/{project}/{job} and what lies below it, and /api/stats: what is
// remembered of one job, for who may see it, and how long jobs of a kind took.
//
// Knows: addresses, what a token may see, the audit. Must not know: how anything is stored.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "cloud/where/catalogue.h"
#include "gateway/access/request_log.h"
#include "gateway/jobs/job_handler.h"
#include "gateway/jobs/own_ids.h"
#include "gateway/memory/archive_reads.h"
#include "gateway/routing/routes.h"

namespace jobtree::gateway {

/// Thread-safe.
class MemoryRoute {
 public:
  /// Whom it asks and tells; all must outlive it.
  struct Neighbours {
    store::Archive& archive;
    ArchiveReads& reads;
    const cloud::Catalogue& catalogue;
    const OwnIds& own_ids;
    JobHandler& jobs;  ///< for nothing but room for bodies
    RequestLog& log;
  };
  explicit MemoryRoute(Neighbours neighbours) : with_(neighbours) {}

  std::optional<RouteResponse> job(RoutedRequest& request);
  std::optional<RouteResponse> stats(RoutedRequest& request);

 private:
  struct Viewer;
  /// What is shown of a job that is remembered.
  using Show = std::function<RouteResponse(const store::JobRecord& record)>;

  std::optional<RouteResponse> read(RoutedRequest& request, const cloud::JobAddress& address,
                                    Show show);
  RouteResponse shown(const Viewer& viewer, const Show& show);
  RouteResponse told(const Viewer& viewer, RouteResponse answer, std::string_view outcome) const;
  std::optional<RouteResponse> view(RoutedRequest& request, const cloud::JobAddress& address,
                                    std::string_view what);
  RouteResponse body(const store::JobRecord& record, std::int64_t version,
                     std::string_view if_none_match) const;

  const Neighbours with_;
};

}  // namespace jobtree::gateway

// GET /api/compare: two jobs that are remembered, side by side, for who may see both.
//
// Knows: addresses, what a token may see, the audit. Must not know: what is compared, how anything
// is stored.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/clock.h"
#include "cloud/where/catalogue.h"
#include "gateway/access/request_log.h"
#include "gateway/jobs/job_handler.h"
#include "gateway/jobs/own_ids.h"
#include "gateway/memory/archive_reads.h"
#include "gateway/routing/routes.h"

namespace jobtree::gateway {

struct Run;

/// Thread-safe.
class CompareRoute {
 public:
  /// Whom it asks and tells; all must outlive it.
  struct Neighbours {
    store::Archive& archive;
    ArchiveReads& reads;
    const cloud::Catalogue& catalogue;
    const OwnIds& own_ids;
    JobHandler& jobs;  ///< for nothing but room for bodies
    RequestLog& log;
    Clock clock;
  };
  explicit CompareRoute(Neighbours neighbours) : with_(std::move(neighbours)) {}

  std::optional<RouteResponse> handle(RoutedRequest& request);

 private:
  struct Viewer;
  Later compared(const Viewer& viewer);
  std::variant<Run, RouteResponse> read(const Viewer& viewer,
                                        const cloud::JobAddress& address) const;
  RouteResponse told(const Viewer& viewer, RouteResponse answer, std::string_view outcome) const;

  const Neighbours with_;
};

}  // namespace jobtree::gateway

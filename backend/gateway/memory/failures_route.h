// /api/failures: what failed over all jobs that are remembered, for who may see them; and what is
// to be muted.
//
// Knows: what a token may see, who may mute, the audit, the JSON of a failure. Must not know: how
// failures are counted.
#pragma once

#include <memory>
#include <optional>

#include "base/clock.h"
#include "gateway/access/request_log.h"
#include "gateway/jobs/own_ids.h"
#include "gateway/memory/archive_reads.h"
#include "gateway/routing/routes.h"
#include "store/archive.h"

namespace jobtree::gateway {

/// Thread-safe.
class FailuresRoute {
 public:
  /// Whom it asks and tells; all must outlive it.
  struct Neighbours {
    store::Archive& archive;
    ArchiveReads& reads;
    const OwnIds& own_ids;
    RequestLog& log;
    Clock clock;
  };
  explicit FailuresRoute(Neighbours neighbours) : with_(std::move(neighbours)) {}

  std::optional<RouteResponse> list(RoutedRequest& request);
  std::optional<RouteResponse> mute(RoutedRequest& request);

 private:
  struct Viewer;
  Later show(const Viewer& viewer);
  Later carry_out(const Viewer& viewer, const store::Muting& muting);
  RouteResponse told(const Viewer& viewer, RouteResponse answer, std::string_view outcome) const;
  store::Time now() const;

  const Neighbours with_;
};

}  // namespace jobtree::gateway

// POST /api/jobs: has a job followed to its end though nobody looks, and what is to stand beside
// it remembered.
//
// Knows: who may write, the audit. Must not know: how a job is followed, or what an order says.
#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "cloud/where/catalogue.h"
#include "gateway/access/request_log.h"
#include "gateway/jobs/follower.h"
#include "gateway/jobs/own_ids.h"
#include "gateway/memory/archive_reads.h"
#include "gateway/routing/routes.h"

namespace jobtree::gateway {

/// Thread-safe.
class FollowRoute {
 public:
  /// Whom it asks and tells; all must outlive it.
  struct Neighbours {
    store::Archive& archive;
    ArchiveReads& reads;
    const cloud::Catalogue& catalogue;
    cloud::JobSource& source;  ///< for nothing but the key's own ids
    const OwnIds& own_ids;
    Follower& follower;
    RequestLog& log;
  };
  explicit FollowRoute(Neighbours neighbours) : with_(neighbours) {}

  std::optional<RouteResponse> handle(RoutedRequest& request);

 private:
  struct Order;
  Later carry_out(Order& order);
  /// When to come back, while the id that "-" stands for is looked up.
  std::optional<std::chrono::steady_clock::time_point> learns_id(const Order& order);
  RouteResponse done(const Order& order, bool is_new);
  RouteResponse told(const Order& order, RouteResponse answer, std::string_view outcome) const;

  const Neighbours with_;
};

}  // namespace jobtree::gateway

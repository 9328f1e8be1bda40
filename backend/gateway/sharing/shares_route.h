// /api/shares: who has the right makes links that show others a job or a board, lists and revokes
// them; and GET /api/share, which tells who has a link what it shows.
//
// Knows: who may share and see what, the audit, the JSON of a link. Must not know: how links are
// kept, what their other addresses answer.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "cloud/where/catalogue.h"
#include "gateway/access/request_log.h"
#include "gateway/jobs/own_ids.h"
#include "gateway/memory/archive_reads.h"
#include "gateway/routing/routes.h"
#include "gateway/sharing/share_book.h"

namespace jobtree::gateway {

/// Thread-safe.
class SharesRoute {
 public:
  /// Whom it asks and tells; all must outlive it.
  struct Neighbours {
    store::Archive& archive;
    ArchiveReads& reads;
    ShareBook& book;
    const cloud::Catalogue& catalogue;
    const OwnIds& own_ids;
    RequestLog& log;
    std::string public_url{};  ///< before each link; "" for links without a host
  };
  explicit SharesRoute(Neighbours neighbours) : with_(std::move(neighbours)) {}

  std::optional<RouteResponse> create(RoutedRequest& request);
  std::optional<RouteResponse> list(RoutedRequest& request);
  std::optional<RouteResponse> revoke(RoutedRequest& request);
  /// What the link whose token a request brings shows.
  std::optional<RouteResponse> show(RoutedRequest& request);

 private:
  struct Sharer;
  std::shared_ptr<const Sharer> sharer_of(const RoutedRequest& request) const;
  /// Whether these are links that it may know of, and revoke.
  bool is_for(const Sharer& sharer, const store::Share& share) const;
  Later made(const Sharer& sharer, const store::NewShare& order);
  Later listed(const Sharer& sharer) const;
  Later revoked(const Sharer& sharer, std::int64_t id);
  RouteResponse told(const Sharer& sharer, RouteResponse answer, std::string_view outcome,
                     const store::Share* share = nullptr) const;

  const Neighbours with_;
};

}  // namespace jobtree::gateway

// The addresses that a share link has for who can send no token: the page and its preview, the
// badge, the feed. The token stands in the path.
//
// Nothing here polls the cloud: what is shown is what is remembered.
//
// Knows: tokens in addresses, headers of images and feeds, what a link may read, the audit. Must
// not know: how badges, feeds and pages look, who may make links.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/mutex.h"
#include "gateway/access/request_log.h"
#include "gateway/jobs/own_ids.h"
#include "gateway/memory/archive_reads.h"
#include "gateway/routing/routes.h"
#include "gateway/sharing/share_access.h"
#include "gateway/sharing/share_summary.h"
#include "gateway/site/files.h"

namespace jobtree::gateway {

/// Thread-safe.
class LinkRoute {
 public:
  /// Whom it asks; all must outlive it.
  struct Neighbours {
    store::Archive& archive;
    ArchiveReads& reads;
    ShareBook& book;
    ShareAccess& access;
    const OwnIds& own_ids;
    const Files& files;
    RequestLog& log;
    std::string public_url{};  ///< before each link; "" for links without a host
  };
  explicit LinkRoute(Neighbours neighbours) : with_(std::move(neighbours)) {}

  std::optional<RouteResponse> page(RoutedRequest& request);
  std::optional<RouteResponse> badge(RoutedRequest& request);
  std::optional<RouteResponse> feed(RoutedRequest& request);

 private:
  struct Visit;
  /// The link of an address, and what it shows now.
  struct Link {
    ShareBook::Entry share;  ///< null: unknown
    ShareAccess::Shown shown{ShareState::live, nullptr};
  };
  Link link_of(const Visit& visit);
  /// Has the answer made where that may block.
  std::optional<RouteResponse> later(RoutedRequest& request,
                                     std::function<RouteResponse()> make) const;
  RouteResponse page_of(const Visit& visit, const std::optional<Link>& link);
  RouteResponse badge_of(const Visit& visit);
  RouteResponse feed_of(const Visit& visit);
  RouteResponse told(const Visit& visit, const Link& link, RouteResponse answer) const;
  ShareSummary summary(const Link& link);
  ShareSummary board_summary(const Link& link);
  Result<std::optional<store::JobRecord>> job_of(const Link& link) const;

  const Neighbours with_;
  Mutex mutex_;
  /// Of boards as they were read last: an image that a busy page shows is asked for often.
  struct Counted {
    std::uint64_t revision = 0;
    ShareSummary summary{};
  };
  std::map<std::string, Counted> counted_ JOBTREE_GUARDED_BY(mutex_);
};

}  // namespace jobtree::gateway

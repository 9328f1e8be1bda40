// Who may use what: the table of all routes.
//
// Knows: addresses, methods, which pages and tokens may use them. Must not know: what a route does.
#pragma once

#include <vector>

#include "gateway/channels/channels_route.h"
#include "gateway/memory/board_route.h"
#include "gateway/memory/compare_route.h"
#include "gateway/memory/failures_route.h"
#include "gateway/memory/follow_route.h"
#include "gateway/memory/memory_route.h"
#include "gateway/routing/routes.h"
#include "gateway/sdk/identity.h"
#include "gateway/sharing/link_route.h"
#include "gateway/sharing/shares_route.h"
#include "gateway/site/job_route.h"
#include "gateway/site/site_route.h"

namespace jobtree::gateway {

/// Who serves them; all must outlive the table. Making the table touches none of them.
struct Handlers {
  SiteRoute& site;
  BoardRoute& board;
  MemoryRoute& memory;
  CompareRoute& compare;
  FailuresRoute& failures;
  FollowRoute& follow;
  ChannelsRoute& channels;
  SharesRoute& shares;
  LinkRoute& links;
  JobRoute& jobs;
  Identity& identity;
};

struct RouteChoices {
  bool has_demo = false;
  bool has_metrics_port = false;  ///< so they are not on this one
};

/// The routes of the main port and of those for SDKs. The first that fits is the one.
std::vector<Route> routes_of(const Handlers& handlers, RouteChoices choices);

/// On the metrics' own port there is nothing else.
std::vector<Route> metrics_routes_of(SiteRoute& site);

}  // namespace jobtree::gateway

// GET /api/channels and POST /api/channels/{name}/test: how the channels stand, and a test of one.
//
// Knows: who may see and try them, the audit. Must not know: what a channel is. Thread-safe.
#pragma once

#include <optional>
#include <string>

#include "gateway/access/request_log.h"
#include "gateway/channels/channels.h"
#include "gateway/memory/archive_reads.h"
#include "gateway/routing/routes.h"

namespace jobtree::gateway {

class ChannelsRoute {
 public:
  /// `log` must outlive it.
  ChannelsRoute(Channels channels, RequestLog& log) : channels_(std::move(channels)), log_(log) {}

  std::optional<RouteResponse> list(RoutedRequest& request);
  std::optional<RouteResponse> test(RoutedRequest& request);

 private:
  struct Wish;
  Later carry_out(const Wish& wish);

  const Channels channels_;
  RequestLog& log_;
  ArchiveReads tests_;  ///< of their own: each may wait for a server that is slow
};

}  // namespace jobtree::gateway

// Who may write into what is remembered: a token with the right to; without tokens whoever is on
// this machine. That a page of another site may not, the table of routes says.
//
// Knows: rights, the audit. Must not know: what is written.
#pragma once

#include <optional>
#include <string_view>

#include "gateway/access/request_log.h"
#include "gateway/routing/routes.h"

namespace jobtree::gateway {

/// What is refused, in a sentence for each way to be without the right.
struct RefusedWrite {
  bool Holder::*right = &Holder::can_follow;
  std::string_view to_token;    ///< "" for the usual one
  std::string_view to_visitor;  ///< where no tokens are in use
};

/// Why the sender may not write; nothing when it may.
std::optional<RouteResponse> refused_writer(const RoutedRequest& request, const RefusedWrite& words,
                                            RequestLog& log);

}  // namespace jobtree::gateway

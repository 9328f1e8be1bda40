// /healthz and /readyz: whether this server lives, and whether it would query the cloud now.
//
// Knows: how key and memory stand, in words for programs and for people. Must not know: routes,
// metrics.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "cloud/job_source.h"
#include "gateway/routing/route_response.h"
#include "store/archive.h"

namespace jobtree::gateway {

struct Readiness {
  std::string status;       ///< "ready", "no_key" or "key_paused"
  std::string detail;       ///< a sentence that is safe to show; "" when ready
  bool comes_back = false;  ///< by itself
  std::optional<std::chrono::seconds> retry_after{};
};

Readiness readiness_of(const cloud::Health& health);

RouteResponse healthz_response();

/// `last_success`: when the cloud last answered with a job; nothing before the first. Trouble of
/// the memory keeps nobody from being served, and is told beside the rest.
RouteResponse readyz_response(const Readiness& readiness, const store::ArchiveState& memory,
                              std::optional<std::chrono::system_clock::time_point> last_success);
/// The same of a server that takes no new request.
RouteResponse stopping_response(const store::ArchiveState& memory,
                                std::optional<std::chrono::system_clock::time_point> last_success);

}  // namespace jobtree::gateway

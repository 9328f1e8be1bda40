// The way of every request: host, route, origin, method, token, body, handler, each judged once and
// from the head alone, so that a refusal waits for no body.
//
// Knows: the table of routes, and who judges what. Must not know: what a route does.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/access/authenticator.h"
#include "gateway/access/host_policy.h"
#include "gateway/access/origin_policy.h"
#include "gateway/access/trusted_proxies.h"
#include "gateway/jobs/executor.h"
#include "gateway/routing/request_records.h"
#include "gateway/routing/route_response.h"
#include "gateway/routing/routes.h"
#include "net/http_server.h"

namespace jobtree::gateway {

/// Called from all of the server's threads at once.
class Dispatcher {
 public:
  /// Who judges; all must outlive it.
  struct Judges {
    const HostPolicy& hosts;
    const OriginPolicy& origins;
    const TrustedProxies& proxies;
    Executor& executor;                 ///< for responses that are made later
    Authenticator* tokens = nullptr;    ///< null: no route needs one
    RequestLog* audit = nullptr;        ///< null: nobody is told
    RequestRecords* records = nullptr;  ///< null: nothing is written down
    /// Put before each path: on a port that stands for one part of the table. "" for none.
    std::string prefix{};
  };
  Dispatcher(Judges judges, Routes routes);

  void handle(net::Exchange& exchange);
  /// Words the response to a request that never reached a handler, or broke one.
  void error(const net::RequestError& error, httplib::Response& response) const;

 private:
  std::optional<RouteResponse> routed(RoutedRequest& request, const Route* route) const;
  std::optional<RouteResponse> refused_host(const net::Exchange& exchange) const;
  /// Why what the request brings does not open the route; else its token is the request's.
  std::optional<RouteResponse> refused_token(RoutedRequest& request, const Route& route) const;
  bool may_come_from_there(const net::Exchange& exchange, From from) const;
  net::Prepared completed(const RequestFacts& facts, RouteResponse answer) const;
  net::Prepared broken(const RequestFacts& facts, std::string_view why) const;
  void respond_later(RoutedRequest& request);
  struct Pending;
  void make_and_send(const std::shared_ptr<Pending>& pending);
  /// Makes it at that time, or later when there is nothing to make by then.
  void make_at(std::chrono::steady_clock::time_point time, std::shared_ptr<Pending> pending);
  RouteResponse unauthorized(const Denial& denial, const RequestFacts& facts,
                             const std::string& token = "") const;
  /// What is the same in all of them.
  void complete(std::string_view origin, bool is_sdk, RouteResponse& answer) const;

  const Judges judges_;
  const Routes routes_;
  TaskScope tasks_;  ///< last: they use all of the above
};

}  // namespace jobtree::gateway

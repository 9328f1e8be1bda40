#include "gateway/routing/dispatcher.h"

#include <algorithm>
#include <exception>
#include <string>
#include <utility>
#include <variant>

#include "base/ascii.h"
#include "gateway/access/security_headers.h"
#include "gateway/sdk/sdk_error.h"

namespace jobtree::gateway {
namespace {

// Two of the five cut an endpoint off after its host.
constexpr std::string_view kDroppedPath =
    "There is nothing at this address. The SDKs for Python and Go drop the path of an endpoint: "
    "start this server with --sdk-listen SERVICE@REGION=HOST:PORT and use that address.";

constexpr std::string_view kOnlyShared =
    "A share link shows only what was shared; this address is not part of it.";

bool is_open_to(const Route& route, const SharedView& view) {
  return route.shares == OpenTo::any_share ||
         route.shares == (view.job ? OpenTo::job_shares : OpenTo::board_shares);
}

/// To "OPTIONS *", which asks what the server as a whole takes (RFC 9110 section 9.3.7).
RouteResponse server_options() {
  RouteResponse answer;
  answer.response.status = 204;
  answer.response.set_header("Allow", "DELETE, GET, HEAD, OPTIONS, POST");
  return answer;
}

/// Whether a Content-Type is JSON, whatever its parameters: in any case of letters (RFC 9110
/// section 8.3.1).
bool is_json(std::string_view content_type) {
  const std::string_view type = content_type.substr(0, content_type.find(';'));
  return equals_ignoring_case(trimmed(type, kSpaceTab), "application/json");
}

RouteResponse preflight() {
  RouteResponse answer;
  answer_preflight(answer.response);
  return answer;
}

RouteResponse wrong_method(const std::string& methods) {
  RouteResponse answer = refusal(problems::kWrongMethod);
  answer.response.set_header("Allow", methods);
  return answer;
}

}  // namespace

Dispatcher::Dispatcher(Judges judges, Routes routes)
    : judges_(judges), routes_(std::move(routes)), tasks_(judges.executor) {}

void Dispatcher::handle(net::Exchange& exchange) {
  const std::string_view target = exchange.head.target;
  std::string_view path = target.substr(0, target.find('?'));
  const std::string_view query = target.substr(std::min(path.size() + 1, target.size()));
  std::string prefixed;
  if (!judges_.prefix.empty() && path != "*") {
    prefixed = judges_.prefix + std::string(path);
    path = prefixed;
  }
  auto found = routes_.find(path, exchange.head.method);
  RoutedRequest request{.exchange = exchange,
                        .path = path,
                        .query = query,
                        .captures = found ? std::move(found->captures) : Captures(),
                        .token = nullptr,
                        .facts = {.route = found ? found->place : routes_.size(),
                                  .method = std::string(exchange.head.method),
                                  .origin = std::string(exchange.header("Origin")),
                                  .viewer = judges_.proxies.viewer_of(
                                      exchange.peer, exchange.header("X-Forwarded-For")),
                                  .is_sdk = !exchange.head.header(kSdkDate).empty(),
                                  .began = std::chrono::steady_clock::now()}};
  std::optional<RouteResponse> answer;
  try {
    answer = routed(request, found ? found->route : nullptr);
  } catch (...) {
    // Counted here, where the route is known; the server has the response worded.
    if (judges_.records != nullptr) judges_.records->broke(request.facts);
    throw;
  }
  if (request.make_later) return respond_later(request);
  if (!answer) return;  // it comes later
  exchange.send(completed(request.facts, std::move(*answer)));
}

net::Prepared Dispatcher::completed(const RequestFacts& facts, RouteResponse answer) const {
  complete(facts.origin, facts.is_sdk, answer);
  if (judges_.records != nullptr) {
    judges_.records->responded(facts, {.status = answer.response.status,
                                       .request_id = answer.request_id,
                                       .was_parked = answer.was_parked});
  }
  return net::prepare(std::move(answer.response), std::move(answer.body));
}

/// What the server itself does with a handler that throws, for one that does so later.
net::Prepared Dispatcher::broken(const RequestFacts& facts, std::string_view why) const {
  if (judges_.records != nullptr) judges_.records->broke(facts);
  httplib::Response response;
  error({.status = 500,
         .why = why,
         .peer = facts.viewer,
         .header =
             [&facts](std::string_view name) {
               if (name == kSdkDate) return std::string(facts.is_sdk ? "sent" : "");
               return name == "Origin" ? facts.origin : std::string();
             }},
        response);
  return net::prepare(std::move(response));
}

/// A response that is made on other threads, and where it goes.
struct Dispatcher::Pending {
  net::Responder responder;
  RequestFacts facts;
  decltype(RoutedRequest::make_later) make;
  decltype(RoutedRequest::wait_on) wait_on;
};

void Dispatcher::respond_later(RoutedRequest& request) {
  auto pending = std::make_shared<Pending>(Pending{.responder = request.exchange.defer(),
                                                   .facts = std::move(request.facts),
                                                   .make = std::move(request.make_later),
                                                   .wait_on = std::move(request.wait_on)});
  tasks_.run([this, pending = std::move(pending)] { make_and_send(pending); });
}

void Dispatcher::make_and_send(const std::shared_ptr<Pending>& pending) {
  std::optional<net::Prepared> prepared;
  try {
    Later made = pending->make();
    if (const auto* const again = std::get_if<Executor::Time>(&made)) {
      make_at(*again, pending);
      return;
    }
    prepared = completed(pending->facts, std::move(std::get<RouteResponse>(made)));
  } catch (const std::exception& exception) {
    prepared = broken(pending->facts, exception.what());
  }
  pending->responder.send(std::move(*prepared));
}

void Dispatcher::make_at(Executor::Time time, std::shared_ptr<Pending> pending) {
  tasks_.at(time, [this, pending = std::move(pending)] {
    const auto again = pending->wait_on ? pending->wait_on() : std::nullopt;
    if (again) {
      make_at(*again, pending);
    } else {
      tasks_.run([this, pending] { make_and_send(pending); });
    }
  });
}

std::optional<RouteResponse> Dispatcher::routed(RoutedRequest& request, const Route* route) const {
  net::Exchange& exchange = request.exchange;
  if (auto refused = refused_host(exchange)) return refused;
  if (request.path == "*") return server_options();
  if (route == nullptr) {
    return refusal(problems::kNotFound, request.facts.is_sdk ? kDroppedPath : "");
  }
  if (!may_come_from_there(exchange, route->from)) return refusal(problems::kCrossSite);
  const std::string& method = request.facts.method;
  const bool is_get = route->method == "GET";
  if (method == "OPTIONS" && is_get && judges_.origins.allows(request.facts.origin)) {
    return preflight();  // browsers send no token with it
  }
  if (method != route->method && !(is_get && method == "HEAD"))
    return wrong_method(routes_.methods(route->pattern));
  if (route->needs_token && judges_.tokens != nullptr) {
    if (auto refused = refused_token(request, *route)) return refused;
  }
  if (route->takes_json) {
    // A form of another site cannot send this type without the browser asking first.
    if (!is_json(exchange.header("Content-Type")) ||
        !exchange.head.header("Content-Encoding").empty()) {
      return refusal(problems::kWrongType);
    }
    if (!exchange.has_body()) {
      exchange.await_body();
      return std::nullopt;
    }
  }
  return route->handler(request);
}

std::optional<RouteResponse> Dispatcher::refused_token(RoutedRequest& request,
                                                       const Route& route) const {
  const Presented presented = presented_by(request.exchange, request.facts.is_sdk);
  if (!judges_.tokens->wants(presented)) return std::nullopt;
  auto verdict = judges_.tokens->judge(presented, request.facts.viewer);
  if (verdict.holder && verdict.holder->shared && !is_open_to(route, *verdict.holder->shared)) {
    const std::string name = verdict.holder->name;
    return unauthorized({problem_of(problems::kNoRight, kOnlyShared), "", "not_permitted"},
                        request.facts, name);
  }
  if (!verdict.holder) return unauthorized(verdict.denial, request.facts);
  request.token = std::move(verdict.holder);
  return std::nullopt;
}

std::optional<RouteResponse> Dispatcher::refused_host(const net::Exchange& exchange) const {
  switch (judges_.hosts.judge(exchange.head.host)) {
    case HostVerdict::ours:
      return std::nullopt;
    case HostVerdict::others:
      return refusal(problems::kWrongHost);
    case HostVerdict::malformed:
      break;
  }
  return refusal(problems::kBadRequest);
}

bool Dispatcher::may_come_from_there(const net::Exchange& exchange, From from) const {
  const std::string_view origin = exchange.header("Origin");
  if (from == From::anywhere ||
      is_same_origin(exchange.head.host, origin, exchange.header("Sec-Fetch-Site"))) {
    return true;
  }
  return from == From::allowed_pages && judges_.origins.allows(origin);
}

RouteResponse Dispatcher::unauthorized(const Denial& denial, const RequestFacts& facts,
                                       const std::string& token) const {
  RouteResponse answer = refusal_of(denial);
  if (judges_.audit != nullptr) {
    Decision decision;
    decision.request_id = denial.problem.request_id;
    decision.viewer = facts.viewer;
    decision.token = token;
    decision.outcome = denial.outcome;
    judges_.audit->audit(decision);
  }
  return answer;
}

void Dispatcher::error(const net::RequestError& error, httplib::Response& response) const {
  const Problem problem = problem_of_status(error.status);
  RouteResponse answer = refusal(problem);
  complete(error.header("Origin"), !error.header(kSdkDate).empty(), answer);
  response = std::move(answer.response);
  if (judges_.records != nullptr) {
    judges_.records->not_served(problem.status, error.why, problem.request_id, error.peer);
  }
}

void Dispatcher::complete(std::string_view origin, bool is_sdk, RouteResponse& answer) const {
  if (is_sdk) word_for_sdk(answer);
  judges_.origins.add_headers(origin, answer.response);
  add_security_headers(answer.response);
}

}  // namespace jobtree::gateway

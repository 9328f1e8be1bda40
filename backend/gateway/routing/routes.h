// Which addresses there are, who may use them, and what answers each: one table.
//
// Knows: patterns, methods, the rights a route wants. Must not know: how rights are judged, what
// handlers do.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gateway/access/token_list.h"
#include "gateway/routing/request_records.h"
#include "gateway/routing/route.h"
#include "gateway/routing/route_response.h"
#include "net/http_server.h"

namespace jobtree::gateway {

/// A response, or when to ask for it again.
using Later = std::variant<RouteResponse, std::chrono::steady_clock::time_point>;

/// A request whose sender may use the route, for the time of one call of its handler.
struct RoutedRequest {
  net::Exchange& exchange;
  std::string_view path;                ///< as sent, without the query
  std::string_view query;               ///< what follows the "?"
  Captures captures;                    ///< of the route's pattern
  std::shared_ptr<const Holder> token;  ///< null where none is wanted
  RequestFacts facts;                   ///< for what is written down in the end
  /// Set by a handler whose response is made of what may block, as a disk may: it is called on
  /// another thread, when the exchange is gone, until it has made one.
  std::function<Later()> make_later{};
  /// May be set with it: asked when the time has come that make_later named. Gives another time
  /// where there is still nothing to make, which costs no thread then. Must not block.
  std::function<std::optional<std::chrono::steady_clock::time_point>()> wait_on{};
};

/// Nothing: the response is made later, or the handler has left a responder behind, and writes down
/// itself what became of it.
using RouteHandler = std::function<std::optional<RouteResponse>(RoutedRequest&)>;

/// From which pages a route may be used.
enum class From {
  anywhere,
  allowed_pages,  ///< our own, and those of origins the operator named
  own_pages
};

/// Which share links open a route that needs a token.
enum class OpenTo { no_share, job_shares, board_shares, any_share };

struct Route {
  std::string_view method;   ///< a GET answers HEAD as well
  std::string_view pattern;  ///< of static storage; see match()
  From from = From::anywhere;
  bool needs_token = false;  ///< once tokens are in use
  bool takes_json = false;   ///< a body of this media type, which is waited for
  RouteHandler handler;
  OpenTo shares = OpenTo::no_share;
};

/// The patterns of these routes, each once: two methods of one address are one place.
inline std::vector<std::string_view> patterns_of(const std::vector<Route>& routes) {
  std::vector<std::string_view> patterns;
  patterns.reserve(routes.size());
  for (const Route& route : routes) {
    if (std::ranges::find(patterns, route.pattern) == patterns.end()) {
      patterns.push_back(route.pattern);
    }
  }
  return patterns;
}

class Routes {
 public:
  explicit Routes(std::vector<Route> routes)
      : routes_(std::move(routes)), patterns_(patterns_of(routes_)) {}

  struct Match {
    const Route* route;
    std::size_t place;  ///< of its pattern among all
    Captures captures;
  };
  /// The first pattern that fits is the one; of its routes the one of this method, else the first.
  std::optional<Match> find(std::string_view path, std::string_view method) const {
    for (std::size_t place = 0; place < patterns_.size(); ++place) {
      auto captures = match(patterns_[place], path);
      if (captures) {
        return Match{&route_of(patterns_[place], method), place, std::move(*captures)};
      }
    }
    return std::nullopt;
  }
  std::size_t size() const { return patterns_.size(); }
  /// The methods that an address takes, as an Allow header has them.
  std::string methods(std::string_view pattern) const {
    std::string methods;
    for (const Route& route : routes_) {
      if (route.pattern != pattern) continue;
      if (!methods.empty()) methods += ", ";
      methods.append(route.method);
      if (route.method == "GET") methods += ", HEAD";
    }
    return methods;
  }

 private:
  const Route& route_of(std::string_view pattern, std::string_view method) const {
    const auto has_pattern = [&](const Route& route) { return route.pattern == pattern; };
    const auto found = std::ranges::find_if(
        routes_, [&](const Route& route) { return has_pattern(route) && route.method == method; });
    return found != routes_.end() ? *found : *std::ranges::find_if(routes_, has_pattern);
  }

  std::vector<Route> routes_;
  std::vector<std::string_view> patterns_;
};

}  // namespace jobtree::gateway

// Which addresses there are, who may use them, and what answers each: one table.
//
// Knows: patterns, methods, the rights a route wants. Must not know: how rights are judged, what
// handlers do.
#pragma once

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
#include "gateway/site/request_records.h"
#include "gateway/site/route.h"
#include "gateway/site/route_response.h"
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

struct Route {
  std::string_view method;   ///< a GET answers HEAD as well
  std::string_view pattern;  ///< of static storage; see match()
  From from = From::anywhere;
  bool needs_token = false;  ///< once tokens are in use
  bool takes_json = false;   ///< a body of this media type, which is waited for
  RouteHandler handler;
};

class Routes {
 public:
  explicit Routes(std::vector<Route> routes) : routes_(std::move(routes)) {}

  struct Match {
    const Route* route;
    std::size_t place;  ///< among all
    Captures captures;
  };
  /// The first whose pattern fits is the one.
  std::optional<Match> find(std::string_view path) const {
    for (std::size_t place = 0; place < routes_.size(); ++place) {
      auto captures = match(routes_[place].pattern, path);
      if (captures) return Match{&routes_[place], place, std::move(*captures)};
    }
    return std::nullopt;
  }
  std::size_t size() const { return routes_.size(); }
  std::string_view pattern(std::size_t place) const {
    return place < routes_.size() ? routes_[place].pattern : "none";
  }

 private:
  std::vector<Route> routes_;
};

}  // namespace jobtree::gateway

#include "gateway/route_table.h"

#include "gateway/problem.h"
#include "gateway/site/health.h"

namespace jobtree::gateway {
std::vector<Route> routes_of(const Handlers& handlers, RouteChoices choices) {
  SiteRoute& site = handlers.site;
  return {
      {"GET", "/", From::anywhere, false, false,
       [&site](RoutedRequest& request) { return site.page("index.html", request); }},
      {"GET", "/embed.html", From::anywhere, false, false,
       [&site](RoutedRequest& request) { return site.page("embed.html", request); }},
      {"GET", "/healthz", From::anywhere, false, false,
       [](RoutedRequest&) { return healthz_response(); }},
      {"GET", "/readyz", From::anywhere, false, false,
       [&site](RoutedRequest&) { return site.readyz(); }},
      {"GET", "/metrics", From::own_pages, true, false,
       [&site, elsewhere = choices.has_metrics_port](RoutedRequest&) {
         return elsewhere ? refusal(problems::kNotFound) : site.figures();
       }},
      {"GET", "/api/config", From::allowed_pages, false, false,
       [&site](RoutedRequest& request) { return site.config(request); }},
      {"GET", "/api/error-codes.json", From::allowed_pages, false, false,
       [&site](RoutedRequest& request) { return site.error_codes(request); }},
      {"GET", "/api/error-codes/{code}", From::allowed_pages, false, false,
       [](RoutedRequest& request) { return SiteRoute::error_code(request); }},
      {"POST", "/api/demo/batches", From::own_pages, true, choices.has_demo,
       [&site](RoutedRequest& request) { return site.batch(request); }},
      // Before the routes of a region, of which none has such a name.
      {"GET", "/api/jobs", From::allowed_pages, true, false,
       [&board = handlers.board](RoutedRequest& request) { return board.handle(request); },
       OpenTo::board_shares},
      {"POST", "/api/jobs", From::own_pages, true, true,
       [&follow = handlers.follow](RoutedRequest& request) { return follow.handle(request); }},
      {"GET", "/api/jobs/{region}/{service}/{project}/{job...}", From::allowed_pages, true, false,
       [&memory = handlers.memory](RoutedRequest& request) { return memory.job(request); },
       OpenTo::job_shares},
      {"POST", "/api/shares", From::own_pages, true, true,
       [&shares = handlers.shares](RoutedRequest& request) { return shares.create(request); }},
      {"GET", "/api/shares", From::own_pages, true, false,
       [&shares = handlers.shares](RoutedRequest& request) { return shares.list(request); }},
      {"DELETE", "/api/shares/{id}", From::own_pages, true, false,
       [&shares = handlers.shares](RoutedRequest& request) { return shares.revoke(request); }},
      {"GET", "/api/share", From::allowed_pages, true, false,
       [&shares = handlers.shares](RoutedRequest& request) { return shares.show(request); },
       OpenTo::any_share},
      {"GET", "/api/discovery", From::allowed_pages, true, false,
       [&site](RoutedRequest&) { return site.discovery(); }},
      {"GET", "/api/channels", From::own_pages, true, false,
       [&channels = handlers.channels](RoutedRequest& request) { return channels.list(request); }},
      {"POST", "/api/channels/{name}/test", From::own_pages, true, true,
       [&channels = handlers.channels](RoutedRequest& request) { return channels.test(request); }},
      {"GET", "/api/stats", From::allowed_pages, true, false,
       [&memory = handlers.memory](RoutedRequest& request) { return memory.stats(request); },
       OpenTo::job_shares},
      {"GET", "/api/failures", From::allowed_pages, true, false,
       [&failures = handlers.failures](RoutedRequest& request) { return failures.list(request); }},
      {"POST", "/api/failures", From::own_pages, true, true,
       [&failures = handlers.failures](RoutedRequest& request) { return failures.mute(request); }},
      {"GET", "/api/compare", From::allowed_pages, true, false,
       [&compare = handlers.compare](RoutedRequest& request) { return compare.handle(request); }},
      {"GET", "/api/{region}/v3/projects", From::allowed_pages, true, false,
       [&identity = handlers.identity](RoutedRequest& request) {
         return identity.projects(request);
       }},
      {"GET", "/api/{region}/v3/auth/domains", From::allowed_pages, true, false,
       [&identity = handlers.identity](RoutedRequest& request) {
         return identity.domains(request);
       }},
      {"GET", "/api/{region}/{service}/v3/projects", From::allowed_pages, true, false,
       [&identity = handlers.identity](RoutedRequest& request) {
         return identity.projects(request);
       }},
      {"GET", "/api/{region}/{service}/v3/auth/domains", From::allowed_pages, true, false,
       [&identity = handlers.identity](RoutedRequest& request) {
         return identity.domains(request);
       }},
      {"GET", "/api/{region}/{service}/{upstream...}", From::allowed_pages, true, false,
       [&jobs = handlers.jobs](RoutedRequest& request) { return jobs.handle(request); },
       OpenTo::job_shares},
      {"GET", "/s/{token}", From::anywhere, false, false,
       [&links = handlers.links](RoutedRequest& request) { return links.page(request); }},
      {"GET", "/badge/{file}", From::anywhere, false, false,
       [&links = handlers.links](RoutedRequest& request) { return links.badge(request); }},
      {"GET", "/feed/{file}", From::anywhere, false, false,
       [&links = handlers.links](RoutedRequest& request) { return links.feed(request); }},
      {"GET", "/{file}", From::anywhere, false, false,
       [&site](RoutedRequest& request) { return site.page(request.captures["file"], request); }},
  };
}

std::vector<Route> metrics_routes_of(SiteRoute& site) {
  return {{"GET", "/metrics", From::own_pages, false, false,
           [&site](RoutedRequest&) { return site.figures(); }}};
}

}  // namespace jobtree::gateway

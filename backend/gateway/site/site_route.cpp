#include "gateway/site/site_route.h"

#include <utility>

#include "gateway/access/security_headers.h"
#include "gateway/problem.h"
#include "gateway/site/health.h"

namespace jobtree::gateway {
namespace {

FileQuery query_of(const RoutedRequest& request) {
  return {.if_none_match = request.exchange.header("If-None-Match"),
          .accept_encoding = request.exchange.header("Accept-Encoding")};
}

}  // namespace

std::optional<RouteResponse> SiteRoute::page(std::string_view name, RoutedRequest& request) const {
  const FileQuery query = query_of(request);
  if (!with_.files.reads_folder()) return file(name, query);
  request.make_later = [this, name = std::string(name), tags = std::string(query.if_none_match),
                        codings = std::string(query.accept_encoding)] {
    return file(name, {.if_none_match = tags, .accept_encoding = codings});
  };
  return std::nullopt;
}

RouteResponse SiteRoute::file(std::string_view name, const FileQuery& query) const {
  auto found = with_.files.get(name, query);
  if (!found) return refusal(problems::kNotFound);
  // Who may show this one in a frame is the browser's to see to.
  if (name == "embed.html" && found->response.status == 200) {
    allow_framing(with_.origins.names(), found->response);
  }
  return std::move(*found);
}

std::optional<RouteResponse> SiteRoute::config(RoutedRequest& request) const {
  auto make = [this] {
    return config_response(with_.facts(), with_.source.health(), with_.files.integrity());
  };
  if (!with_.files.reads_folder()) return make();
  request.make_later = std::move(make);
  return std::nullopt;
}

RouteResponse SiteRoute::error_codes(const RoutedRequest& request) const {
  return error_codes_.table(query_of(request));
}

RouteResponse SiteRoute::error_code(const RoutedRequest& request) {
  return error_code_response(request.captures["code"], request.query, query_of(request));
}

RouteResponse SiteRoute::discovery() const {
  if (!with_.discovery) return refusal(problems::kNotFound);
  return json_response(200, with_.discovery());
}

RouteResponse SiteRoute::readyz() const {
  const auto last_success = with_.metrics.last_success();
  const store::ArchiveState memory = with_.archive.state();
  if (is_stopping_) return stopping_response(memory, last_success);
  return readyz_response(readiness_of(with_.source.health()), memory, last_success);
}

RouteResponse SiteRoute::figures() const {
  RouteResponse answer;
  answer.response.status = 200;
  answer.response.set_header("Cache-Control", "no-store");
  answer.response.set_content(with_.metrics.render(with_.figures()),
                              "text/plain; version=0.0.4; charset=utf-8");
  return answer;
}

RouteResponse SiteRoute::batch(const RoutedRequest& request) const {
  if (!with_.demo) return refusal(problems::kNotFound);
  return start_batch(*with_.demo, request.exchange.request.body);
}

}  // namespace jobtree::gateway

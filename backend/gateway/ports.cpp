#include "gateway/ports.h"

#include <utility>

namespace jobtree::gateway {
namespace {

// A Prometheus server or two ask there, each every few seconds.
constexpr std::size_t kMetricsConnections = 32;
// Programs, of which one opens a connection or two.
constexpr std::size_t kSdkConnections = 512;

/// What handlers read of a request, beside Host.
std::vector<std::string> headers_read() {
  return {"Accept-Encoding", "Accept-Language", "Authorization",  "Content-Type",   "If-None-Match",
          "Origin",          "Prefer",          "Sec-Fetch-Site", "X-Forwarded-For"};
}

std::vector<std::string_view> methods_served() {
  return {"DELETE", "GET", "HEAD", "OPTIONS", "POST"};
}

Result<Port> open_port(const net::ServerOptions& options,
                       const std::vector<std::string>& allow_hosts) {
  auto server = net::HttpServer::bind(options);
  if (!server) return server.failure();
  const int port = server.value()->port();
  auto hosts = HostPolicy::make(options.host, port, allow_hosts);
  if (!hosts) return hosts.failure();
  return Port{.url = "http://" + authority(options.host, port),
              .hosts = std::move(hosts.value()),
              .server = std::move(server.value())};
}

Result<Port> open_sdk_port(const SdkAddress& address, const PortOptions& options) {
  if (auto allowed = may_listen_on(address.host, options.with_tokens); !allowed) {
    return allowed.failure();
  }
  return open_port({.host = address.host,
                    .port = address.port,
                    .workers = 1,
                    .methods = methods_served(),
                    .headers = headers_read(),
                    .max_connections = kSdkConnections},
                   options.allow_hosts);
}

}  // namespace

Result<Ports> Ports::open(const PortOptions& options) {
  if (auto allowed = may_listen_on(options.host, options.with_tokens); !allowed) {
    return allowed.failure();
  }
  auto main = open_port({.host = options.host,
                         .port = options.port,
                         .methods = methods_served(),
                         .headers = headers_read()},
                        options.allow_hosts);
  if (!main) return main.failure();
  Ports ports{.main = std::move(main.value()), .sdk = {}, .metrics = std::nullopt};
  for (const SdkAddress& address : options.sdk_addresses) {
    auto port = open_sdk_port(address, options);
    if (!port) return port.failure().prefixed({"--sdk-listen: ", "--sdk-listen："});
    ports.sdk.push_back(std::move(port.value()));
  }
  if (options.metrics) {
    auto port = open_port({.host = options.metrics->host,
                           .port = options.metrics->port,
                           .workers = 1,
                           .headers = headers_read(),
                           .max_connections = kMetricsConnections},
                          options.allow_hosts);
    if (!port) return port.failure().prefixed({"--metrics-listen: ", "--metrics-listen："});
    ports.metrics = std::move(port.value());
  }
  return ports;
}

std::size_t Ports::connections() const {
  std::size_t open = main.server->connections();
  for (const Port& port : sdk)
    open += port.server->connections();
  return open;
}

void Ports::wait() {
  main.server->wait();
  for (const Port& port : sdk)
    port.server->wait();
}

}  // namespace jobtree::gateway

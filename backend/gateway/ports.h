// The ports of the gateway: the main one, one for each SDK address, and that of the metrics.
//
// Knows: their addresses, and the names each is reached by. Must not know: routes, what is served.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "gateway/access/host_policy.h"
#include "gateway/addresses.h"
#include "net/http_server.h"

namespace jobtree::gateway {

/// One that is open.
struct Port {
  std::string url;  ///< "http://127.0.0.1:8080", with the port that was really taken
  HostPolicy hosts;
  std::unique_ptr<net::HttpServer> server;
};

struct PortOptions {
  std::string host;
  int port = 0;                          ///< 0: any free one
  std::vector<std::string> allow_hosts;  ///< further names all of them may be reached by
  std::vector<SdkAddress> sdk_addresses;
  std::optional<MetricsAddress> metrics;
  bool with_tokens = false;
};

struct Ports {
  Port main;
  std::vector<Port> sdk;  ///< as the options have them
  std::optional<Port> metrics;

  /// Opens them; nothing is served yet. Without tokens only those of metrics may be reached from
  /// other machines.
  static Result<Ports> open(const PortOptions& options);

  /// Those that are open, without the metrics'.
  std::size_t connections() const;
  /// Blocks until nothing is served any more, but metrics.
  void wait();
};

}  // namespace jobtree::gateway

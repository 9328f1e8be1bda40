// A small HTTP/1.1 server: our face on cpp-httplib, and the only file pair that knows it.
//
// Knows: sockets, threads, limits, the library's traps. Must not know: routes, JSON, the cloud.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cloud/result.h"

namespace jobtree::gateway {

/// A request as handlers see it. A header that came more than once is joined by ", ", in no set
/// order, so that two Host headers are no host at all. Headers that are not named here are not
/// looked at.
struct Request {
  std::string method;
  std::string path;   ///< the target up to "?", byte for byte as it came: nothing is decoded
  std::string query;  ///< what follows the "?", as it came
  std::string host;
  std::string origin;
  std::string fetch_site;  ///< Sec-Fetch-Site
  std::string content_type;
  std::string accept_encoding;
  std::string if_none_match;
  std::string body;  ///< read for POST alone
};

struct Response {
  int status = 200;
  std::string content_type;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers{};
};

struct ServerOptions {
  std::string host = "127.0.0.1";
  int port = 0;               ///< 0: any free one
  std::size_t threads = 256;  ///< one a connection, idle or not
};

class HttpServer {
 public:
  using Handler = std::function<Response(const Request&)>;
  /// Makes the answer to what never reached the handler or broke it. `why` is for the log.
  using FaultHandler = std::function<Response(int status, std::string_view why)>;

  /// Takes the address; connections wait in the kernel until serve(). Fails when the address is in
  /// use, not allowed or not there.
  static Result<std::unique_ptr<HttpServer>> bind(const ServerOptions& options);

  /// Stops, and waits until the last request is answered.
  virtual ~HttpServer() = default;
  virtual int port() const = 0;
  /// Starts answering, on threads of its own. Both handlers are called from many threads at once;
  /// what `handler` throws becomes `fault(500, …)`. Call it once.
  virtual void serve(Handler handler, FaultHandler fault) = 0;
  /// Takes no new connection from now on; returns at once.
  virtual void stop() = 0;
  /// Returns when nothing is served any more: some time after stop(), or when listening broke.
  virtual void wait() = 0;
};

}  // namespace jobtree::gateway

// A small HTTP/1.1 server for many viewers who mostly wait.
//
// Knows: sockets, threads, limits. Must not know: routes, JSON, the cloud.
//
// A connection holds a thread only while a whole request of it is answered: idle ones, slow ones
// and broken ones lie in the kernel's event queue and cost their memory alone. Heads are checked by
// request_head.h before anything acts on them, and cpp-httplib, behind listener.h and
// http/head_writer.h, opens the address and words the heads of answers.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace jobtree::gateway {

/// A request as handlers see it, every value byte for byte as it came: nothing is decoded. A header
/// that came more than once is joined by ", ". Headers that are not named here are not looked at.
struct Request {
  std::string method;  ///< GET, HEAD, OPTIONS or POST
  std::string path;    ///< the target up to "?"
  std::string query;   ///< what follows the "?"
  std::string host;    ///< of one Host header; empty when HTTP/1.0 sent none
  std::string origin;
  std::string fetch_site;  ///< Sec-Fetch-Site
  std::string content_type;
  std::string accept_encoding;
  std::string if_none_match;
  std::string prefer;
  std::string authorization;
  std::string forwarded_for;  ///< X-Forwarded-For, of a proxy or of anyone: trusted_proxies.h
  std::string body;           ///< of a POST alone, and then JSON by its Content-Type
  std::string peer;  ///< the other end's address, "127.0.0.1", "2001:db8::1": behind a proxy its
  /// Whether the other end has closed the connection, or sends no more; for a handler that waits.
  std::function<bool()> has_left{};
};

struct Response {
  int status = 200;
  std::string content_type{};
  std::string body{};
  std::vector<std::pair<std::string, std::string>> headers{};
  /// In place of `body`: what many are sent at one time, and nobody has a copy of.
  std::shared_ptr<const std::string> shared_body{};
};

struct ServerOptions {
  std::string host = "127.0.0.1";
  int port = 0;  ///< 0: any free one
  /// As many requests are answered, or wait in their handlers, at one time. Threads start when
  /// they are needed and then stay.
  std::size_t threads = 1200;
  std::size_t max_connections = 4096;  ///< fewer where the system lets few files be open
  /// From one address; all of this machine are one, and all of an IPv6 network (/64). High, for
  /// behind one address there may be a proxy or a whole office.
  std::size_t max_per_address = 2048;
  std::chrono::milliseconds request_time{10'000};  ///< from a request's first byte to its last
  std::chrono::milliseconds idle_time{60'000};     ///< before a request's first byte
  std::chrono::milliseconds answer_time{20'000};   ///< to take an answer
  /// Bytes of an answer that win another second each time they are taken: a job of 30 MB needs a
  /// minute on a line on which a page needs a moment.
  std::size_t slowest_pace = std::size_t{512} << 10;
};

class HttpServer {
 public:
  using Handler = std::function<Response(const Request&)>;
  /// Makes the answer to what never reached the handler or broke it: 400, 405, 411, 413, 414, 415,
  /// 431, 500 or 503. `why` is for the log; `origin` is the Origin header, "" when none came.
  using FaultHandler =
      std::function<Response(int status, std::string_view why, std::string_view origin)>;

  /// Takes the address; connections wait in the kernel until serve(). Fails when the address is in
  /// use, not allowed or not there.
  static Result<std::unique_ptr<HttpServer>> bind(const ServerOptions& options);

  /// Stops, and waits until the last request is answered.
  virtual ~HttpServer() = default;
  virtual int port() const = 0;
  /// How many are open now.
  virtual std::size_t connections() const = 0;
  /// Starts answering, on threads of its own. Both handlers are called from many threads at once;
  /// what `handler` throws becomes `fault(500, …)`. Call it once.
  virtual void serve(Handler handler, FaultHandler fault) = 0;
  /// Takes no new connection from now on, closes those that wait for a request, and every other
  /// after the answer that is under way; returns at once.
  virtual void stop() = 0;
  /// Returns when nothing is served any more: some time after stop(), or when listening broke.
  virtual void wait() = 0;
};

}  // namespace jobtree::gateway

// One HTTP request with its limits.
//
// Knows: connections, TLS, time-outs, proxies. Must not know: signatures, jobs, what an error body
// means. It logs nothing.
//
// The program must ignore SIGPIPE, once, before its first thread: a TLS connection that the other
// side has closed raises it on the next write. This library changes no signal of the process.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/protocol/ip_address.h"
#include "base/result.h"
#include "cloud/header.h"

namespace jobtree::cloud {

struct HttpRequest {
  std::string_view method = "GET";  ///< or "PUT", without a body, or "POST" with one
  std::string url;
  std::span<const Header> headers{};
  std::string_view body{};
  std::string_view wanted_header{};  ///< of the response, to be given back
  std::size_t max_body = 0;          ///< of the response; 0: the transport's own limit
  /// Whether there is memory for a body of so many bytes: asked when its length is told, and again
  /// each time it has grown past that. Empty: there always is.
  std::function<bool(std::size_t bytes)> has_room{};
  /// Judges each address before it is connected to (of a proxy, where there is one); the connection
  /// is for this request alone then. Empty: all are good. Must not throw.
  std::function<bool(const IpAddress&)> may_connect{};
  std::string proxy{};  ///< a URL, whatever the variables say; "": as TransportOptions says
};

struct HttpReply {
  enum class End {
    complete,
    unreachable,      ///< time-out, broken off half-way, framing that lies
    no_connection,    ///< DNS, connection, TLS: nothing was sent
    untrusted,        ///< the server's certificate is not to be trusted
    connection_lost,  ///< the connection broke before any byte of a response: send once more
    too_large,
    no_room,  ///< has_room said so
    stopped   ///< stop() was called
  };
  End end = End::unreachable;
  std::string why;  ///< it is not complete, for the operator's log
  int status = 0;
  std::string body;
  std::string request_id;                           ///< X-Request-Id
  std::string wanted_header{};                      ///< whole, however long; "" when there was none
  std::optional<std::chrono::seconds> retry_after;  ///< Retry-After, in either of its forms
  /// How far this machine's clock was ahead of the server's (Date) when the header came: a body may
  /// take minutes. Negative: behind. Nothing: the server did not say.
  std::optional<std::chrono::system_clock::duration> clock_ahead;
};

/// Thread-safe.
class Transport {
 public:
  virtual ~Transport() = default;
  /// Sends exactly these headers, plus "User-Agent: jobtree/VERSION" and "Accept-Encoding:
  /// identity".
  virtual HttpReply send(const HttpRequest& request) = 0;
  /// For the end of the program: requests under way end within a second, and none is sent any more.
  virtual void stop() {}
};

struct TransportOptions {
  std::string ca_file = "";  ///< PEM; "": what the system trusts
  std::chrono::milliseconds connect_timeout{3000};
  /// For a whole response; each time so many bytes of it have come, there is a second more.
  std::chrono::milliseconds total_timeout{10000};
  std::size_t slowest_pace = std::size_t{512} << 10;
  std::size_t max_body = std::size_t{64} << 20;
  bool use_proxies = true;
  std::function<std::chrono::system_clock::time_point()> wall = std::chrono::system_clock::now;
  /// For total_timeout.
  std::function<std::chrono::steady_clock::time_point()> steady = std::chrono::steady_clock::now;
};

/// Keeps connections open between calls. http and https only, HTTP/2 when a TLS server offers it,
/// TLS 1.2 or newer and always verified, no redirects. Proxies as the usual variables say, except
/// for loopback. Fails when the CA file cannot be read (usage), or libcurl does not work (system).
Result<std::unique_ptr<Transport>> make_transport(const TransportOptions& options);

}  // namespace jobtree::cloud

// One HTTP request without a body, with its limits: the only file pair that knows libcurl.
//
// Knows: connections, TLS, time-outs, proxies. Must not know: signatures, jobs, what an error body
// means. It logs nothing.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cloud/key/signer.h"

namespace jobtree::cloud {

struct HttpReply {
  enum class End {
    complete,
    unreachable,      ///< DNS, connection, TLS, time-out, or broken off half-way
    untrusted,        ///< the server's certificate is not to be trusted
    connection_lost,  ///< the connection broke before any byte of an answer: ask once more
    too_large
  };
  End end = End::unreachable;
  std::string trouble;  ///< why it is not complete, for the operator's log
  int status = 0;
  std::string body;
  std::string request_id;                           ///< X-Request-Id
  std::optional<std::chrono::seconds> retry_after;  ///< Retry-After, in either of its forms
  std::optional<std::chrono::system_clock::time_point> date;  ///< the server's clock
};

/// Thread-safe.
class Transport {
 public:
  virtual ~Transport() = default;
  /// Sends exactly these headers, plus "User-Agent: jobtree/VERSION" and "Accept-Encoding:
  /// identity". `method` is "GET" or "PUT"; neither carries a body.
  virtual HttpReply send(std::string_view method, const std::string& url,
                         std::span<const Header> headers) = 0;
};

struct TransportOptions {
  std::string ca_file = "";  ///< PEM; "": what the system trusts
  std::chrono::milliseconds connect_timeout{3000};
  /// For a whole answer; each time so many bytes of it have come, there is a second more.
  std::chrono::milliseconds total_timeout{10000};
  std::size_t slowest_pace = std::size_t{512} << 10;
  std::size_t max_body = std::size_t{64} << 20;
  std::size_t max_bodies = std::size_t{256} << 20;  ///< of all that are coming, together
  bool use_proxies = true;
};

/// Keeps connections open between calls. http and https only, HTTP/2 when a TLS server offers it,
/// TLS 1.2 or newer and always verified, no redirects. Proxies as the usual variables say, except
/// for loopback. Makes the process ignore SIGPIPE, as curl asks of programs with threads: TLS
/// writes would raise it. Fails when the CA file cannot be read.
Result<std::unique_ptr<Transport>> make_transport(const TransportOptions& options);

}  // namespace jobtree::cloud

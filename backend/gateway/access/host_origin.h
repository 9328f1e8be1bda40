// Who may ask: by which name this server is reached, from which page, and what a browser may do
// with the answers.
//
// Knows: Host, Origin, security headers. Must not know: routes, the cloud. Pure: no sockets.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "gateway/http_server.h"

namespace jobtree::gateway {

/// Whether this host may be listened on: loopback alone, as long as anyone who reaches the port
/// may use the key behind it. The failure says so.
Result<bool> may_listen_on(std::string_view host, bool with_tokens);

/// What follows "Bearer" in an Authorization header (RFC 6750); nothing when it is another scheme
/// or no header at all.
std::optional<std::string_view> bearer_of(std::string_view authorization);

/// "127.0.0.1:8080", "[::1]:8080": as in a URL.
std::string authority(std::string_view host, int port);

class Guard {
 public:
  /// `allow_hosts` are further names, "jobs.example.com" or "jobs.example.com:8443"; one without
  /// port is good with this server's port and without any. `allow_origins` are the pages elsewhere
  /// that may ask, "https://portal.example.com[:port]". Fails on what cannot be a Host header or an
  /// Origin that one can trust: "*" and "null" are everybody.
  static Result<Guard> make(std::string_view host, int port,
                            const std::vector<std::string>& allow_hosts,
                            const std::vector<std::string>& allow_origins = {});

  /// Whether the Host header names this server. A page that brought its own name to point here (DNS
  /// rebinding) still sends its own name. Exact but for upper and lower case.
  bool knows_host(std::string_view host) const;

  /// Whether the Origin header names a page elsewhere that may ask. Byte for byte.
  bool allows_origin(std::string_view origin) const;

  /// Adds what lets a page of this origin read the answer, if it may: to errors too, or the page
  /// could not tell them from a dead server. What is for every page already stays so.
  void add_cors(std::string_view origin, Response& response) const;

  /// Lets the pages that may ask, and our own, show this page in a frame.
  void allow_framing(Response& response) const;

 private:
  Result<bool> add_host(const std::string& allowed, const std::string& own_port);

  std::set<std::string, std::less<>> names_;
  std::set<std::string, std::less<>> origins_;
};

/// Whether the request comes from a page of this server or from no page at all. Browsers tell
/// where it comes from in Origin, and in Sec-Fetch-Site where they leave Origin out.
bool is_same_origin(const Request& request);

/// The answer to a browser that asks whether a page of an allowed origin may ask (a preflight).
Response preflight_answer();

/// Adds to every answer what keeps a browser strict. Headers that are already there stay.
void add_security_headers(Response& response);

}  // namespace jobtree::gateway

// Who may ask: by which name this server is reached, from which page, and what a browser may do
// with the answers.
//
// Knows: Host, Origin, security headers. Must not know: routes, the cloud. Pure: no sockets.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cloud/result.h"
#include "gateway/http_server.h"

namespace jobtree::gateway {

/// Whether this host may be listened on: loopback alone, as long as anyone who reaches the port
/// may use the key behind it. The failure says so.
Result<bool> may_listen_on(std::string_view host);

/// "127.0.0.1:8080", "[::1]:8080": as in a URL.
std::string authority(std::string_view host, int port);

class Guard {
 public:
  /// `allow_hosts` are further names, "jobs.example.com" or "jobs.example.com:8443"; one without
  /// port is good with this server's port and without any. Fails on what cannot be a Host header.
  static Result<Guard> make(std::string_view host, int port,
                            const std::vector<std::string>& allow_hosts);

  /// Whether the Host header names this server. A page that brought its own name to point here (DNS
  /// rebinding) still sends its own name. Exact but for upper and lower case.
  bool knows_host(std::string_view host) const;

 private:
  std::set<std::string, std::less<>> names_;
};

/// Whether the request comes from a page of this server or from no page at all. Browsers tell
/// where it comes from in Origin, and in Sec-Fetch-Site where they leave Origin out.
bool is_same_origin(const Request& request);

/// Adds to every answer what keeps a browser strict. Headers that are already there stay.
void add_security_headers(Response& response);

}  // namespace jobtree::gateway

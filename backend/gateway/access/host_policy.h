// By which names this server is reached, and where it may listen at all.
//
// Knows: host names, addresses, ports. Must not know: pages, tokens, sockets. A page that brought
// its own name to point here (DNS rebinding) still sends that name in Host, so it gets nothing.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace jobtree::gateway {

/// "localhost", "::1", "127.0.0.1": this machine, in whatever case of letters.
bool is_loopback(std::string_view host);

/// Whether this host may be listened on: loopback alone, as long as anyone who reaches the port
/// may use the key behind it. The failure says so.
Result<bool> may_listen_on(std::string_view host, bool with_tokens);

/// "127.0.0.1:8080", "[::1]:8080": as in a URL.
std::string authority(std::string_view host, int port);

/// Whether the text can be a host as a URL has it, without port: lower-case letters, digits, "-"
/// and ".", or an address of IPv6 in brackets.
bool is_host(std::string_view text);
/// 1 to 65535, digits alone.
bool is_port(std::string_view text);

enum class HostVerdict {
  ours,
  others,    ///< a name this server does not go by: 421
  malformed  ///< nothing that RFC 9110 section 7.2 allows in a Host header: 400
};

class HostPolicy {
 public:
  /// The server listens on `host` and `port`. `allow_hosts` are further names, "jobs.example.com"
  /// or "jobs.example.com:8443"; one without port is good with this server's port and without any.
  /// Fails on what cannot be a Host header.
  static Result<HostPolicy> make(std::string_view host, int port,
                                 const std::vector<std::string>& allow_hosts);

  /// Of a Host header's value. Names are exact but for upper and lower case.
  HostVerdict judge(std::string_view host) const;

 private:
  Result<bool> add(const std::string& allowed, const std::string& own_port);

  std::set<std::string, std::less<>> names_;
};

}  // namespace jobtree::gateway

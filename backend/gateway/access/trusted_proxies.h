// Whose word counts for where a request comes from.
//
// Behind a proxy every connection comes from the proxy's address, and it names the viewer's own in
// X-Forwarded-For. Anyone can send that header, so that it counts from named proxies alone.
// Knows: addresses. Must not know: sockets, what the address is used for.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/protocol/ip_address.h"
#include "base/result.h"

namespace jobtree::gateway {

class TrustedProxies {
 public:
  /// `addresses` are IP addresses as "10.0.0.1" or "2001:db8::1". Fails on anything else.
  static Result<TrustedProxies> make(const std::vector<std::string>& addresses);

  /// The viewer's address. `peer`: the connection's other end; `forwarded_for`: X-Forwarded-For as
  /// it came. Each proxy adds at the right end whom it was reached by, so the list is walked from
  /// there, over the proxies that are trusted, and the first address that is none of theirs is the
  /// viewer's: what stands further left was written by whoever came before. An address may have a
  /// port, "192.0.2.7:1234" or "[2001:db8::7]:1234", which some proxies add. Where the walk meets
  /// no address, the last proxy stands for its viewers itself.
  std::string viewer_of(std::string_view peer, std::string_view forwarded_for) const;

 private:
  std::set<IpAddress> addresses_;
};

}  // namespace jobtree::gateway

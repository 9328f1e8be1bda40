// Which servers a channel may connect to.
//
// A URL can lead anywhere: into the operator's own network, to this machine, or to the metadata
// service of the cloud, which gives keys to who comes from inside. What a name leads to is known
// only when it is resolved, and may be another address each time; so the address is judged that is
// being connected to, at each connection, and no redirect is followed.
//
// Knows: special addresses (the registries of RFC 6890). Must not know: sockets, DNS, channels.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/protocol/ip_address.h"
#include "base/result.h"

namespace jobtree::notify {

class TargetPolicy {
 public:
  /// `allowed`: networks that may be connected to although they are not public.
  explicit TargetPolicy(std::vector<IpNetwork> allowed) : allowed_(std::move(allowed)) {}

  /// Before anything is resolved: the URL is https; or http, where some network is allowed. It has
  /// no user and no fragment, and a host that is an address may be connected to.
  std::optional<Failure> refused(std::string_view url) const;

  /// Whether this address must not be connected to, and why. Without TLS only an allowed network
  /// may be. The metadata service may never be, whatever is allowed.
  std::optional<Failure> refused(const IpAddress& address, bool is_encrypted) const;

 private:
  bool allows(const IpAddress& address) const;

  std::vector<IpNetwork> allowed_;
};

}  // namespace jobtree::notify

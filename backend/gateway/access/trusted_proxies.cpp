#include "gateway/access/trusted_proxies.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <optional>

namespace jobtree::gateway {
namespace {

/// An address in one form for all its spellings, an IPv4 one inside of IPv6 as IPv4; nothing for
/// what is no address.
std::optional<std::string> canonical(std::string_view text) {
  const std::string spelt(text.substr(0, INET6_ADDRSTRLEN));
  std::array<char, INET6_ADDRSTRLEN> form{};
  in_addr v4{};
  in6_addr v6{};
  if (::inet_pton(AF_INET, spelt.c_str(), &v4) == 1) {
    ::inet_ntop(AF_INET, &v4, form.data(), form.size());
  } else if (::inet_pton(AF_INET6, spelt.c_str(), &v6) != 1) {
    return std::nullopt;
  } else if (IN6_IS_ADDR_V4MAPPED(&v6)) {
    ::inet_ntop(AF_INET, &v6.s6_addr[12], form.data(), form.size());
  } else {
    ::inet_ntop(AF_INET6, &v6, form.data(), form.size());
  }
  return std::string(form.data());
}

std::string_view last_of(std::string_view list) {
  list.remove_prefix(list.find_last_of(',') + 1);  // of none: nothing, as npos + 1 is 0
  const std::size_t begin = std::min(list.find_first_not_of(" \t"), list.size());
  list.remove_prefix(begin);
  return list.substr(0, list.find_last_not_of(" \t") + 1);
}

}  // namespace

Result<TrustedProxies> TrustedProxies::make(const std::vector<std::string>& addresses) {
  TrustedProxies proxies;
  for (const std::string& address : addresses) {
    auto form = canonical(address);
    if (!form) {
      return Failure::usage(
          "\"" + address +
          "\" is no address of a proxy to trust; write an IP address without port: "
          "10.0.0.1, 2001:db8::1");
    }
    proxies.addresses_.insert(std::move(*form));
  }
  return proxies;
}

std::string TrustedProxies::viewer_of(std::string_view peer, std::string_view forwarded_for) const {
  if (!addresses_.contains(peer)) return std::string(peer);
  return canonical(last_of(forwarded_for)).value_or(std::string(peer));
}

}  // namespace jobtree::gateway

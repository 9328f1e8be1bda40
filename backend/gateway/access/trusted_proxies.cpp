#include "gateway/access/trusted_proxies.h"

#include <algorithm>
#include <optional>

#include "base/ascii.h"

namespace jobtree::gateway {
namespace {

/// Takes the last element off a list, without the blanks around it.
std::string_view take_last(std::string_view& list) {
  const std::size_t comma = list.find_last_of(',');
  const std::string_view last = list.substr(comma + 1);  // of none: all, as npos + 1 is 0
  list = comma == std::string_view::npos ? std::string_view() : list.substr(0, comma);
  return trimmed(last, kSpaceTab);
}

bool looks_like_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 && std::ranges::all_of(text, is_digit);
}

/// The address of an element: bare, or with a port, where one of IPv6 stands in brackets.
std::optional<IpAddress> address_in(std::string_view element) {
  const std::size_t colon = element.rfind(':');
  const bool has_port =
      colon != std::string_view::npos && looks_like_port(element.substr(colon + 1));
  if (element.starts_with('[')) {
    const std::size_t end = element.find(']');
    const bool is_whole = end == element.size() - 1 || (has_port && end + 1 == colon);
    // An IPv4 address never stands in brackets.
    if (!is_whole || element.find(':') > end) return std::nullopt;
    return IpAddress::parse(element.substr(1, end - 1));
  }
  // More than one colon: an address of IPv6, of which the last part is no port.
  if (has_port && element.find(':') == colon) return IpAddress::parse(element.substr(0, colon));
  return IpAddress::parse(element);
}

}  // namespace

Result<TrustedProxies> TrustedProxies::make(const std::vector<std::string>& addresses) {
  TrustedProxies proxies;
  for (const std::string& address : addresses) {
    const auto parsed = IpAddress::parse(address);
    if (!parsed) {
      return Failure::usage(
          bilingual({"--trust-proxy: \"{0}\" is not an IP address without a port, such as 10.0.0.1 "
                     "or 2001:db8::1",
                     "--trust-proxy：“{0}”不是不带端口的 IP 地址，例如 10.0.0.1 或 2001:db8::1"},
                    address));
    }
    proxies.addresses_.insert(*parsed);
  }
  return proxies;
}

std::string TrustedProxies::viewer_of(std::string_view peer, std::string_view forwarded_for) const {
  std::string viewer(peer);
  auto address = IpAddress::parse(peer);
  while (address && addresses_.contains(*address) && !forwarded_for.empty()) {
    address = address_in(take_last(forwarded_for));
    if (address) viewer = address->text();
  }
  return viewer;
}

}  // namespace jobtree::gateway

#include "gateway/access/viewer_network.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstddef>

namespace jobtree::gateway {
namespace {

constexpr std::size_t kNetworkBytes = 8;

}  // namespace

std::string network_of(std::string_view address) {
  std::string text(address);
  in6_addr bytes{};
  if (::inet_pton(AF_INET6, text.c_str(), &bytes) != 1) return text;
  if (IN6_IS_ADDR_V4MAPPED(&bytes) || IN6_IS_ADDR_LOOPBACK(&bytes)) return text;
  return "network " + std::string(reinterpret_cast<const char*>(&bytes), kNetworkBytes);
}

}  // namespace jobtree::gateway

#include "simulator/wire/loopback.h"

#include <arpa/inet.h>

namespace jobtree::simulator {

std::string numeric_host(const std::string& host) {
  return host == "localhost" ? "127.0.0.1" : host;
}

bool is_loopback_host(const std::string& host) {
  const std::string address = numeric_host(host);
  in_addr v4{};
  if (inet_pton(AF_INET, address.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127;
  in6_addr v6{};
  return inet_pton(AF_INET6, address.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

}  // namespace jobtree::simulator

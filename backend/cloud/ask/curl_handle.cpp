#include "cloud/ask/curl_handle.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstring>
#include <span>

namespace jobtree::cloud {
namespace {

std::optional<IpAddress> address_of(const curl_sockaddr& address) {
  if (address.family == AF_INET && address.addrlen >= sizeof(sockaddr_in)) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address.addr, sizeof(v4));
    std::array<unsigned char, 4> bytes{};
    std::memcpy(bytes.data(), &v4.sin_addr, bytes.size());
    return IpAddress::v4(bytes);
  }
  if (address.family == AF_INET6 && address.addrlen >= sizeof(sockaddr_in6)) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address.addr, sizeof(v6));
    std::array<unsigned char, 16> bytes{};
    std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
    return IpAddress::v6(bytes);
  }
  return std::nullopt;
}

/// Takes the place of libcurl's own call of socket(). What is no address of the internet, such as
/// a socket in a file, is refused.
curl_socket_t on_open_socket(void* user, curlsocktype /*purpose*/, curl_sockaddr* address) {
  const auto& may_connect = *static_cast<const MayConnect*>(user);
  const auto ip = address_of(*address);
  if (!ip || !may_connect(*ip)) return CURL_SOCKET_BAD;
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

}  // namespace

void judge_addresses(CURL* handle, const MayConnect* may_connect) {
  const bool is_judged = may_connect != nullptr && *may_connect;
  // A connection that is kept was judged for another's sake: this transfer has one of its own.
  curl_easy_setopt(handle, CURLOPT_FRESH_CONNECT, is_judged ? 1L : 0L);
  curl_easy_setopt(handle, CURLOPT_FORBID_REUSE, is_judged ? 1L : 0L);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, is_judged ? on_open_socket : nullptr);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, may_connect);
}

std::optional<Failure> start_curl() {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (ready == CURLE_OK) return std::nullopt;
  return Failure::system(
      bilingual({"cannot start libcurl: {0}", "无法启动 libcurl：{0}"}, curl_easy_strerror(ready)));
}

}  // namespace jobtree::cloud

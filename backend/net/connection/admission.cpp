#include "net/connection/admission.h"

#include <arpa/inet.h>

#include <array>
#include <cstring>

namespace jobtree::net {
namespace {

/// An address of either family as IPv6 has it.
in6_addr address_of(const sockaddr_storage& peer) {
  in6_addr address{};
  if (peer.ss_family == AF_INET6) {
    return reinterpret_cast<const sockaddr_in6&>(peer).sin6_addr;
  }
  address.s6_addr[10] = address.s6_addr[11] = 0xff;
  std::memcpy(&address.s6_addr[12], &reinterpret_cast<const sockaddr_in&>(peer).sin_addr, 4);
  return address;
}

}  // namespace

Peer::Peer(const sockaddr_storage& peer) {
  const in6_addr address = address_of(peer);
  const bool is_v4 = IN6_IS_ADDR_V4MAPPED(&address);
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(is_v4 ? AF_INET : AF_INET6, is_v4 ? &address.s6_addr[12] : &address.s6_addr[0],
              text.data(), text.size());
  text_ = text.data();
  const bool is_here = IN6_IS_ADDR_LOOPBACK(&address) || (is_v4 && address.s6_addr[12] == 127);
  if (is_here) return;
  neighbourhood_.assign(reinterpret_cast<const char*>(address.s6_addr), is_v4 ? 16U : 8U);
}

Admission::Verdict Admission::enter(const Peer& peer) {
  const Lock lock(mutex_);
  if (count_ >= max_) return Verdict::full;
  std::size_t& neighbours = neighbours_[peer.neighbourhood()];
  if (neighbours >= max_per_address_) return Verdict::too_many_from_there;
  ++neighbours;
  ++count_;
  return Verdict::admitted;
}

void Admission::leave(const Peer& peer) {
  const Lock lock(mutex_);
  const auto neighbours = neighbours_.find(peer.neighbourhood());
  if (--neighbours->second == 0) neighbours_.erase(neighbours);
  --count_;
}

std::size_t Admission::count() const {
  const Lock lock(mutex_);
  return count_;
}

}  // namespace jobtree::net

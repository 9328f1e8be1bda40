#include "base/protocol/ip_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>

#include "base/ascii.h"

namespace jobtree {
namespace {

constexpr std::size_t kByteBits = 8;
constexpr std::array<unsigned char, 12> kMappedBegin{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

/// How many bits of the network's length count; nothing when it is no such number.
std::optional<std::size_t> network_bits(std::string_view text, std::size_t most) {
  std::size_t bits = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bits);
  const bool is_number = !text.empty() && text.size() <= 3 && std::ranges::all_of(text, is_digit) &&
                         error == std::errc() && end == text.data() + text.size();
  return is_number && bits <= most ? std::optional(bits) : std::nullopt;
}

/// Whether the first `bits` of both are the same.
bool begin_alike(std::span<const unsigned char> a, std::span<const unsigned char> b,
                 std::size_t bits) {
  for (std::size_t i = 0; i < bits; ++i) {
    const auto mask = static_cast<unsigned char>(0x80U >> i % kByteBits);
    if (((a[i / kByteBits] ^ b[i / kByteBits]) & mask) != 0) return false;
  }
  return true;
}

bool is_clear_from(std::span<const unsigned char> bytes, std::size_t bits) {
  for (std::size_t i = bits; i < bytes.size() * kByteBits; ++i) {
    if ((bytes[i / kByteBits] & 0x80U >> i % kByteBits) != 0) return false;
  }
  return true;
}

}  // namespace

IpAddress IpAddress::v4(std::span<const unsigned char, 4> bytes) {
  IpAddress address;
  std::ranges::copy(bytes, address.bytes_.begin());
  return address;
}

IpAddress IpAddress::v6(std::span<const unsigned char, 16> bytes) {
  if (std::ranges::equal(bytes.first<12>(), kMappedBegin)) return v4(bytes.last<4>());
  IpAddress address;
  address.is_v4_ = false;
  std::ranges::copy(bytes, address.bytes_.begin());
  return address;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  if (text.size() >= INET6_ADDRSTRLEN || text.find('\0') != std::string_view::npos) {
    return std::nullopt;
  }
  const std::string spelt(text);
  std::array<unsigned char, 16> bytes{};
  if (::inet_pton(AF_INET, spelt.c_str(), bytes.data()) == 1) {
    return v4(std::span(bytes).first<4>());
  }
  if (::inet_pton(AF_INET6, spelt.c_str(), bytes.data()) == 1) return v6(bytes);
  return std::nullopt;
}

std::string IpAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> form{};
  ::inet_ntop(is_v4_ ? AF_INET : AF_INET6, bytes_.data(), form.data(), form.size());
  return form.data();
}

std::optional<IpNetwork> IpNetwork::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  const std::size_t all = address->bytes().size() * kByteBits;
  const auto bits = slash == std::string_view::npos ? std::optional(all)
                                                    : network_bits(text.substr(slash + 1), all);
  if (!bits || !is_clear_from(address->bytes(), *bits)) return std::nullopt;
  IpNetwork network;
  network.first_ = *address;
  network.bits_ = *bits;
  return network;
}

std::string IpNetwork::text() const {
  return first_.text() + '/' + std::to_string(bits_);
}

bool IpNetwork::contains(const IpAddress& address) const {
  return address.is_v4() == first_.is_v4() && begin_alike(first_.bytes(), address.bytes(), bits_);
}

}  // namespace jobtree

// Addresses of IPv4 and IPv6, and networks of them, as values.
//
// Knows: how both are written (RFC 4291, RFC 4632). Must not know: sockets, names, which addresses
// may be used. An IPv4 address inside of IPv6 (::ffff:a.b.c.d) is that IPv4 address: a socket of
// both kinds shows it so, and a rule for one must hold for the other.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace jobtree {

class IpAddress {
 public:
  /// "10.0.0.1" or "2001:db8::1", in any of its spellings; no port, brackets or zone.
  static std::optional<IpAddress> parse(std::string_view text);
  static IpAddress v4(std::span<const unsigned char, 4> bytes);
  static IpAddress v6(std::span<const unsigned char, 16> bytes);

  bool is_v4() const { return is_v4_; }
  /// 4 bytes or 16, the first of the text first.
  std::span<const unsigned char> bytes() const {
    return std::span(bytes_).first(is_v4_ ? std::size_t{4} : bytes_.size());
  }
  /// In one form for all its spellings (RFC 5952).
  std::string text() const;

  auto operator<=>(const IpAddress&) const = default;

 private:
  bool is_v4_ = true;
  std::array<unsigned char, 16> bytes_{};
};

/// All addresses that begin with the same bits.
class IpNetwork {
 public:
  /// "10.0.0.0/8", "fd00::/8", or one address by itself. Nothing for anything else, and for
  /// "10.0.0.1/8", in which bits are set that do not count: one of the two is a mistake.
  static std::optional<IpNetwork> parse(std::string_view text);

  bool contains(const IpAddress& address) const;
  /// "10.0.0.0/8"
  std::string text() const;

 private:
  IpAddress first_;
  std::size_t bits_ = 0;
};

}  // namespace jobtree

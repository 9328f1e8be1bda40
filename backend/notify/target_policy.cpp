#include "notify/target_policy.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>

#include "base/ascii.h"
#include "cloud/where/url.h"

namespace jobtree::notify {
namespace {

struct Special {
  std::string_view network;
  Sentence<0> what;
};

constexpr Sentence<0> kOwnMachine{"this machine", "本机"};
constexpr Sentence<0> kPrivate{"a private network", "私有网络"};
constexpr Sentence<0> kLinkLocal{"a link-local network", "链路本地网络"};
constexpr Sentence<0> kInternal{"an internal network of the cloud or of a carrier",
                                "云或运营商的内部网络"};
constexpr Sentence<0> kGroup{"a group of machines", "组播或广播地址"};
constexpr Sentence<0> kReserved{"a reserved network", "保留网络"};

/// IANA's registries of special-purpose addresses (RFC 6890 and its updates). Of IPv6 only 2000::/3
/// is public at all; what stands here is inside of it, or wants words of its own.
constexpr std::array kSpecials{
    Special{"0.0.0.0/8", kOwnMachine},     Special{"10.0.0.0/8", kPrivate},
    Special{"100.64.0.0/10", kInternal},  // RFC 6598; Huawei Cloud's own services: 100.125
    Special{"127.0.0.0/8", kOwnMachine},   Special{"169.254.0.0/16", kLinkLocal},
    Special{"172.16.0.0/12", kPrivate},    Special{"192.0.0.0/24", kReserved},
    Special{"192.0.2.0/24", kReserved},    Special{"192.88.99.0/24", kReserved},
    Special{"192.168.0.0/16", kPrivate},   Special{"198.18.0.0/15", kReserved},
    Special{"198.51.100.0/24", kReserved}, Special{"203.0.113.0/24", kReserved},
    Special{"224.0.0.0/4", kGroup},        Special{"240.0.0.0/4", kReserved},
    Special{"255.255.255.255", kGroup},    Special{"::", kOwnMachine},
    Special{"::1", kOwnMachine},           Special{"fc00::/7", kPrivate},
    Special{"fe80::/10", kLinkLocal},      Special{"ff00::/8", kGroup},
    Special{"2001::/23", kReserved},  // Teredo and others, which carry an address of IPv4 inside
    Special{"2001:db8::/32", kReserved},   Special{"3fff::/20", kReserved},
};

/// Clouds give keys to who reads it from inside; this one too.
constexpr std::array<std::string_view, 2> kMetadata{"169.254.169.254", "fd00:ec2::254"};

bool is_in(const IpAddress& address, std::string_view network) {
  const auto parsed = IpNetwork::parse(network);
  return parsed && parsed->contains(address);
}

/// The address of IPv4 that a gateway on the way would make of this one: NAT64 (RFC 6052), 6to4
/// (RFC 3056), and the old "compatible" form (RFC 4291).
std::optional<IpAddress> embedded_in(const IpAddress& address) {
  if (address.is_v4()) return std::nullopt;
  const auto bytes = address.bytes();
  if (is_in(address, "64:ff9b::/96") || is_in(address, "::/96")) {
    return IpAddress::v4(bytes.subspan<12, 4>());
  }
  if (is_in(address, "2002::/16")) return IpAddress::v4(bytes.subspan<2, 4>());
  return std::nullopt;
}

/// What is special about it; nothing about a public one.
std::optional<Bilingual> special(const IpAddress& address) {
  for (const auto& [network, what] : kSpecials) {
    if (is_in(address, network)) return bilingual(what);
  }
  if (const auto embedded = embedded_in(address)) return special(*embedded);
  if (!address.is_v4() && !is_in(address, "2000::/3")) return bilingual(kReserved);
  return std::nullopt;
}

bool is_metadata(const IpAddress& address) {
  const auto embedded = embedded_in(address);
  return (embedded && is_metadata(*embedded)) ||
         std::ranges::any_of(kMetadata, [&](std::string_view one) { return is_in(address, one); });
}

/// The host of a URL when it is an address, without port and brackets.
std::optional<IpAddress> literal_host(std::string_view host) {
  if (host.starts_with('[')) return IpAddress::parse(host.substr(1, host.find(']') - 1));
  return IpAddress::parse(host.substr(0, host.find(':')));
}

}  // namespace

std::optional<Failure> TargetPolicy::refused(std::string_view url) const {
  const auto parsed = cloud::parse_url(url);
  if (!parsed) return parsed.failure();
  const bool is_encrypted = parsed.value().scheme == "https";
  if (!is_encrypted && allowed_.empty()) {
    return Failure::usage(
        {"the URL is not https; for a server in your own network name that network under "
         "allow_networks",
         "URL 不是 https；若服务器位于自有网络，请在 allow_networks 中填写该网段"});
  }
  if (const auto address = literal_host(parsed.value().host))
    return refused(*address, is_encrypted);
  return std::nullopt;
}

std::optional<Failure> TargetPolicy::refused(const IpAddress& address, bool is_encrypted) const {
  if (is_metadata(address)) {
    return Failure::usage(bilingual(
        {"{0} is the metadata service, which gives out keys", "{0} 是会发放密钥的元数据服务"},
        address.text()));
  }
  if (allows(address)) return std::nullopt;
  if (const auto what = special(address)) {
    return Failure::usage(
        bilingual({"{0} belongs to {1}; if that is meant, name its network under allow_networks",
                   "{0} 属于{1}；若确需访问，请在 allow_networks 中填写该网段"},
                  address.text(), *what));
  }
  if (!is_encrypted) {
    return Failure::usage(
        bilingual({"{0} is public, and the URL is not https", "{0} 为公网地址，而 URL 不是 https"},
                  address.text()));
  }
  return std::nullopt;
}

bool TargetPolicy::allows(const IpAddress& address) const {
  const auto embedded = embedded_in(address);
  return std::ranges::any_of(allowed_, [&](const IpNetwork& network) {
    return network.contains(address) || (embedded && network.contains(*embedded));
  });
}

}  // namespace jobtree::notify

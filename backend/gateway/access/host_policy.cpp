#include "gateway/access/host_policy.h"

#include <algorithm>
#include <charconv>

#include "base/ascii.h"

namespace jobtree::gateway {
namespace {

constexpr std::size_t kMaxHost = 255;
constexpr std::size_t kMaxPort = 6;  // with its colon

bool is_name_character(char c) {
  return is_lower(c) || is_digit(c) || c == '-' || c == '.';
}

bool is_ipv6_character(char c) {
  return (c >= 'a' && c <= 'f') || is_digit(c) || c == ':' || c == '.';
}

/// Of a registered name (RFC 3986 section 3.2.2), which allows much that no host of ours has.
bool is_reg_name_character(char c) {
  return is_alnum(c) || std::string_view("-._~%!$&'()*+,;=").find(c) != std::string_view::npos;
}

/// Whether the text has the form uri-host [":" port].
bool is_authority(std::string_view text) {
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos || end == 1) return false;
    const bool is_literal = std::ranges::all_of(
        text.substr(1, end - 1), [](char c) { return c == ':' || is_reg_name_character(c); });
    text.remove_prefix(end + 1);
    if (!is_literal || (!text.empty() && text.front() != ':')) return false;
  } else {
    const std::size_t end = std::min(text.find(':'), text.size());
    if (!std::ranges::all_of(text.substr(0, end), is_reg_name_character)) return false;
    text.remove_prefix(end);
  }
  return text.empty() || std::ranges::all_of(text.substr(1), is_digit);
}

bool is_ipv4_loopback(std::string_view host) {
  if (!host.starts_with("127.")) return false;
  int parts = 1;
  while (!host.empty()) {
    const std::string_view part = host.substr(0, host.find('.'));
    unsigned value = 256;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
    if (error != std::errc() || end != part.data() + part.size() || value > 255) return false;
    if (part.size() == host.size()) return parts == 4;
    host.remove_prefix(part.size() + 1);
    ++parts;
  }
  return false;
}

}  // namespace

bool is_loopback(std::string_view host) {
  const std::string name = lower(host);
  return name == "localhost" || name == "::1" || is_ipv4_loopback(name);
}

Result<bool> may_listen_on(std::string_view host, bool with_tokens) {
  if (is_loopback(host) || (with_tokens && !host.empty())) return true;
  return Failure::usage(bilingual(
      {"without tokens the server only listens on loopback addresses (127.0.0.1, ::1, localhost), "
       "because anyone who reaches the port can use its key; create a token with \"{program} token "
       "NAME --tokens-file FILE\" and add --tokens-file FILE",
       "未启用令牌时仅监听回环地址（127.0.0.1、::"
       "1、localhost），因为能访问该端口的人都可使用服务端的"
       "密钥；请用 {program} token NAME --tokens-file FILE 创建令牌，并添加 --tokens-file FILE"}));
}

std::string authority(std::string_view host, int port) {
  std::string text(host);
  if (text.find(':') != std::string::npos) text = std::string("[").append(text).append("]");
  return text + ":" + std::to_string(port);
}

bool is_host(std::string_view text) {
  if (text.empty() || text.size() > kMaxHost) return false;
  if (text.starts_with('[')) {
    return text.size() > 3 && text.ends_with(']') &&
           std::ranges::all_of(text.substr(1, text.size() - 2), is_ipv6_character);
  }
  return text.front() != '.' && text.back() != '.' && std::ranges::all_of(text, is_name_character);
}

bool is_port(std::string_view text) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port > 0 && port < 65536;
}

Result<bool> HostPolicy::add(const std::string& allowed, const std::string& own_port) {
  const std::string name = lower(allowed);
  if (is_host(name)) {
    names_.insert(name);
    names_.insert(name + own_port);
    return true;
  }
  const std::size_t colon = name.rfind(':');
  if (colon == std::string::npos || !is_host(std::string_view(name).substr(0, colon)) ||
      !is_port(std::string_view(name).substr(colon + 1))) {
    return Failure::usage(bilingual(
        {"--allow-host: \"{0}\" is not a host as in a URL, such as jobs.example.com, "
         "jobs.example.com:8443 or [::1]:8080",
         "--allow-host：“{0}”不是 URL 中的主机，例如 jobs.example.com、jobs.example.com:8443 或 "
         "[::1]:8080"},
        allowed));
  }
  names_.insert(name);
  return true;
}

Result<HostPolicy> HostPolicy::make(std::string_view host, int port,
                                    const std::vector<std::string>& allow_hosts) {
  HostPolicy policy;
  const std::string own_port = std::string(":").append(std::to_string(port));
  for (const std::string_view name : {std::string_view("127.0.0.1"), std::string_view("localhost"),
                                      std::string_view("::1"), host}) {
    if (name == "0.0.0.0" || name == "::") continue;  // every address, and the name of none
    const std::string with_port = lower(authority(name, port));
    policy.names_.insert(with_port);
    // Browsers leave the scheme's own port out.
    if (port == 80) policy.names_.insert(with_port.substr(0, with_port.size() - own_port.size()));
  }
  for (const std::string& allowed : allow_hosts) {
    if (auto added = policy.add(allowed, own_port); !added) return added.failure();
  }
  return policy;
}

HostVerdict HostPolicy::judge(std::string_view host) const {
  if (host.size() <= kMaxHost + kMaxPort && names_.contains(lower(host))) return HostVerdict::ours;
  return is_authority(host) ? HostVerdict::others : HostVerdict::malformed;
}

}  // namespace jobtree::gateway

#include "cloud/where/url.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "base/ascii.h"
#include "base/hex.h"

namespace jobtree::cloud {
namespace {

constexpr std::size_t kMaxUrl = std::size_t{16} * 1024;
constexpr std::size_t kMostOrigins = 8;
constexpr std::size_t kMaxDnsName = 253;  // of a DNS name, RFC 1035

bool is_hex_or_colon(char c) {
  return hex_value(c) >= 0 || c == ':';
}

/// Labels of letters, digits and "-" between single dots.
bool is_name(std::string_view host) {
  if (host.empty() || host.size() > kMaxDnsName || host.front() == '.' || host.back() == '.') {
    return false;
  }
  return host.find("..") == std::string_view::npos &&
         std::ranges::all_of(host, [](char c) { return is_alnum(c) || c == '.' || c == '-'; });
}

/// "[::1]"; whether the address makes sense is for the one who connects.
bool is_ipv6(std::string_view host) {
  return host.size() >= 4 && host.size() <= 47 && host.front() == '[' && host.back() == ']' &&
         std::ranges::all_of(host.substr(1, host.size() - 2), is_hex_or_colon);
}

bool is_port(std::string_view text) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return text.size() <= 5 && error == std::errc() && end == text.data() + text.size() &&
         port >= 1 && port <= 65535;
}

/// Where the port's colon is, or npos; colons inside [] are not it.
std::size_t port_colon(std::string_view host) {
  const std::size_t bracket = host.rfind(']');
  return host.find(':', bracket == std::string_view::npos ? 0 : bracket);
}

/// The origin a URL names, when it is one that may be used.
Result<Origin> origin_of(std::string_view text) {
  const auto url = text.find("://") == std::string_view::npos
                       ? parse_url(std::string("https://").append(text))
                       : parse_url(text);
  if (!url) return url.failure();
  const auto& [scheme, host, path, query] = url.value();
  if ((!path.empty() && path != "/") || text.find('?') != std::string_view::npos) {
    return Failure::usage(
        bilingual({"the URL must not have a path or a query", "URL 不能包含路径或查询参数"}));
  }
  if (scheme == "http" && !is_loopback(url.value())) {
    return Failure::usage(bilingual({"http is only for 127.0.0.1, [::1] and localhost; use https",
                                     "http 仅可用于 127.0.0.1、[::1] 和 localhost，请使用 https"}));
  }
  return Origin{scheme, host};
}

}  // namespace

std::string joined(const Origins& origins) {
  std::string text;
  for (const Origin& origin : origins)
    text += (text.empty() ? "" : ",") + origin.text();
  return text;
}

Result<Origins> parse_origins(std::string_view text) {
  Origins origins;
  for (;;) {
    const std::size_t comma = text.find(',');
    auto origin = origin_of(trimmed(text.substr(0, comma), kWhitespace));
    if (!origin) return origin.failure();
    origins.push_back(std::move(origin.value()));
    if (comma == std::string_view::npos) return origins;
    if (origins.size() == kMostOrigins) {
      return Failure::usage(bilingual({"there are more than eight URLs", "URL 超过八个"}));
    }
    text.remove_prefix(comma + 1);
  }
}

Result<Url> parse_url(std::string_view text) {
  if (text.size() > kMaxUrl) {
    return Failure::usage(bilingual({"the URL is longer than 16 KiB", "URL 超过 16 KiB"}));
  }
  Url url;
  if (text.starts_with("https://")) {
    url.scheme = "https";
  } else if (text.starts_with("http://")) {
    url.scheme = "http";
  } else {
    return Failure::usage(bilingual(
        {"the URL does not begin with https:// or http://", "URL 未以 https:// 或 http:// 开头"}));
  }
  text.remove_prefix(url.scheme.size() + 3);
  if (text.find('#') != std::string_view::npos) {
    return Failure::usage(
        bilingual({"the URL has a fragment (#…), which is never sent; write \"#\" in a name as %23",
                   "URL 含有不会被发送的片段（#…）；名称中的“#”请写作 %23"}));
  }

  std::string_view authority = text.substr(0, text.find_first_of("/?"));
  text.remove_prefix(authority.size());
  const std::size_t mark = text.find('?');
  url.path = text.substr(0, mark);
  if (mark != std::string_view::npos) url.query = text.substr(mark + 1);

  if (authority.find('@') != std::string_view::npos) {
    return Failure::usage(bilingual({"the URL has a user name; keys do not belong in a URL",
                                     "URL 含有用户名；密钥不应写在 URL 中"}));
  }
  const std::size_t colon = port_colon(authority);
  if (colon != std::string_view::npos) {
    const std::string_view port = authority.substr(colon + 1);
    if (!is_port(port)) {
      return Failure::usage(bilingual(
          {"the URL's port is not a number from 1 to 65535", "URL 的端口不是 1 到 65535 的数字"}));
    }
    // Clients leave the scheme's own port out of the Host header, and that header is signed.
    if (port == (url.scheme == "https" ? "443" : "80")) authority = authority.substr(0, colon);
  }
  const std::string_view name = authority.substr(0, colon);
  if (!is_name(name) && !is_ipv6(name)) {
    return Failure::usage(
        bilingual({"the URL's host is not a host name", "URL 的主机部分不是主机名"}));
  }
  url.host = authority;
  return url;
}

bool is_loopback(const Url& url) {
  const std::string_view name = std::string_view(url.host).substr(0, port_colon(url.host));
  return name == "127.0.0.1" || name == "[::1]" || name == "localhost";
}

bool is_link_local(const Url& url) {
  in_addr address{};
  const std::string name = url.host.substr(0, url.host.find(':'));
  return inet_pton(AF_INET, name.c_str(), &address) == 1 && ntohl(address.s_addr) >> 16U == 0xA9FE;
}

}  // namespace jobtree::cloud

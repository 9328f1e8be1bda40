#include "gateway/access/host_origin.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace jobtree::gateway {
namespace {

constexpr std::size_t kMaxHost = 255;

// The engine is WebAssembly, which 'wasm-unsafe-eval' allows and nothing else.
constexpr std::string_view kPagePolicy =
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; "
    "style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'; frame-ancestors ";
constexpr std::string_view kDataPolicy = "default-src 'none'; frame-ancestors 'none'";

constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kAlways{{
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
}};

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return result;
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

bool is_ipv6_character(char c) {
  return (c >= 'a' && c <= 'f') || (c >= '0' && c <= '9') || c == ':' || c == '.';
}

bool is_port(std::string_view text) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port > 0 && port < 65536;
}

/// A lower-case name or address as a Host header has it, without port.
bool is_host(std::string_view text) {
  if (text.empty() || text.size() > kMaxHost) return false;
  if (text.starts_with('[')) {
    return text.size() > 3 && text.ends_with(']') &&
           std::ranges::all_of(text.substr(1, text.size() - 2), is_ipv6_character);
  }
  return text.front() != '.' && text.back() != '.' && std::ranges::all_of(text, is_name_character);
}

/// An origin as browsers send it (RFC 6454, 6.2): in lower case, without the scheme's own port.
std::optional<std::string> origin_of(std::string_view text) {
  const std::string origin = lower(text);
  const std::size_t scheme_end = origin.find("://");
  if (scheme_end == std::string::npos) return std::nullopt;
  const std::string scheme = origin.substr(0, scheme_end);
  if (scheme != "http" && scheme != "https") return std::nullopt;
  const std::string name = origin.substr(scheme_end + 3);
  if (is_host(name)) return origin;
  const std::size_t colon = name.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  const std::string host = name.substr(0, colon);
  const std::string port = name.substr(colon + 1);
  if (!is_host(host) || !is_port(port) || port.front() == '0') return std::nullopt;
  if (port == (scheme == "http" ? "80" : "443")) return scheme + "://" + host;
  return origin;
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

Result<bool> may_listen_on(std::string_view host, bool with_tokens) {
  const std::string name = lower(host);
  if (name == "localhost" || name == "::1" || is_ipv4_loopback(name)) return true;
  if (with_tokens && !name.empty()) return true;
  return Failure::usage(
      "without tokens only loopback addresses (127.0.0.1, ::1, localhost) can be listened on: "
      "whoever reaches the port can use the key behind it; make a token with \"backend token NAME "
      "--tokens-file FILE\" and give --tokens-file FILE here too");
}

std::optional<std::string_view> bearer_of(std::string_view authorization) {
  constexpr std::string_view kScheme = "bearer ";
  if (lower(authorization.substr(0, kScheme.size())) != kScheme) return std::nullopt;
  authorization.remove_prefix(kScheme.size());
  authorization.remove_prefix(std::min(authorization.find_first_not_of(' '), authorization.size()));
  return authorization;
}

std::string authority(std::string_view host, int port) {
  std::string text(host);
  if (text.find(':') != std::string::npos) text = std::string("[").append(text).append("]");
  return text + ":" + std::to_string(port);
}

Result<bool> Guard::add_host(const std::string& allowed, const std::string& own_port) {
  const std::string name = lower(allowed);
  if (is_host(name)) {
    names_.insert(name);
    names_.insert(name + own_port);
    return true;
  }
  const std::size_t colon = name.rfind(':');
  if (colon == std::string::npos || !is_host(std::string_view(name).substr(0, colon)) ||
      !is_port(std::string_view(name).substr(colon + 1))) {
    return Failure::usage(
        "\"" + allowed +
        "\" is no host to allow; write a name or address as in a URL, with or without "
        "port: jobs.example.com, jobs.example.com:8443, [::1]:8080");
  }
  names_.insert(name);
  return true;
}

Result<Guard> Guard::make(std::string_view host, int port,
                          const std::vector<std::string>& allow_hosts,
                          const std::vector<std::string>& allow_origins) {
  Guard guard;
  const std::string own_port = std::string(":").append(std::to_string(port));
  for (const std::string_view name : {std::string_view("127.0.0.1"), std::string_view("localhost"),
                                      std::string_view("::1"), host}) {
    if (name == "0.0.0.0" || name == "::") continue;  // every address, and the name of none
    const std::string with_port = lower(authority(name, port));
    guard.names_.insert(with_port);
    // Browsers leave the scheme's own port out.
    if (port == 80) guard.names_.insert(with_port.substr(0, with_port.size() - own_port.size()));
  }
  for (const std::string& allowed : allow_hosts) {
    if (auto added = guard.add_host(allowed, own_port); !added) return added.failure();
  }
  for (const std::string& allowed : allow_origins) {
    auto origin = origin_of(allowed);
    if (!origin) {
      return Failure::usage(
          "\"" + allowed +
          "\" is no origin to allow; write scheme and host as a browser sends them, and "
          "nothing more: https://portal.example.com, http://10.0.0.7:3000");
    }
    guard.origins_.insert(std::move(*origin));
  }
  return guard;
}

bool Guard::knows_host(std::string_view host) const {
  return host.size() <= kMaxHost + 6 && names_.contains(lower(host));
}

bool Guard::allows_origin(std::string_view origin) const {
  return origins_.contains(origin);
}

void Guard::allow_framing(Response& response) const {
  std::string policy = std::string(kPagePolicy) + "'self'";
  for (const std::string& origin : origins_) {
    policy += " " + origin;
  }
  response.headers.emplace_back("Content-Security-Policy", std::move(policy));
  // A page that isolates itself frames nothing that does not allow it in this way too.
  response.headers.emplace_back("Cross-Origin-Resource-Policy", "cross-origin");
}

void Guard::add_cors(std::string_view origin, Response& response) const {
  std::string* vary = nullptr;
  for (auto& [name, value] : response.headers) {
    if (name == "Access-Control-Allow-Origin") return;
    if (name == "Vary") vary = &value;
  }
  if (vary != nullptr) {
    *vary += ", Origin";
  } else {
    response.headers.emplace_back("Vary", "Origin");
  }
  if (!allows_origin(origin)) return;
  response.headers.emplace_back("Access-Control-Allow-Origin", origin);
  response.headers.emplace_back(
      "Access-Control-Expose-Headers",
      "ETag, Age, Cache-Status, Retry-After, X-Request-Id, WWW-Authenticate");
}

Response preflight_answer() {
  return {.status = 204,
          .content_type = {},
          .body = {},
          .headers = {{"Access-Control-Allow-Methods", "GET"},
                      {"Access-Control-Allow-Headers", "Authorization, If-None-Match, Prefer"},
                      {"Access-Control-Max-Age", "7200"}}};
}

bool is_same_origin(const Request& request) {
  const std::string& site = request.fetch_site;
  if (!site.empty() && site != "same-origin" && site != "none") return false;
  if (request.origin.empty()) return true;
  // The scheme may be https when a proxy ends TLS in front of this server.
  const std::string origin = lower(request.origin);
  const std::string host = lower(request.host);
  return origin == "http://" + host || origin == "https://" + host;
}

void add_security_headers(Response& response) {
  const auto add = [&response](std::string_view name, std::string_view value) {
    const bool is_there =
        std::ranges::any_of(response.headers, [name](const auto& h) { return h.first == name; });
    if (!is_there) response.headers.emplace_back(name, value);
  };
  for (const auto& [name, value] : kAlways) {
    add(name, value);
  }
  // A 304 would put its policy in the place of the page's, which the browser has kept.
  if (response.status == 304) return;
  const bool is_page = response.content_type.starts_with("text/html");
  add("Content-Security-Policy",
      is_page ? std::string(kPagePolicy) + "'none'" : std::string(kDataPolicy));
}

}  // namespace jobtree::gateway

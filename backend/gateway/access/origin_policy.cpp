#include "gateway/access/origin_policy.h"

#include <optional>

#include "base/ascii.h"
#include "gateway/access/host_policy.h"

namespace jobtree::gateway {
namespace {

constexpr std::string_view kVaryLine = "Vary: Origin\r\n";
constexpr const char* kExposed =
    "ETag, Age, Date, Cache-Status, Jobtree-Stored-At, Retry-After, X-Request-Id, WWW-Authenticate";

/// An origin as browsers send it (RFC 6454 section 6.2): in lower case, without the scheme's own
/// port.
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

}  // namespace

Result<OriginPolicy> OriginPolicy::make(const std::vector<std::string>& allow_origins) {
  OriginPolicy policy;
  for (const std::string& allowed : allow_origins) {
    const auto origin = origin_of(allowed);
    if (!origin) {
      return Failure::usage(bilingual(
          {"--allow-origin: \"{0}\" is not an origin as browsers send it, such as "
           "https://portal.example.com or http://10.0.0.7:3000",
           "--allow-origin：“{0}”不是浏览器发送的来源格式，例如 https://portal.example.com 或 "
           "http://10.0.0.7:3000"},
          allowed));
    }
    policy.lines_[*origin] = std::string(kVaryLine) + "Access-Control-Allow-Origin: " + *origin +
                             "\r\nAccess-Control-Expose-Headers: " + kExposed + "\r\n";
  }
  return policy;
}

std::string_view OriginPolicy::header_lines(std::string_view origin) const {
  const auto found = lines_.find(origin);
  return found == lines_.end() ? kVaryLine : std::string_view(found->second);
}

void OriginPolicy::add_headers(std::string_view origin, httplib::Response& response) const {
  if (response.has_header("Access-Control-Allow-Origin")) return;
  const auto vary = response.headers.find("Vary");
  if (vary != response.headers.end()) {
    vary->second += ", Origin";
  } else {
    response.set_header("Vary", "Origin");
  }
  if (!allows(origin)) return;
  response.set_header("Access-Control-Allow-Origin", std::string(origin));
  response.set_header("Access-Control-Expose-Headers", kExposed);
}

std::string OriginPolicy::names() const {
  std::string names;
  for (const auto& [origin, lines] : lines_) {
    if (!names.empty()) names += " ";
    names += origin;
  }
  return names;
}

bool is_same_origin(std::string_view host, std::string_view origin, std::string_view fetch_site) {
  if (!fetch_site.empty() && fetch_site != "same-origin" && fetch_site != "none") return false;
  if (origin.empty()) return true;
  // The scheme may be https when a proxy ends TLS in front of this server.
  for (const std::string_view scheme : {"http://", "https://"}) {
    const bool is_it = equals_ignoring_case(origin.substr(0, scheme.size()), scheme);
    if (is_it) return equals_ignoring_case(origin.substr(scheme.size()), host);
  }
  return false;
}

void answer_preflight(httplib::Response& response) {
  response.status = 204;
  response.set_header("Access-Control-Allow-Methods", "GET");
  response.set_header("Access-Control-Allow-Headers", "Authorization, If-None-Match, Prefer");
  response.set_header("Access-Control-Max-Age", "7200");
}

}  // namespace jobtree::gateway

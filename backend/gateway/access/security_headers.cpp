#include "gateway/access/security_headers.h"

#include <array>
#include <utility>

namespace jobtree::gateway {
namespace {

// The engine is WebAssembly, which 'wasm-unsafe-eval' allows and nothing else.
constexpr const char* kPagePolicy =
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; "
    "style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'; frame-ancestors ";
constexpr const char* kDataPolicy = "default-src 'none'; frame-ancestors 'none'";
constexpr const char* kPolicyName = "Content-Security-Policy";
constexpr const char* kResourcePolicyName = "Cross-Origin-Resource-Policy";

constexpr std::array<std::pair<const char*, const char*>, 4> kAlways{{
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {kResourcePolicyName, "same-origin"},
}};

void add(httplib::Response& response, const char* name, const std::string& value) {
  if (!response.has_header(name)) response.set_header(name, value);
}

}  // namespace

void add_security_headers(httplib::Response& response) {
  for (const auto& [name, value] : kAlways) {
    add(response, name, value);
  }
  // A 304 would put its policy in the place of the page's, which the browser has kept.
  if (response.status == 304) return;
  const bool is_page = response.get_header_value("Content-Type").find("text/html") == 0;
  add(response, kPolicyName, is_page ? std::string(kPagePolicy) + "'none'" : kDataPolicy);
}

void allow_framing(std::string_view origins, httplib::Response& response) {
  std::string policy = std::string(kPagePolicy) + "'self'";
  if (!origins.empty()) policy.append(" ").append(origins);
  response.set_header(kPolicyName, policy);
  // A page that isolates itself frames nothing that does not allow it in this way too.
  response.set_header(kResourcePolicyName, "cross-origin");
  response.set_header("Cross-Origin-Embedder-Policy", "require-corp");
}

std::string security_header_lines() {
  std::string lines;
  for (const auto& [name, value] : kAlways) {
    lines.append(name).append(": ").append(value).append("\r\n");
  }
  return lines;
}

std::string data_policy_line() {
  return std::string(kPolicyName).append(": ").append(kDataPolicy).append("\r\n");
}

}  // namespace jobtree::gateway

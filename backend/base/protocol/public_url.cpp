#include "base/protocol/public_url.h"

#include <algorithm>
#include <charconv>

#include "base/ascii.h"

namespace jobtree {
namespace {

constexpr std::size_t kLongestPublicUrl = 500;

bool is_host_or_port(std::string_view authority) {
  const std::size_t bracket = authority.rfind(']');  // of an address of IPv6
  const std::size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  const std::string_view host = authority.substr(0, colon);
  const bool is_v6 = host.size() > 2 && host.front() == '[' && host.back() == ']';
  const std::string_view name = is_v6 ? host.substr(1, host.size() - 2) : host;
  if (name.empty() || !std::ranges::all_of(name, [is_v6](char c) {
        return is_v6 ? is_alnum(c) || c == ':' || c == '.' : is_alnum(c) || c == '-' || c == '.';
      })) {
    return false;
  }
  if (colon == std::string_view::npos) return true;
  const std::string_view digits = authority.substr(colon + 1);
  int port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  return error == std::errc() && end == digits.data() + digits.size() && port >= 1 && port <= 65535;
}

/// Nothing in it ends the address, begins a query, or needs quoting in HTML, XML and Markdown.
bool is_plain_path(std::string_view path) {
  return std::ranges::all_of(path, [](char c) {
    return is_alnum(c) || c == '/' || c == '-' || c == '.' || c == '_' || c == '~' || c == '%';
  });
}

}  // namespace

Result<std::string> parse_public_url(std::string_view text) {
  const std::string_view given = text;
  while (text.ends_with('/'))
    text.remove_suffix(1);
  if (given.empty()) return std::string();
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (!given.starts_with(scheme) || text.size() < scheme.size()) continue;
    const std::string_view rest = text.substr(scheme.size());
    const std::string_view authority = rest.substr(0, rest.find('/'));
    if (text.size() <= kLongestPublicUrl && is_host_or_port(authority) &&
        is_plain_path(rest.substr(authority.size()))) {
      return std::string(text);
    }
  }
  return Failure::usage(bilingual(
      {"\"{0}\" is not an address such as https://jobs.example.com: http or https, without "
       "a user, a query or a fragment",
       "“{0}”不是有效的地址，应形如 https://jobs.example.com：http 或 https，不含用户、"
       "查询参数或片段"},
      given));
}

}  // namespace jobtree

// "HOST:PORT" as flags have it.
//
// Knows: its form. Must not know: who listens there.
#pragma once

#include <charconv>
#include <string>
#include <string_view>

#include "base/result.h"

namespace jobtree::commands {

struct HostPort {
  std::string host;  ///< without brackets
  int port = 0;      ///< 0 to 65535
};

/// Takes "127.0.0.1:8080", "localhost:0" and "[::1]:8080".
inline Result<HostPort> parse_host_port(std::string_view text) {
  const Failure failure =
      Failure::usage(bilingual({"\"{0}\" is not HOST:PORT, such as 127.0.0.1:8080 or [::1]:8080",
                                "“{0}”不是 HOST:PORT 格式，例如 127.0.0.1:8080 或 [::1]:8080"},
                               text));
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return failure;
  std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return failure;
  }
  int port = -1;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  const bool whole = error == std::errc() && end == digits.data() + digits.size();
  if (host.empty() || !whole || port < 0 || port > 65535) return failure;
  return HostPort{std::string(host), port};
}

}  // namespace jobtree::commands

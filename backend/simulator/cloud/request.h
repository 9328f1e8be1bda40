// A request as the pretend cloud's API sees it: byte for byte as it came.
//
// Knows: bytes. Must not know: sockets, the HTTP library (which decodes header values, and a
// signature is of what was sent), what a header means.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jobtree::simulator {

struct Request {
  std::string_view method;  ///< "GET"
  std::string_view target;  ///< of the request line, still percent-encoded: "/v1/p/jobs/a%20b?q=1"
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in any case
  std::string_view body;
};

/// The value of a header, without blanks around it; nothing when it is absent or there more than
/// once.
std::optional<std::string_view> single_header(const Request& request, std::string_view name);
/// "" when the header is not there once.
std::string_view header(const Request& request, std::string_view name);

}  // namespace jobtree::simulator

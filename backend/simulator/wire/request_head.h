// The head of an HTTP/1.1 request, read strictly.
//
// Knows: RFC 9112. Must not know: sockets, routes.
// Our own, because the HTTP library decodes what it should leave alone (%XX in header values) and
// takes heads no bound or grammar allows.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jobtree::simulator {

struct RequestHead {
  std::string method;
  std::string target;
  std::vector<std::pair<std::string, std::string>> headers;
  std::size_t body_size = 0;
  bool keeps_connection = true;
  bool waits_for_word = false;  ///< Expect: 100-continue
};

/// What keeps a request from being answered, and how much it is worth.
struct Refusal {
  int status = 400;
  std::string_view why;
};

/// Reads the head up to and without the empty line. Nothing when it is not one.
std::optional<RequestHead> parse_head(std::string_view text);

/// What is too much or too odd in a head that was read.
std::optional<Refusal> objection_to(const RequestHead& head, std::size_t max_body);

}  // namespace jobtree::simulator

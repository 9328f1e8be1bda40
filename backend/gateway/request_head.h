// The head of a request, read so strictly that it cannot mean two things to two programs.
//
// Knows: RFC 9110 and 9112, and how little of them a page needs. Must not know: sockets, routes,
// the HTTP library. Our own, because the library's reader has no bounds, takes lines that are no
// headers, and decodes %0d%0a in header values: everything a smuggler needs.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace jobtree::gateway {

/// A head without fault. Its views look into the bytes that were read.
struct RequestHead {
  std::string_view method;  ///< GET, HEAD, OPTIONS or POST
  std::string_view target;  ///< starts with "/", or is the "*" of OPTIONS
  std::vector<std::pair<std::string_view, std::string_view>> headers;
  std::size_t size = 0;       ///< of the head itself, with the empty line that ends it
  std::size_t body_size = 0;  ///< of the body after it; of a POST alone
  bool keeps_connection = true;

  /// What stands under a name, in any case of letters; more than one joined by ", ", as RFC 9110
  /// says, so that two of what should be one compare equal to neither.
  std::string header(std::string_view name) const;
};

/// What keeps a request from being served: 400, 405, 411, 413, 414, 415 or 431, and why, for the
/// log. What else came on the connection means nothing then.
struct Refusal {
  int status = 400;
  std::string_view why;
};

/// The head is not all there, and nothing is wrong so far.
struct Unfinished {};

using HeadReading = std::variant<Unfinished, RequestHead, Refusal>;

/// Reads the head that `bytes` begin with. A refusal comes as soon as it is certain, so that no
/// more than a head's 16 KiB need ever be kept; more bytes never take it back.
HeadReading read_head(std::string_view bytes);

/// The Origin in a head that was refused, "" when none is to be seen: a page of another origin is
/// to learn of the refusal. Whoever uses it compares it with a list, so it is not judged here.
std::string origin_in(std::string_view bytes);

}  // namespace jobtree::gateway

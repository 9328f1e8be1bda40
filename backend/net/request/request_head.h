// The head of a request, read so strictly that it cannot mean two things to two programs.
//
// Knows: RFC 9110 and 9112, and how little of them a server of GETs needs. Must not know: sockets,
// routes, the HTTP library. Our own, because the library's reader has no bounds, takes lines that
// are no headers, and decodes %0d%0a in header values: everything a smuggler needs.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace jobtree::net {

/// A head without fault. Its views look into the bytes that were read.
struct RequestHead {
  std::string_view method;  ///< one of those that are served
  /// Path and query as sent, beginning with "/"; or the "*" of OPTIONS.
  std::string_view target;
  /// The host that is asked, with its port: of an absolute-form target, else of the Host header; ""
  /// where HTTP/1.0 sent neither.
  std::string_view host;
  std::vector<std::pair<std::string_view, std::string_view>> headers;
  std::size_t size = 0;       ///< of the head itself, with the empty line that ends it
  std::size_t body_size = 0;  ///< of the body after it, which means nothing with GET and HEAD
  bool keeps_connection = true;
  bool expects_continue = false;  ///< the client waits for "100 Continue" before it sends its body

  /// What stands under a name, in any case of letters; more than one joined by ", ", as RFC 9110
  /// says, so that two of what should be one compare equal to neither.
  std::string header(std::string_view name) const;
};

/// What keeps a request from being served, and why, for the log: 400, 405, 411, 413, 414, 417 or
/// 431. What else came on the connection means nothing then.
struct Refusal {
  int status = 400;
  std::string_view why;
};

/// The head is not all there, and nothing is wrong so far.
struct Unfinished {};

using HeadReading = std::variant<Unfinished, RequestHead, Refusal>;

/// A cookie may be so long: it belongs to other programs on the same host, and nobody here reads
/// it.
inline constexpr std::size_t kMaxCookie = std::size_t{32} << 10;
/// All of a head, its cookies counted: no more bytes than that need ever be kept for one.
inline constexpr std::size_t kMaxHead = (std::size_t{16} << 10) + kMaxCookie;
/// Path and query together, and what comes before them in an absolute-form target: a link of the
/// page may name fifty jobs.
inline constexpr std::size_t kMaxTarget = std::size_t{7} << 10;

/// Reads the head that `bytes` begin with. A refusal comes as soon as it is certain, and more bytes
/// never take it back. `methods`: those that are served. `max_body`: of a request, in bytes.
HeadReading read_head(std::string_view bytes, std::span<const std::string_view> methods,
                      std::size_t max_body);

/// What stands under a name in a head that was refused, "" when nothing is to be seen there: a page
/// of another origin is to learn of the refusal, and so is any client in a form that it reads. It
/// is not judged here.
std::string header_in(std::string_view bytes, std::string_view name);

}  // namespace jobtree::net

#include "net/request/request_head.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/ascii.h"

namespace jobtree::net {
namespace {

constexpr std::size_t kMaxPlain = kMaxHead - kMaxCookie;  // of a head without its cookies
// Without its end. The library takes 8192 bytes with it, and no longer line may reach it.
constexpr std::size_t kMaxLine = 8190;
constexpr std::size_t kMaxHeaders = 64;

bool is_token_character(char c) {
  static constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return is_alnum(c) || kMarks.find(c) != std::string_view::npos;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_token_character);
}

bool is_control(unsigned char c) {
  return c < ' ' || c == 0x7f;
}

bool is_field_value(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return c != '\t' && is_control(c); });
}

/// Of a target: printable ASCII, and no "#", which stays in the browser.
bool is_target_character(char c) {
  return c > ' ' && c <= '~' && c != '#';
}

/// Of a host with its port, or an IPv6 address in brackets: what RFC 3986 allows, and no user.
bool is_host_character(char c) {
  static constexpr std::string_view kMarks = "-._~%!$&'()*+,;=:[]";
  return is_alnum(c) || kMarks.find(c) != std::string_view::npos;
}

/// Whether a control byte comes out when something decodes %XX, once, as the library does.
bool hides_control(std::string_view text) {
  for (auto at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1)) {
    const std::string_view digits = text.substr(at + 1, 2);
    unsigned value = ' ';
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (error == std::errc() && end == digits.data() + 2 &&
        is_control(static_cast<unsigned char>(value))) {
      return true;
    }
  }
  return false;
}

/// Whether a list, "a, b , c", has this word in it.
bool lists(std::string_view list, std::string_view word) {
  return any_list_element(list,
                          [word](std::string_view one) { return equals_ignoring_case(one, word); });
}

bool takes_body(std::string_view method) {
  return method == "POST" || method == "PUT" || method == "PATCH" || method == "DELETE";
}

/// One that has no meaning (RFC 9110, 9.3.1), and that some clients send all the same: the official
/// SDK for Node.js puts "{}" into its GETs.
bool may_have_body(std::string_view method) {
  return takes_body(method) || method == "GET" || method == "HEAD";
}

/// Takes the scheme and the host off an absolute-form target (RFC 9112, 3.2.2); its host is the one
/// that is asked.
bool take_authority(RequestHead& head) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!equals_ignoring_case(head.target.substr(0, scheme.size()), scheme)) continue;
    const std::string_view rest = head.target.substr(scheme.size());
    const std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
    head.host = rest.substr(0, end);
    head.target = rest.substr(end);
    // "http://host" asks for "/"; "http://host?x" is nothing that a client sends.
    if (head.target.empty()) head.target = "/";
    return !head.host.empty() && std::ranges::all_of(head.host, is_host_character);
  }
  return true;
}

std::optional<Refusal> read_request_line(std::string_view line,
                                         std::span<const std::string_view> methods,
                                         RequestHead& head) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return Refusal{400, "no request line"};
  head.method = line.substr(0, first);
  head.target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (!is_token(head.method) || (version != "HTTP/1.1" && version != "HTTP/1.0")) {
    return Refusal{400, "not an HTTP/1.1 request line"};
  }
  head.keeps_connection = version == "HTTP/1.1";
  const bool is_served = std::ranges::find(methods, head.method) != methods.end();
  if (!is_served) return Refusal{405, "unsupported method"};
  if (head.target.size() > kMaxTarget) return Refusal{414, "target too long"};
  if (!std::ranges::all_of(head.target, is_target_character) || !take_authority(head)) {
    return Refusal{400, "the target is not a path"};
  }
  const bool is_server = head.method == "OPTIONS" && head.target == "*";
  if (!head.target.starts_with('/') && !is_server) return Refusal{400, "the target is not a path"};
  if (hides_control(head.target)) return Refusal{400, "a control byte in the target"};
  return std::nullopt;
}

std::optional<Refusal> read_header(std::string_view line, RequestHead& head) {
  if (head.headers.size() == kMaxHeaders) return Refusal{431, "too many headers"};
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return Refusal{400, "malformed header line"};
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trimmed(line.substr(colon + 1), kSpaceTab);
  // A folded line starts with a space, so its name is no token either.
  if (!is_token(name)) return Refusal{400, "invalid header name"};
  if (!is_field_value(value)) return Refusal{400, "a control byte in a header"};
  head.headers.emplace_back(name, value);
  return std::nullopt;
}

/// What the header lines say together.
struct Summary {
  explicit Summary(const RequestHead& head) {
    for (const auto& [name, value] : head.headers) {
      // By length first: most names are none of these, and a head has a dozen.
      switch (name.size()) {
        case 4:
          if (!equals_ignoring_case(name, "Host")) break;
          ++hosts;
          host = value;
          break;
        case 6:
          if (equals_ignoring_case(name, "Expect")) expectation = value;
          break;
        case 10:
          if (equals_ignoring_case(name, "Connection") && lists(value, "close")) is_last = true;
          break;
        case 14:
          if (!equals_ignoring_case(name, "Content-Length")) break;
          ++lengths;
          length = value;
          break;
        case 17:
          if (equals_ignoring_case(name, "Transfer-Encoding")) is_chunked = true;
          break;
        default:
          break;
      }
    }
  }

  std::size_t hosts = 0, lengths = 0;
  std::string_view host, length, expectation;
  bool is_chunked = false, is_last = false;
};

/// Some methods may bring a body, and its length must be stated; the others may bring none.
std::optional<Refusal> read_length(const Summary& summary, std::size_t max_body,
                                   RequestHead& head) {
  if (summary.is_chunked) {
    if (takes_body(head.method) && summary.lengths == 0)
      return Refusal{411, "a body without a length"};
    return Refusal{400, "conflicting lengths, or an unexpected body"};
  }
  if (summary.lengths == 0) return std::nullopt;
  const char* const end = summary.length.data() + summary.length.size();
  const bool is_number = !summary.length.empty() && summary.length.size() < 19 &&
                         std::from_chars(summary.length.data(), end, head.body_size).ptr == end;
  if (summary.lengths > 1 || !is_number) return Refusal{400, "invalid Content-Length"};
  if (head.body_size == 0) return std::nullopt;
  if (!may_have_body(head.method)) return Refusal{400, "unexpected body"};
  if (head.body_size > max_body) return Refusal{413, "body too large"};
  return std::nullopt;
}

std::optional<Refusal> read_host(const Summary& summary, RequestHead& head) {
  // HTTP/1.0, which proxies still speak to what is behind them, may leave the host out.
  const bool is_http11 = head.keeps_connection;
  if (summary.hosts > 1 || (summary.hosts == 0 && is_http11))
    return Refusal{400, "missing or repeated Host"};
  if (!std::ranges::all_of(summary.host, is_host_character)) {
    return Refusal{400, "invalid Host"};
  }
  if (head.host.empty()) {
    head.host = summary.host;
  } else if (summary.hosts == 1 && !equals_ignoring_case(head.host, summary.host)) {
    return Refusal{400, "target and Host differ"};  // whoever stands before us read one
  }
  return std::nullopt;
}

HeadReading judged(RequestHead head, std::size_t max_body) {
  const Summary summary(head);
  if (const auto refusal = read_host(summary, head)) return *refusal;
  if (const auto refusal = read_length(summary, max_body, head)) return *refusal;
  if (!summary.expectation.empty()) {
    if (!equals_ignoring_case(summary.expectation, "100-continue"))
      return Refusal{417, "unsupported Expect"};
    // RFC 9110, 10.1.1: of HTTP/1.0 it is ignored.
    head.expects_continue = head.keeps_connection && head.body_size > 0;
  }
  if (summary.is_last) head.keeps_connection = false;
  return head;
}

/// How long a line may be, from its beginning.
std::size_t most_of_line(std::string_view rest) {
  return equals_ignoring_case(rest.substr(0, 7), "Cookie:") ? kMaxCookie : kMaxLine;
}

}  // namespace

std::string RequestHead::header(std::string_view name) const {
  std::string all;
  bool is_first = true;
  for (const auto& [known, value] : headers) {
    if (!equals_ignoring_case(known, name)) continue;
    if (!is_first) all += ", ";
    all += value;
    is_first = false;
  }
  return all;
}

HeadReading read_head(std::string_view bytes, std::span<const std::string_view> methods,
                      std::size_t max_body) {
  // Something other than HTTP, TLS most often, may never send the end of a line.
  if (!bytes.empty() && !is_token_character(bytes.front())) return Refusal{400, "not HTTP"};
  RequestHead head;
  std::size_t cookies = 0;  // bytes of lines that are nothing else
  for (std::size_t start = 0;;) {
    const bool is_first = start == 0;
    const std::size_t end = bytes.find('\n', start);
    const std::size_t size = std::min(end, bytes.size()) - start;
    const std::size_t most = is_first ? kMaxLine : most_of_line(bytes.substr(start));
    if (size > most + 1) {
      return is_first ? Refusal{414, "request line too long"} : Refusal{431, "line too long"};
    }
    if (most == kMaxCookie) cookies += size;
    const bool is_too_long =
        cookies > kMaxCookie || std::min(end, bytes.size()) - cookies >= kMaxPlain;
    if (is_too_long) return Refusal{431, "head too long"};
    if (end == std::string_view::npos) return Unfinished{};
    if (size == 0 || bytes[end - 1] != '\r') return Refusal{400, "a line that ends without CRLF"};
    const std::string_view line = bytes.substr(start, size - 1);
    start = end + 1;
    if (line.empty()) {
      head.size = start;
      return judged(std::move(head), max_body);
    }
    const auto refusal =
        is_first ? read_request_line(line, methods, head) : read_header(line, head);
    if (refusal) return *refusal;
  }
}

std::string header_in(std::string_view bytes, std::string_view name) {
  bytes = bytes.substr(0, kMaxHead);
  std::string value;
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) break;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !equals_ignoring_case(line.substr(0, colon), name))
      continue;
    if (!value.empty()) return {};  // two of them are none
    value = trimmed(line.substr(colon + 1), kSpaceTab);
  }
  return value;
}

}  // namespace jobtree::net

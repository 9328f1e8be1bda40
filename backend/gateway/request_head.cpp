#include "gateway/request_head.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace jobtree::gateway {
namespace {

constexpr std::size_t kMaxHead = std::size_t{16} * 1024;
constexpr std::size_t kMaxLine = std::size_t{8} * 1024;  // without its end
constexpr std::size_t kMaxTarget = 1024;
constexpr std::size_t kMaxHeaders = 64;
constexpr std::size_t kMaxBody = std::size_t{64} * 1024;

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_token_character(char c) {
  static constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return is_alphanumeric(c) || kMarks.find(c) != std::string_view::npos;
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

/// Whether a control byte comes out when something decodes %XX, once.
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

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Whether a list, "a, b , c", has this word in it.
bool lists(std::string_view list, std::string_view word) {
  for (;;) {
    const auto comma = list.find(',');
    if (same(trimmed(list.substr(0, comma)), word)) return true;
    if (comma == std::string_view::npos) return false;
    list.remove_prefix(comma + 1);
  }
}

bool is_served(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "OPTIONS" || method == "POST";
}

std::optional<Refusal> read_request_line(std::string_view line, RequestHead& head) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return Refusal{400, "no request line"};
  head.method = line.substr(0, first);
  head.target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (!is_token(head.method) || (version != "HTTP/1.1" && version != "HTTP/1.0")) {
    return Refusal{400, "no request line of HTTP/1.1"};
  }
  head.keeps_connection = version == "HTTP/1.1";
  if (!is_served(head.method)) return Refusal{405, "a method nothing here takes"};
  if (head.target.size() > kMaxTarget) return Refusal{414, "target too long"};
  const bool is_path = head.target.starts_with('/');
  const bool is_server = head.method == "OPTIONS" && head.target == "*";
  if ((!is_path && !is_server) || !std::ranges::all_of(head.target, is_target_character)) {
    return Refusal{400, "the target is no path"};
  }
  if (hides_control(head.target)) return Refusal{400, "a control byte in the target"};
  return std::nullopt;
}

/// Of headers in which a browser sends what other programs made: their cookies, and the address of
/// the page that led here. Nobody here reads them.
bool is_of_others(std::string_view name) {
  return same(name, "Cookie") || same(name, "Referer");
}

std::optional<Refusal> read_header(std::string_view line, RequestHead& head) {
  if (head.headers.size() == kMaxHeaders) return Refusal{431, "too many headers"};
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return Refusal{400, "a line that is no header"};
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trimmed(line.substr(colon + 1));
  // A folded line starts with a space, so its name is no token either.
  if (!is_token(name)) return Refusal{400, "a header without a proper name"};
  if (!is_field_value(value)) return Refusal{400, "a control byte in a header"};
  if (!is_of_others(name) && hides_control(value)) {
    return Refusal{400, "an encoded control byte in a header"};
  }
  head.headers.emplace_back(name, value);
  return std::nullopt;
}

/// What the header lines say together.
class Summary {
 public:
  explicit Summary(const RequestHead& head) {
    for (const auto& [name, value] : head.headers) {
      if (same(name, "Host")) ++hosts;
      if (same(name, "Content-Length")) {
        ++lengths;
        length = value;
      }
      if (same(name, "Transfer-Encoding")) is_chunked = true;
      if (same(name, "Content-Encoding")) is_encoded = true;
      if (same(name, "Content-Type")) {
        ++types;
        type = value.substr(0, value.find(';'));
      }
      if (same(name, "Range")) has_range = true;
      if (same(name, "Expect")) has_expectation = true;
      if (same(name, "Connection") && lists(value, "close")) is_last = true;
    }
  }

  std::size_t hosts = 0, lengths = 0, types = 0;
  std::string_view length, type;
  bool is_chunked = false, is_encoded = false, has_range = false, has_expectation = false;
  bool is_last = false;
};

/// A POST may bring JSON of a stated length, and nothing else may bring anything.
std::optional<Refusal> read_length(const Summary& summary, RequestHead& head) {
  const bool takes_body = head.method == "POST";
  if (summary.is_chunked) {
    if (takes_body && summary.lengths == 0) return Refusal{411, "a body without a length"};
    return Refusal{400, "a body of two lengths, or where none belongs"};
  }
  if (summary.lengths == 0) return std::nullopt;
  const char* const end = summary.length.data() + summary.length.size();
  const bool is_number = !summary.length.empty() && summary.length.size() < 19 &&
                         std::from_chars(summary.length.data(), end, head.body_size).ptr == end;
  if (summary.lengths > 1 || !is_number) return Refusal{400, "no proper Content-Length"};
  if (head.body_size == 0) return std::nullopt;
  if (!takes_body) return Refusal{400, "a body where none belongs"};
  if (head.body_size > kMaxBody) return Refusal{413, "body too large"};
  if (summary.is_encoded || summary.types != 1 || !same(trimmed(summary.type), "application/json"))
    return Refusal{415, "a body that is not plain JSON"};
  return std::nullopt;
}

HeadReading judged(RequestHead head) {
  const Summary summary(head);
  // HTTP/1.0, which proxies still speak to what is behind them, may leave the host out.
  const bool is_new = head.keeps_connection;
  if (summary.hosts > 1 || (summary.hosts == 0 && is_new)) return Refusal{400, "not one Host"};
  if (summary.has_range) return Refusal{400, "a range"};
  if (summary.has_expectation) return Refusal{400, "an expectation"};
  if (summary.is_last) head.keeps_connection = false;
  if (const auto refusal = read_length(summary, head)) return *refusal;
  return head;
}

}  // namespace

std::string RequestHead::header(std::string_view name) const {
  std::string all;
  bool is_first = true;
  for (const auto& [known, value] : headers) {
    if (!same(known, name)) continue;
    if (!is_first) all += ", ";
    all += value;
    is_first = false;
  }
  return all;
}

HeadReading read_head(std::string_view bytes) {
  // Something other than HTTP, TLS most often, may never send the end of a line.
  if (!bytes.empty() && !is_token_character(bytes.front())) return Refusal{400, "not HTTP"};
  RequestHead head;
  for (std::size_t start = 0; start < kMaxHead;) {
    const bool is_first = start == 0;
    const std::size_t end = bytes.find('\n', start);
    const std::size_t size = std::min(end, bytes.size()) - start;
    if (size > kMaxLine + 1) {
      return is_first ? Refusal{414, "request line too long"} : Refusal{431, "line too long"};
    }
    if (end == std::string_view::npos) {
      if (bytes.size() < kMaxHead) return Unfinished{};
      break;
    }
    if (end >= kMaxHead) break;
    if (size == 0 || bytes[end - 1] != '\r') return Refusal{400, "a line that ends without CRLF"};
    const std::string_view line = bytes.substr(start, size - 1);
    start = end + 1;
    if (line.empty()) {
      head.size = start;
      return judged(std::move(head));
    }
    const auto refusal = is_first ? read_request_line(line, head) : read_header(line, head);
    if (refusal) return *refusal;
  }
  return Refusal{431, "head too long"};
}

std::string origin_in(std::string_view bytes) {
  bytes = bytes.substr(0, kMaxHead);
  std::string origin;
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) break;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !same(line.substr(0, colon), "Origin")) continue;
    if (!origin.empty()) return {};  // two of them are none
    origin = trimmed(line.substr(colon + 1));
  }
  return origin;
}

}  // namespace jobtree::gateway

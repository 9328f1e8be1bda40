#include "simulator/wire/request_head.h"

#include <algorithm>
#include <charconv>

namespace jobtree::simulator {
namespace {

constexpr std::size_t kMaxTarget = 1024;
constexpr std::size_t kMaxHeaders = 64;
constexpr std::string_view kLineEnd = "\r\n";

bool is_token(std::string_view text) {
  static constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           kMarks.find(c) != std::string_view::npos;
  });
}

bool is_visible(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

/// Anything but control characters; a tab is none here.
bool is_field_value(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (static_cast<unsigned char>(c) >= ' ' && c != '\x7f') || c == '\t';
  });
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::string_view take_line(std::string_view& text) {
  const auto end = text.find(kLineEnd);
  const auto line = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view() : text.substr(end + kLineEnd.size());
  return line;
}

bool read_request_line(std::string_view line, RequestHead& head) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return false;
  head.method = line.substr(0, first);
  head.target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (version == "HTTP/1.0") head.keeps_connection = false;
  return is_token(head.method) && head.target.starts_with('/') && is_visible(head.target) &&
         (version == "HTTP/1.1" || version == "HTTP/1.0");
}

bool read_length(std::string_view value, RequestHead& head) {
  const auto [end, error] =
      std::from_chars(value.data(), value.data() + value.size(), head.body_size);
  return error == std::errc() && end == value.data() + value.size();
}

const std::string* find(const RequestHead& head, std::string_view name) {
  const auto found = std::ranges::find_if(
      head.headers, [name](const auto& header) { return same(header.first, name); });
  return found == head.headers.end() ? nullptr : &found->second;
}

}  // namespace

std::optional<RequestHead> parse_head(std::string_view text) {
  RequestHead head;
  if (!read_request_line(take_line(text), head)) return std::nullopt;
  bool has_length = false;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (!is_token(name) || !is_field_value(value)) return std::nullopt;
    if (same(name, "Content-Length")) {
      if (has_length || !read_length(value, head)) return std::nullopt;
      has_length = true;
    }
    if (same(name, "Connection")) {
      if (same(value, "close")) head.keeps_connection = false;
      if (same(value, "keep-alive")) head.keeps_connection = true;
    }
    if (same(name, "Expect")) head.waits_for_word = same(value, "100-continue");
    head.headers.emplace_back(name, value);
  }
  return head;
}

std::optional<Refusal> objection_to(const RequestHead& head, std::size_t max_body) {
  if (head.target.size() > kMaxTarget) return Refusal{400, "the request target is too long"};
  if (head.headers.size() > kMaxHeaders) return Refusal{400, "there are too many headers"};
  if (find(head, "Content-Encoding") != nullptr) {
    return Refusal{400, "a compressed body is not supported"};
  }
  if (find(head, "Transfer-Encoding") != nullptr) {
    return Refusal{400, "a body without a stated length is not supported"};
  }
  if (find(head, "Range") != nullptr) return Refusal{400, "a range is not supported"};
  const bool takes_body = head.method == "POST" || head.method == "PUT";
  if (head.body_size > 0 && !takes_body) return Refusal{400, "this request carries no body"};
  if (head.body_size > max_body) return Refusal{413, "the body is too long"};
  return std::nullopt;
}

}  // namespace jobtree::simulator

#include "cloud/ask/error_body.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <vector>

#include "base/ascii.h"

namespace jobtree::cloud {
namespace {

constexpr std::size_t kMaxErrorBody = std::size_t{64} * 1024;
constexpr std::size_t kMaxErrorCode = 64;
constexpr std::size_t kMaxQuotedLine = 200;
constexpr int kMaxErrorDepth = 4;

constexpr std::size_t kMaxRelayed = 1024;  // a sentence or two

bool is_plain(char c) {
  return is_alnum(c) || c == '.' || c == '_' || c == '-';
}

using Json = nlohmann::json;
using Names = std::span<const std::string_view>;

// Every service has its own spelling. The order is that of the vendor's SDKs.
constexpr std::array<std::string_view, 4> kCodeNames{"error_code", "errorCode", "errCode", "code"};
constexpr std::array<std::string_view, 6> kMessageNames{
    "error_msg", "errorMsg", "errMsg", "errorMessage", "message", "externalMessage"};

// What may stand beside them in a body that is nothing but an error.
constexpr std::array<std::string_view, 6> kOtherErrorNames{
    "request_id", "requestId", "error", "title", "details", "encoded_authorization_message"};
constexpr std::size_t kMaxErrorInsteadOfJob = std::size_t{8} * 1024;

bool is_one_of(std::string_view name, Names names) {
  return std::ranges::find(names, name) != names.end();
}

/// The first text or integer under one of `names`: on this level, else further down, as in
/// {"itemNotFound":{"code":404,…}}. "" when there is none.
std::string find_text(const Json& node, Names names, int depth = 0) {
  if (!node.is_structured() || depth == kMaxErrorDepth) return "";
  if (node.is_object()) {
    for (const std::string_view name : names) {
      const auto member = node.find(name);
      if (member == node.end()) continue;
      if (const auto* text = member->get_ptr<const std::string*>(); text && !text->empty()) {
        return *text;
      }
      if (member->is_number_integer()) return member->dump();
    }
  }
  for (const Json& child : node) {
    if (std::string found = find_text(child, names, depth + 1); !found.empty()) return found;
  }
  return "";
}

/// The code in the details of an error: {"error":{"code":…,"details":[{"code":…}]}}.
std::string find_inner_code(const Json& node, int depth = 0) {
  if (!node.is_structured() || depth == kMaxErrorDepth) return "";
  if (node.is_object()) {
    if (const auto details = node.find("details"); details != node.end()) {
      return plain_word(find_text(*details, kCodeNames), kMaxErrorCode);
    }
  }
  for (const Json& child : node) {
    if (std::string found = find_inner_code(child, depth + 1); !found.empty()) return found;
  }
  return "";
}

std::optional<std::uint32_t> take_number(std::string_view& text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

std::vector<std::string_view> lines_of(std::string_view text, char end_of_line) {
  std::vector<std::string_view> lines;
  for (;;) {
    const std::size_t end = text.find(end_of_line);
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + 1);
  }
}

std::string quoted_line(const std::vector<std::string_view>& lines, std::size_t index) {
  if (index >= lines.size()) return "nothing";
  return '"' + std::string(lines[index].substr(0, kMaxQuotedLine)) + '"';
}

}  // namespace

std::string plain_word(std::string_view text, std::size_t max) {
  return text.size() <= max && std::ranges::all_of(text, is_plain) ? std::string(text) : "";
}

ErrorBody read_error(std::string_view body) {
  if (body.size() <= kMaxErrorBody) {
    const Json json = Json::parse(body, nullptr, false);
    if (json.is_structured()) {
      constexpr std::array<std::string_view, 1> kIdNames{"request_id"};
      ErrorBody error{plain_word(find_text(json, kCodeNames), kMaxErrorCode),
                      find_text(json, kMessageNames),
                      plain_word(find_text(json, kIdNames), kMaxRequestId), find_inner_code(json)};
      if (error.message.empty()) error.message = body;
      return error;
    }
  }
  ErrorBody error{"", std::string(body.substr(0, kMaxErrorBody)), "", ""};
  for (char& c : error.message) {
    if ((c & '\x80') != 0) c = '?';
  }
  return error;
}

std::string one_line(std::string text, std::size_t max) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = ' ';
  }
  std::size_t end = std::min(text.size(), max);
  while (end > 0 && end < text.size() && (text[end] & '\xC0') == '\x80')
    --end;  // not inside a character
  text.resize(end);
  return text;
}

std::string relayed_message(const ErrorBody& error) {
  const bool quotes_headers =
      error.code.starts_with("APIGW.03") || error.code.starts_with("APIG.03");
  if (error.code.empty() || quotes_headers) return "";
  return one_line(error.message, kMaxRelayed);
}

bool is_error_body(std::string_view body) {
  if (body.size() > kMaxErrorInsteadOfJob) return false;
  const Json json = Json::parse(body, nullptr, false);
  if (!json.is_object()) return false;
  for (const auto& [name, value] : json.items()) {
    if (!is_one_of(name, kCodeNames) && !is_one_of(name, kMessageNames) &&
        !is_one_of(name, kOtherErrorNames)) {
      return false;
    }
  }
  const std::string code = find_text(json, kCodeNames);
  // 0, 200 and the like say that all is well, and then a job is missing rather than an error told.
  const bool is_well = code == "0" || (code.size() == 3 && code.front() == '2');
  return !code.empty() && !is_well && !find_text(json, kMessageNames).empty();
}

std::optional<Rate> limit_in(std::string_view message) {
  constexpr std::string_view kLimit = "limit:";
  const std::size_t at = message.find(kLimit);
  if (at == std::string_view::npos) return std::nullopt;
  message.remove_prefix(at + kLimit.size());
  const auto calls = take_number(message);
  if (!calls || *calls == 0 || !take(message, ",time:")) return std::nullopt;
  const auto count = take_number(message);
  if (!count || *count == 0 || !take(message, " ")) return std::nullopt;
  std::int64_t unit = 0;
  if (message.starts_with("second")) unit = 1;
  if (message.starts_with("minute")) unit = 60;
  if (message.starts_with("hour")) unit = 3600;
  if (message.starts_with("day")) unit = 86400;
  if (unit == 0) return std::nullopt;
  return Rate{static_cast<double>(*calls), std::chrono::seconds(*count * unit)};
}

Bilingual compare_canonical(std::string_view message, std::string_view signed_request) {
  constexpr std::string_view kQuote = "canonicalRequest:";
  const std::size_t at = message.find(kQuote);
  if (at == std::string_view::npos) return {};
  const auto theirs = lines_of(message.substr(at + kQuote.size()), '|');
  const auto ours = lines_of(signed_request, '\n');
  for (std::size_t i = 0; i < std::max(theirs.size(), ours.size()); ++i) {
    if (i < theirs.size() && i < ours.size() && theirs[i] == ours[i]) continue;
    return bilingual(
        {"line {0} of the canonical request differs: received {1}, signed {2}; a proxy "
         "on the way changes requests",
         "规范请求第 {0} 行不一致：收到 {1}，签名 {2}；请求在途中被代理修改"},
        std::to_string(i + 1), quoted_line(theirs, i), quoted_line(ours, i));
  }
  return {
      "the request arrived as it was signed, so the secret key does not belong to the access "
      "key",
      "请求与签名时一致，因此 SK 与 AK 不匹配"};
}

}  // namespace jobtree::cloud

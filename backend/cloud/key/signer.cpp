#include "cloud/key/signer.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>
#include <vector>

#include "base/ascii.h"
#include "base/hex.h"
#include "base/utc.h"

namespace jobtree::cloud {
namespace {

constexpr std::string_view kPlainAlgorithm = "SDK-HMAC-SHA256";
constexpr std::string_view kDerivedAlgorithm = "V11-HMAC-SHA256";
constexpr std::string_view kEmptyBodyHash =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

constexpr std::size_t kMaxMethod = 16;
constexpr std::size_t kMaxHost = 260;
constexpr std::size_t kMaxPathOrQuery = std::size_t{8} * 1024;
constexpr std::size_t kMaxHeaders = 64;
constexpr std::size_t kMaxHeaderName = 128;
constexpr std::size_t kMaxHeaderValue = std::size_t{16} * 1024;
constexpr std::size_t kMaxBody = std::size_t{12} << 20;  // the gateway's own limit with AK/SK
constexpr std::size_t kMaxName = 128;                    // access key, region, service

/// RFC 3986 section 2.3, looked up: every byte that is signed goes through it.
constexpr auto kUnreserved = [] {
  std::array<bool, 256> table{};
  for (const char c : std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                       "0123456789-._~")) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}();
bool is_unreserved(char c) {
  return kUnreserved[static_cast<unsigned char>(c)];
}

/// A header name's characters, RFC 9110 section 5.6.2.
bool is_token(char c) {
  return is_unreserved(c) || std::string_view("!#$%&'*+^`|").find(c) != std::string_view::npos;
}

bool is_value(char c) {
  return c == '\t' || (static_cast<unsigned char>(c) >= ' ' && c != '\x7f');
}

template <class Test>
bool is_made_of(std::string_view text, std::size_t max, Test test) {
  return !text.empty() && text.size() <= max && std::ranges::all_of(text, test);
}

/// Appends a piece of a URL, decoded once and encoded again; false when an escape is broken. A
/// slash that is written as one stays one when `keep_slashes` says so; an escaped one never does.
bool append_encoded(std::string& out, std::string_view text, bool keep_slashes) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  const auto stands_for_itself = [keep_slashes](char c) {
    return is_unreserved(c) || (keep_slashes && c == '/');
  };
  while (!text.empty()) {
    const auto* const end = std::ranges::find_if_not(text, stands_for_itself);
    const auto plain = static_cast<std::size_t>(end - text.begin());
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) return true;

    char c = text.front();
    if (c == '%') {
      const int high = text.size() > 2 ? hex_value(text[1]) : -1;
      const int low = text.size() > 2 ? hex_value(text[2]) : -1;
      if (high < 0 || low < 0) return false;
      c = static_cast<char>(high * 16 + low);
      text.remove_prefix(2);
    }
    text.remove_prefix(1);
    if (is_unreserved(c)) {
      out.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.append({'%', kHex[byte >> 4U], kHex[byte & 15U]});
    }
  }
  return true;
}

struct SignedHeaders {
  std::string block;           ///< "host:…\nx-sdk-date:…\n"
  std::string names;           ///< "host;x-sdk-date"
  std::string_view body_hash;  ///< X-Sdk-Content-Sha256, when there is one
};

Result<SignedHeaders> signed_headers(const Request& request, std::string_view date) {
  struct Line {
    std::string name;
    std::string_view value;
  };
  if (request.headers.size() > kMaxHeaders)
    return Failure::usage(
        bilingual({"more than 64 headers to sign", "参与签名的请求头超过 64 个"}));
  std::vector<Line> lines;
  lines.reserve(request.headers.size() + 2);
  lines.push_back({"host", request.host});
  lines.push_back({"x-sdk-date", date});
  for (const Header& header : request.headers) {
    if (!is_made_of(header.name, kMaxHeaderName, is_token)) {
      return Failure::usage(
          bilingual({"a header name is empty, too long or contains invalid characters",
                     "请求头名称为空、过长或含有非法字符"}));
    }
    Line line{header.name, trimmed(header.value, kSpaceTab)};
    std::ranges::transform(line.name, line.name.begin(), to_lower);
    if (line.value.size() > kMaxHeaderValue || !std::ranges::all_of(line.value, is_value)) {
      return Failure::usage(
          bilingual({"header {0}: the value is too long or contains control characters",
                     "请求头 {0}：值过长或含有控制字符"},
                    line.name));
    }
    if (line.name == "authorization") {
      return Failure::usage(
          bilingual({"header authorization cannot be signed: it carries the signature",
                     "请求头 authorization 用于携带签名，不能参与签名"}));
    }
    lines.push_back(std::move(line));
  }
  std::ranges::sort(lines, {}, &Line::name);

  SignedHeaders out;
  out.block.reserve(256);
  out.names.reserve(64);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto& [name, value] = lines[i];
    if (i > 0) {
      if (name == lines[i - 1].name) {
        return Failure::usage(bilingual({"header {0} is given twice", "请求头 {0} 重复"}, name));
      }
      out.names += ';';
    }
    out.names += name;
    out.block.append(name).append(1, ':').append(value).append(1, '\n');
    if (name == "x-sdk-content-sha256") out.body_hash = value;
  }
  return out;
}

Failure digest_failure() {
  return Failure::system(bilingual(
      {"no SHA-256 or HMAC: the secret key is empty, or OpenSSL's configuration leaves them out",
       "无法计算 SHA-256 或 HMAC：SK 为空，或 OpenSSL 配置未提供这些算法"}));
}

}  // namespace

Result<std::string> encode_path(std::string_view path) {
  if (path.size() > kMaxPathOrQuery) {
    return Failure::usage(
        bilingual({"the URL's path is longer than 8 KiB", "URL 的路径超过 8 KiB"}));
  }
  std::string out;
  out.reserve(path.size() + 1);
  if (!append_encoded(out, path, true)) {
    return Failure::usage(
        bilingual({"the URL's path has a \"%\" that is not followed by two hex digits; write %25",
                   "URL 路径中的“%”后面不是两位十六进制字符，请写作 %25"}));
  }
  return out;
}

Result<std::string> encode_query(std::string_view query) {
  if (query.size() > kMaxPathOrQuery) {
    return Failure::usage(
        bilingual({"the URL's query is longer than 8 KiB", "URL 的查询参数超过 8 KiB"}));
  }
  std::vector<std::pair<std::string, std::string>> pairs;
  while (!query.empty()) {
    const std::string_view piece = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(piece.size() + 1, query.size()));
    if (piece.empty()) continue;
    const std::size_t equals = std::min(piece.find('='), piece.size());
    auto& [key, value] = pairs.emplace_back();
    if (!append_encoded(key, piece.substr(0, equals), false) ||
        !append_encoded(value, piece.substr(std::min(equals + 1, piece.size())), false)) {
      return Failure::usage(bilingual(
          {"the URL's query has a \"%\" that is not followed by two hex digits; write %25",
           "URL 查询参数中的“%”后面不是两位十六进制字符，请写作 %25"}));
    }
  }
  std::ranges::sort(pairs);
  std::string out;
  for (const auto& [key, value] : pairs) {
    if (!out.empty()) out += '&';
    out.append(key).append(1, '=').append(value);
  }
  return out;
}

namespace {

/// The plain algorithm's key is the secret itself. The derived one's is made anew for each day and
/// scope, from HKDF's first step (RFC 5869), which is done here.
HmacSha256 signing_hmac(const Key& key, bool derived) {
  if (!derived) return HmacSha256(key.secret.reveal());
  const auto extracted = HmacSha256(key.access)(key.secret.reveal());
  return extracted ? HmacSha256(bytes_of(*extracted)) : HmacSha256("");
}

}  // namespace

Signer::Signer(const Key& key, std::optional<Scope> scope)
    : access_(key.access), scope_(std::move(scope)), hmac_(signing_hmac(key, scope_.has_value())) {}

Result<Signature> Signer::sign(const Request& request, std::string_view date) const {
  if (!is_made_of(request.method, kMaxMethod, is_upper)) {
    return Failure::usage(bilingual(
        {"the method must be 1 to 16 upper-case letters", "HTTP 方法应为 1–16 位大写字母"}));
  }
  if (!is_made_of(request.host, kMaxHost, is_graphic)) {
    return Failure::usage(
        bilingual({"the host is empty, too long or contains spaces or control characters",
                   "主机名为空、过长或含有空格、控制字符"}));
  }
  if (request.body.size() > kMaxBody) {
    return Failure::usage(bilingual({"the body is larger than 12 MiB", "请求体超过 12 MiB"}));
  }
  const auto path = encode_path(request.path);
  if (!path) return path.failure();
  const auto query = encode_query(request.query);
  if (!query) return query.failure();
  auto headers = signed_headers(request, date);
  if (!headers) return headers.failure();

  auto& [block, names, body_hash] = headers.value();
  std::string computed_hash;
  if (body_hash.empty() && !request.body.empty()) {
    const auto digest = sha256_(request.body);
    if (!digest) return digest_failure();
    computed_hash = to_hex(*digest);
    body_hash = computed_hash;
  } else if (body_hash.empty()) {
    body_hash = kEmptyBodyHash;
  }

  std::string canonical;
  canonical.reserve(path.value().size() + query.value().size() + block.size() + names.size() + 128);
  canonical.append(request.method).append(1, '\n').append(path.value());
  // The slash at the end is for signing only; the request is sent without it.
  if (!path.value().ends_with('/')) canonical += '/';
  canonical.append(1, '\n').append(query.value()).append(1, '\n').append(block).append(1, '\n');
  canonical.append(names).append(1, '\n').append(body_hash);
  return sign_canonical(std::move(canonical), std::move(names), date);
}

Result<Signature> Signer::sign_canonical(std::string canonical_request, std::string signed_headers,
                                         std::string_view date) const {
  if (!parse_sdk_date(date)) {
    return Failure::usage(bilingual({"the date must be a UTC time such as 20191115T033655Z",
                                     "日期应为 UTC 时间，例如 20191115T033655Z"}));
  }
  if (!is_made_of(access_, kMaxName, is_graphic)) {
    return Failure::usage(
        bilingual({"the access key is empty, too long or contains spaces or control characters",
                   "AK 为空、过长或含有空格、控制字符"}));
  }
  std::string info;
  if (scope_) {
    if (!is_made_of(scope_->region, kMaxName, is_unreserved) ||
        !is_made_of(scope_->service, kMaxName, is_unreserved)) {
      return Failure::usage(bilingual(
          {"a derived key needs a region and a service of letters, digits, \"-\", \".\", \"_\" "
           "and \"~\"",
           "派生密钥需要区域和服务，只能包含字母、数字、“-”、“.”、“_”和“~”"}));
    }
    info.append(date.substr(0, 8)).append(1, '/').append(scope_->region);
    info.append(1, '/').append(scope_->service);
  }
  const auto request_digest = sha256_(canonical_request);
  if (!request_digest) return digest_failure();

  Signature out;
  out.string_to_sign.reserve(128);
  out.authorization.reserve(256);
  const std::string_view algorithm = scope_ ? kDerivedAlgorithm : kPlainAlgorithm;
  out.string_to_sign.append(algorithm).append(1, '\n').append(date).append(1, '\n');
  if (scope_) out.string_to_sign.append(info).append(1, '\n');
  out.string_to_sign.append(to_hex(*request_digest));
  const auto digest = mac(out.string_to_sign, info);
  if (!digest) return digest_failure();

  out.canonical_request = std::move(canonical_request);
  out.signed_headers = std::move(signed_headers);
  out.signature = to_hex(*digest);
  out.authorization.append(algorithm).append(scope_ ? " Credential=" : " Access=").append(access_);
  if (scope_) out.authorization.append(1, '/').append(info);
  out.authorization.append(", SignedHeaders=").append(out.signed_headers);
  out.authorization.append(", Signature=").append(out.signature);
  return out;
}

std::optional<Digest> Signer::mac(std::string_view string_to_sign, std::string_view info) const {
  if (!scope_) return hmac_(string_to_sign);
  const auto derived = hmac_(std::string(info) + '\x01');
  // The derived key is the text of the hex digits, not the bytes they stand for.
  if (!derived) return std::nullopt;
  return HmacSha256(to_hex(*derived))(string_to_sign);
}

}  // namespace jobtree::cloud

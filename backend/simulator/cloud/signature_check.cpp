#include "simulator/cloud/signature_check.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/ascii.h"

namespace jobtree::simulator {
namespace {

using std::chrono::system_clock;

constexpr std::chrono::minutes kDateTolerance{15};
constexpr std::size_t kMaxAuthorization = 4096;
constexpr std::size_t kSignatureSize = 64;  // hex of 32 bytes
constexpr std::string_view kPlain = "SDK-HMAC-SHA256";
constexpr std::string_view kDerived = "V11-HMAC-SHA256";

// --- small text ---

std::string hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    text += kDigits[value >> 4];
    text += kDigits[value & 15];
  }
  return text;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

/// "k=v" -> {k, v}; without "=" the value is empty.
std::pair<std::string_view, std::string_view> halves(std::string_view pair) {
  const auto at = pair.find('=');
  if (at == std::string_view::npos) return {pair, {}};
  return {pair.substr(0, at), pair.substr(at + 1)};
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char small = to_lower(c);
  return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

/// %XX -> byte, once; a % that starts no such triple stays. A "+" is a plus: the rule writes a
/// space as %20.
std::string percent_decoded(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      const int high = hex_digit(text[i + 1]);
      const int low = hex_digit(text[i + 2]);
      if (high >= 0 && low >= 0) {
        decoded += static_cast<char>(high * 16 + low);
        i += 2;
        continue;
      }
    }
    decoded += text[i];
  }
  return decoded;
}

/// Everything but A-Z a-z 0-9 - . _ ~ becomes %XX with upper-case digits.
std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    const bool unreserved = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                            (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    if (unreserved) {
      encoded += c;
    } else {
      const auto value = static_cast<unsigned char>(c);
      encoded += '%';
      encoded += kDigits[value >> 4];
      encoded += kDigits[value & 15];
    }
  }
  return encoded;
}

// --- hashes ---

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  return hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

/// Raw bytes; empty when the library fails, which then matches no signature.
std::string hmac_sha256(std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(),
           &size) == nullptr) {
    return {};
  }
  return {reinterpret_cast<const char*>(digest.data()), size};
}

// --- the Authorization header ---

struct Authorization {
  bool derived = false;
  std::string_view access;
  std::string_view scope;  ///< "20261123/cn-north-4/eip", only when derived
  std::vector<std::string_view> signed_headers;
  std::string_view signature;
};

/// The names must come as the rule writes them: lower case, sorted, each once.
bool is_sorted_list_of_names(const std::vector<std::string_view>& names) {
  const auto is_name = [](std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    });
  };
  return std::all_of(names.begin(), names.end(), is_name) &&
         std::adjacent_find(names.begin(), names.end(), std::greater_equal<>()) == names.end();
}

/// AK, or AK/date/region/service when derived.
bool read_credential(std::string_view value, Authorization& out) {
  if (!out.derived) {
    out.access = value;
    return !value.empty() && value.find('/') == std::string_view::npos;
  }
  const auto parts = split(value, '/');
  if (parts.size() != 4) return false;
  if (std::any_of(parts.begin(), parts.end(), [](auto part) { return part.empty(); })) return false;
  out.access = parts[0];
  out.scope = value.substr(parts[0].size() + 1);
  return true;
}

std::optional<Authorization> parse_authorization(std::string_view header) {
  header = trimmed(header, kSpaceTab);
  if (header.size() > kMaxAuthorization) return std::nullopt;
  const auto blank = header.find(' ');
  if (blank == std::string_view::npos) return std::nullopt;

  Authorization result;
  const auto algorithm = header.substr(0, blank);
  if (algorithm != kPlain && algorithm != kDerived) return std::nullopt;
  result.derived = algorithm == kDerived;

  const auto fields = split(header.substr(blank + 1), ',');
  if (fields.size() != 3) return std::nullopt;
  const auto [access_name, access] = halves(trimmed(fields[0], kSpaceTab));
  const auto [headers_name, headers] = halves(trimmed(fields[1], kSpaceTab));
  const auto [signature_name, signature] = halves(trimmed(fields[2], kSpaceTab));
  if (access_name != (result.derived ? "Credential" : "Access")) return std::nullopt;
  if (headers_name != "SignedHeaders" || signature_name != "Signature") return std::nullopt;
  if (!read_credential(access, result)) return std::nullopt;
  result.signed_headers = split(headers, ';');
  if (!is_sorted_list_of_names(result.signed_headers)) return std::nullopt;
  if (signature.size() != kSignatureSize) return std::nullopt;
  result.signature = signature;
  return result;
}

// --- X-Sdk-Date ---

std::optional<int> number(std::string_view digits) {
  int value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

/// "20261123T141500Z"
std::optional<std::chrono::sys_seconds> parse_date(std::string_view text) {
  if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return std::nullopt;
  const auto year = number(text.substr(0, 4));
  const auto month = number(text.substr(4, 2));
  const auto day = number(text.substr(6, 2));
  const auto hour = number(text.substr(9, 2));
  const auto minute = number(text.substr(11, 2));
  const auto second = number(text.substr(13, 2));
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
         std::chrono::seconds(*second);
}

std::string date_text(system_clock::time_point time) {
  const auto second = std::chrono::floor<std::chrono::seconds>(time);
  const auto day = std::chrono::floor<std::chrono::days>(second);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(second - day);
  std::string text = std::to_string(static_cast<int>(date.year()));
  const auto two = [&text](auto value) {
    text += static_cast<char>('0' + value / 10 % 10);
    text += static_cast<char>('0' + value % 10);
  };
  two(static_cast<unsigned>(date.month()));
  two(static_cast<unsigned>(date.day()));
  text += 'T';
  two(clock.hours().count());
  two(clock.minutes().count());
  two(clock.seconds().count());
  return text + 'Z';
}

// --- the canonical request ---

std::string canonical_path(std::string_view path) {
  std::string canonical;
  bool first = true;
  for (const auto segment : split(path, '/')) {
    if (!first) canonical += '/';
    first = false;
    canonical += percent_encoded(percent_decoded(segment));
  }
  // The rule's own oddity: the slash is signed, not sent.
  if (canonical.empty() || canonical.back() != '/') canonical += '/';
  return canonical;
}

std::string canonical_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const auto part : split(query, '&')) {
    if (part.empty()) continue;
    const auto [key, value] = halves(part);
    pairs.emplace_back(percent_decoded(key), percent_decoded(value));
  }
  std::sort(pairs.begin(), pairs.end());
  std::string canonical;
  for (const auto& [key, value] : pairs) {
    if (!canonical.empty()) canonical += '&';
    canonical += percent_encoded(key) + '=' + percent_encoded(value);
  }
  return canonical;
}

std::string joined(const std::vector<std::string_view>& names) {
  std::string text;
  for (const auto name : names) {
    if (!text.empty()) text += ';';
    text += name;
  }
  return text;
}

/// `absent` names the signed header that is not there once, if any.
std::string canonical_request(const Request& request,
                              const std::vector<std::string_view>& signed_headers,
                              std::string& absent) {
  const auto question = request.target.find('?');
  const auto query =
      question == std::string_view::npos ? std::string_view() : request.target.substr(question + 1);

  std::string canonical(request.method);
  canonical += '\n' + canonical_path(request.target.substr(0, question));
  canonical += '\n' + canonical_query(query) + '\n';
  std::string body_hash;
  for (const auto name : signed_headers) {
    const auto value = single_header(request, name);
    if (!value && absent.empty()) absent = name;
    canonical += std::string(name) + ':' + std::string(value.value_or("")) + '\n';
    // The client may state the hash, or UNSIGNED-PAYLOAD; the gateway takes its signed word.
    if (value && name == "x-sdk-content-sha256") body_hash = *value;
  }
  canonical += '\n' + joined(signed_headers) + '\n';
  canonical += body_hash.empty() ? sha256_hex(request.body) : body_hash;
  return canonical;
}

// --- the signature ---

/// V11 signs with the lower-case hex text of one HKDF-SHA256 block: salt AK, input SK, info scope.
std::string derived_key(const Key& key, std::string_view scope) {
  return hex(hmac_sha256(hmac_sha256(key.access, key.secret), std::string(scope) + '\x01'));
}

std::string expected_signature(const Authorization& authorization, const Key& key,
                               std::string_view date, std::string_view canonical) {
  std::string text(authorization.derived ? kDerived : kPlain);
  text += '\n';
  text += date;
  if (authorization.derived) {
    text += '\n';
    text += authorization.scope;
  }
  text += '\n' + sha256_hex(canonical);
  return hex(hmac_sha256(authorization.derived ? derived_key(key, authorization.scope) : key.secret,
                         text));
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string with_bars(std::string text) {
  std::replace(text.begin(), text.end(), '\n', '|');
  return text;
}

}  // namespace

SignatureResult check_signature(const Request& request, std::span<const Key> keys,
                                system_clock::time_point now) {
  SignatureResult result;
  const auto refused = [&result](Verdict verdict, std::string reason) {
    result.verdict = verdict;
    result.reason = std::move(reason);
    return result;
  };

  const bool has_authorization = std::any_of(
      request.headers.begin(), request.headers.end(),
      [](const auto& header) { return equals_ignoring_case(header.first, "authorization"); });
  // A request without AK/SK is judged as one with a token, and there is none.
  if (!has_authorization) return refused(Verdict::no_authorization, "x-auth-token not found");

  const auto header = single_header(request, "authorization");
  const auto authorization = header ? parse_authorization(*header) : std::nullopt;
  if (!authorization) {
    return refused(Verdict::malformed_authorization, "authorization header is invalid");
  }
  result.access = authorization->access;
  result.signed_headers.assign(authorization->signed_headers.begin(),
                               authorization->signed_headers.end());

  const auto key = std::find_if(keys.begin(), keys.end(), [&](const Key& known) {
    return known.access == authorization->access;
  });
  if (key == keys.end()) {
    return refused(Verdict::unknown_key, "ak " + result.access + " not exist");
  }

  const auto& names = authorization->signed_headers;
  const auto date = single_header(request, "x-sdk-date");
  const bool date_is_signed = std::find(names.begin(), names.end(), "x-sdk-date") != names.end();
  const auto time = date ? parse_date(*date) : std::nullopt;
  if (!time || !date_is_signed) {
    return refused(Verdict::bad_date, "calc aksk signature fail:x-sdk-date is missing or invalid");
  }
  // Rounded, as nanoseconds could not hold a date of any year.
  if (*time < std::chrono::ceil<std::chrono::seconds>(now - kDateTolerance) ||
      *time > std::chrono::floor<std::chrono::seconds>(now + kDateTolerance)) {
    return refused(Verdict::expired, "calc aksk signature fail:signature expired, signature time:" +
                                         std::string(*date) + ",server time:" + date_text(now));
  }
  // Some official clients leave Host unsigned, but none leaves it out.
  if (!single_header(request, "host")) {
    return refused(Verdict::bad_header, "calc aksk signature fail:header host not found");
  }

  std::string absent;
  result.canonical_request = canonical_request(request, names, absent);
  if (!absent.empty()) {
    return refused(Verdict::bad_header, "calc aksk signature fail:header " + absent + " not found");
  }
  const bool scope_is_of_the_day =
      !authorization->derived ||
      authorization->scope.substr(0, 9) == std::string(date->substr(0, 8)) + '/';
  const auto expected = expected_signature(*authorization, *key, *date, result.canonical_request);
  if (!scope_is_of_the_day || !equal_in_constant_time(expected, authorization->signature)) {
    return refused(Verdict::wrong_signature, "verify aksk signature fail, canonicalRequest:" +
                                                 with_bars(result.canonical_request));
  }
  result.verdict = Verdict::genuine;
  return result;
}

}  // namespace jobtree::simulator

// Signs requests the way Huawei Cloud's API gateway checks them: SDK-HMAC-SHA256, and
// V11-HMAC-SHA256 for services with a derived key.
//
// Knows: the canonical form. Must not know: where keys come from, how requests are sent, what time
// it is. The rule is the vendor's "API Request Signing Guide".
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/protocol/digest.h"
#include "base/result.h"
#include "base/secret.h"
#include "cloud/header.h"

namespace jobtree::cloud {

struct Key {
  std::string access;
  Secret secret;
};

/// What is to be sent. Nothing is copied: the texts must outlive the call.
struct Request {
  std::string_view method = "GET";
  std::string_view host;              ///< as in the Host header that will be sent
  std::string_view path;              ///< as in a URL: each %XX stands for one byte
  std::string_view query;             ///< as in a URL, without "?"; "+" is a plus sign
  std::span<const Header> headers{};  ///< to be signed, besides Host and X-Sdk-Date
  std::string_view body{};
};

/// For V11-HMAC-SHA256: what the derived key is good for.
struct Scope {
  std::string region;
  std::string service;
};

struct Signature {
  std::string canonical_request;
  std::string string_to_sign;
  std::string signed_headers;  ///< "host;x-sdk-date"
  std::string signature;       ///< 64 lower-case hex digits
  std::string authorization;   ///< the header's value
};

/// Percent-encodes a URL's path or query the way it is signed, which is also good to send. Each is
/// decoded exactly once and encoded again, so "%2F" in a segment stays in that segment. A query
/// comes back sorted by key and value. Fails on a "%" that two hex digits do not follow.
Result<std::string> encode_path(std::string_view path);
Result<std::string> encode_query(std::string_view query);

/// Signs with one key. A function of its arguments: no clock; threads may share it.
class Signer {
 public:
  /// With a scope the algorithm is V11-HMAC-SHA256, without it is SDK-HMAC-SHA256.
  explicit Signer(const Key& key, std::optional<Scope> scope = std::nullopt);

  /// Signs the request's headers, Host and X-Sdk-Date (= `date`, "20191115T033655Z"). A header
  /// X-Sdk-Content-Sha256 takes the place of the body's hash. Fails on what the rule leaves open:
  /// repeated headers, line breaks, a bad date, texts beyond the bounds in signer.cpp.
  Result<Signature> sign(const Request& request, std::string_view date) const;

  /// The steps after the canonical request alone.
  Result<Signature> sign_canonical(std::string canonical_request, std::string signed_headers,
                                   std::string_view date) const;

 private:
  std::optional<Digest> mac(std::string_view string_to_sign, std::string_view info) const;

  std::string access_;
  std::optional<Scope> scope_;
  Sha256 sha256_;
  HmacSha256 hmac_;  ///< keyed with the secret, or with what the derived keys come from
};

}  // namespace jobtree::cloud

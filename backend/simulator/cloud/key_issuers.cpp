#include "simulator/cloud/key_issuers.h"

#include <charconv>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/utc.h"

namespace jobtree::simulator {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view kMetadataToken = "/meta-data/latest/api/token";
constexpr std::string_view kSecurityKey = "/openstack/latest/securitykey";
constexpr std::string_view kContainer = "/v1/container-credentials";
constexpr std::string_view kIdTokens = "/v3.0/OS-AUTH/id-token/tokens";
constexpr std::string_view kSecurityTokens = "/v3.0/OS-CREDENTIAL/securitytokens";
constexpr std::string_view kPlainText = "text/plain;charset=UTF-8";
constexpr std::int64_t kLeastKeySeconds = 900;  // IAM's own bounds
constexpr std::int64_t kMostKeySeconds = 86400;

Response plain(int status, std::string text) {
  return {.status = status, .type = std::string(kPlainText), .body = std::move(text)};
}

Response iam_error(int status, std::string_view title, std::string_view message) {
  return json_response(status,
                       {{"error", {{"code", status}, {"message", message}, {"title", title}}}});
}

/// The value at a path of members; null where there is none.
ordered_json at(const ordered_json& json, const char* pointer) {
  const ordered_json::json_pointer place(pointer);
  return json.is_object() && json.contains(place) ? json.at(place) : ordered_json();
}

std::string text_at(const ordered_json& json, const char* pointer) {
  const ordered_json value = at(json, pointer);
  return value.is_string() ? value.get<std::string>() : "";
}

ordered_json credential_of(const TemporaryKey& key) {
  return {{"access", key.account.key.access},
          {"secret", key.account.key.secret},
          {"securitytoken", key.account.security_token},
          {"expires_at", iso_time_with_milliseconds(key.expires)}};
}

/// A token for the metadata service (ECS user guide, "Metadata").
Response metadata_token(Identity& identity, const Call& call) {
  if (call.request.method != "PUT") return plain(405, "405 Method Not Allowed");
  const std::string_view digits = header(call.request, "x-metadata-token-ttl-seconds");
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
  const bool whole = error == std::errc() && end == digits.data() + digits.size();
  if (!whole || seconds < 1 || seconds > Identity::kMaxTokenSeconds) {
    return plain(400, "400 Bad Request");
  }
  return plain(200, identity.token(Identity::TokenKind::metadata, seconds, call.now));
}

/// A key for who shows that token.
Response metadata_key(Identity& identity, const Call& call) {
  if (call.request.method != "GET") return plain(405, "405 Method Not Allowed");
  const auto key = identity.temporary_key(Identity::TokenKind::metadata,
                                          header(call.request, "x-metadata-token"), call.now);
  return key ? json_response(200, {{"credential", credential_of(*key)}})
             : plain(401, "401 Unauthorized");
}

/// A key for a container that shows the token of its service account.
Response container_key(Identity& identity, const Call& call) {
  if (call.request.method != "POST") return plain(405, "405 Method Not Allowed");
  if (!header(call.request, "authorization").starts_with(kKeyMark)) {
    return plain(401, "401 Unauthorized");
  }
  const auto [account, expires] = identity.issue(call.now);
  return json_response(200, {{"credentials",
                              {{"accessKeyId", account.key.access},
                               {"secretAccessKey", account.key.secret},
                               {"securityToken", account.security_token},
                               {"expiration", iso_time_with_milliseconds(expires)}}}});
}

/// IAM's token for the token of another identity provider.
Response subject_token(Identity& identity, const Call& call) {
  const auto order = ordered_json::parse(call.request.body, nullptr, false);
  const std::string id_token = text_at(order, "/auth/id_token/id");
  if (header(call.request, "x-idp-id").empty() || id_token.empty()) {
    return iam_error(400, "Bad Request", "X-Idp-Id or auth.id_token.id is missing");
  }
  if (!id_token.starts_with(kKeyMark)) {
    return iam_error(401, "Unauthorized", "the id token is not a simulator's");
  }
  Response response = json_response(201, {{"token", {{"methods", {"mapped"}}}}});
  response.headers.emplace_back(
      "X-Subject-Token",
      identity.token(Identity::TokenKind::subject, Identity::kMaxTokenSeconds, call.now));
  return response;
}

/// A key for who shows that one.
Response federated_key(Identity& identity, const Call& call) {
  const auto order = ordered_json::parse(call.request.body, nullptr, false);
  const ordered_json seconds = at(order, "/auth/identity/token/duration_seconds");
  const bool is_ordered = seconds.is_number_integer() &&
                          seconds.get<std::int64_t>() >= kLeastKeySeconds &&
                          seconds.get<std::int64_t>() <= kMostKeySeconds;
  if (!is_ordered || at(order, "/auth/identity/methods") != ordered_json::array({"token"})) {
    return iam_error(400, "Bad Request", "methods or duration_seconds is not as it should be");
  }
  const auto key = identity.temporary_key(Identity::TokenKind::subject,
                                          text_at(order, "/auth/identity/token/id"), call.now);
  return key ? json_response(201, {{"credential", credential_of(*key)}})
             : iam_error(401, "Unauthorized", "the token is not valid");
}

}  // namespace

std::optional<Response> issue_key(Identity& identity, const Call& call) {
  const std::string_view path = call.request.target.substr(0, call.request.target.find('?'));
  if (path == kMetadataToken) return metadata_token(identity, call);
  if (path == kSecurityKey) return metadata_key(identity, call);
  if (path == kContainer) return container_key(identity, call);
  if (call.request.method != "POST") return std::nullopt;
  if (path == kIdTokens) return subject_token(identity, call);
  if (path == kSecurityTokens) return federated_key(identity, call);
  return std::nullopt;
}

}  // namespace jobtree::simulator

#include "cloud/key/temporary/federated.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/ascii.h"
#include "cloud/ask/error_body.h"
#include "cloud/key/temporary/identity_token.h"
#include "cloud/key/temporary/issued_key.h"

namespace jobtree::cloud {
namespace {

constexpr const char* kIamTokenPath = "/v3.0/OS-AUTH/id-token/tokens";
constexpr const char* kIamKeyPath = "/v3.0/OS-CREDENTIAL/securitytokens";
constexpr const char* kTokenHeader = "X-Subject-Token";
constexpr const char* kJsonType = "application/json;charset=UTF-8";
constexpr int kKeySeconds = 6 * 60 * 60;  // as the vendor's SDKs order it

/// Why there is nothing of use in the reply; it did not come whole, or IAM refused.
Failure failure_of(const HttpReply& reply) {
  if (reply.end != HttpReply::End::complete) {
    return Failure::unavailable(
        reply.end == HttpReply::End::untrusted
            ? bilingual({"IAM's certificate is not trusted", "IAM 的证书不受信任"})
            : bilingual({"IAM could not be reached", "无法连接 IAM"}));
  }
  // IAM's own errors have the status in the place of a code.
  const std::string status = std::to_string(reply.status);
  const std::string code = read_error(reply.body).code;
  return Failure::unavailable(bilingual({"IAM did not accept the identity token (status {0}{1})",
                                         "IAM 未接受身份令牌（状态码 {0}{1}）"},
                                        status, code.empty() || code == status ? "" : ", " + code));
}

bool is_success(const HttpReply& reply) {
  return reply.end == HttpReply::End::complete && reply.status >= 200 && reply.status <= 299;
}

}  // namespace

TransportOptions federated_transport(const std::string& ca_file) {
  TransportOptions options;
  options.ca_file = ca_file;
  options.max_body = std::size_t{256} * 1024;
  return options;
}

HttpReply Federated::send(const std::string& path, std::span<const Header> headers,
                          std::string_view body) {
  HttpReply reply;
  for (const Origin& iam : iam_) {
    reply = transport_->send({.method = "POST",
                              .url = iam.text() + path,
                              .headers = headers,
                              .body = body,
                              .wanted_header = kTokenHeader});
    if (reply.end != HttpReply::End::no_connection && reply.end != HttpReply::End::untrusted) break;
  }
  return reply;
}

Result<Credentials> Federated::fetch() {
  using Json = nlohmann::json;
  const auto id_token = read_identity_token(federation_.id_token_file);
  if (!id_token) return id_token.failure();
  const std::vector<Header> with_provider{{"X-Idp-Id", federation_.idp_id},
                                          {"Content-Type", kJsonType}};
  const Json proof = {{"auth", {{"id_token", {{"id", std::string(id_token.value().reveal())}}}}}};
  const HttpReply first = send(kIamTokenPath, with_provider, proof.dump());
  if (!is_success(first)) return failure_of(first);
  const std::string& token = first.wanted_header;
  if (token.empty() || !std::ranges::all_of(token, is_graphic)) {
    return Failure::unavailable(
        bilingual({"IAM returned no token for the identity token", "IAM 未针对身份令牌返回令牌"}));
  }

  const std::vector<Header> plain{{"Content-Type", kJsonType}};
  const Json order = {{"auth",
                       {{"identity",
                         {{"methods", {"token"}},
                          {"token", {{"id", token}, {"duration_seconds", kKeySeconds}}}}}}}};
  const HttpReply second = send(kIamKeyPath, plain, order.dump());
  if (!is_success(second)) return failure_of(second);
  auto credentials =
      read_issued_key(second.body, "IAM",
                      bilingual({"identity provider {0}", "身份提供商 {0}"}, federation_.idp_id));
  if (credentials) {
    credentials.value().project_id = federation_.owner.project;
    credentials.value().domain_id = federation_.owner.domain;
    credentials.value().iam = federation_.iam;
  }
  return credentials;
}

}  // namespace jobtree::cloud

#include "notify/channels/webhook.h"

#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/hex.h"
#include "base/protocol/base64.h"
#include "base/protocol/digest.h"
#include "notify/channels/signature.h"
#include "notify/channels/verdicts.h"
#include "notify/notice_json.h"
#include "store/record_json.h"

namespace jobtree::notify::webhook {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostBytes = 20'000;  // "less than 20kb", Standard Webhooks
constexpr std::string_view kSecretPrefix = "whsec_";
constexpr std::size_t kShortestSecret = 24;
constexpr std::size_t kLongestSecret = 64;

struct Event {
  std::string id;
  std::string type;
  Time time;
  std::string subject;
  Json data;
  const char* list;  ///< the member of `data` that can be cut
};

Event event_of(const Notice& notice) {
  return {.id = notice.id,
          .type = "io.jobtree.job." + std::string(name_of(notice.kind)),
          .time = notice.observed_at,
          .subject = notice.address.key(),
          .data = json_of(notice),
          .list = "causes"};
}

Event event_of(const Digest& digest) {
  return {.id = digest.id,
          .type = "io.jobtree.digest",
          .time = digest.last_at,
          .subject = "",
          .data = json_of(digest),
          .list = "rows"};
}

/// (source, id) names an event among all (CloudEvents 3.1).
std::string text_of(const Event& event, std::string_view public_url) {
  Json json{{"specversion", "1.0"},
            {"id", "evt_" + event.id},
            {"source", public_url.empty() ? "/jobtree" : public_url},
            {"type", event.type},
            {"time", store::text_of(event.time)}};
  if (!event.subject.empty()) json["subject"] = event.subject;
  json["datacontenttype"] = "application/json";
  json["data"] = event.data;
  return store::text_of(json);
}

std::string body_of(Event& event, std::string_view public_url) {
  std::string body = text_of(event, public_url);
  while (body.size() > kMostBytes && !event.data[event.list].empty()) {
    event.data[event.list].erase(event.data[event.list].size() - 1);
    body = text_of(event, public_url);
  }
  return body;
}

/// The bytes of "whsec_…".
Result<Secret> key_in(std::string_view secret) {
  const auto bytes = secret.starts_with(kSecretPrefix)
                         ? from_base64(secret.substr(kSecretPrefix.size()))
                         : std::nullopt;
  if (!bytes || bytes->size() < kShortestSecret || bytes->size() > kLongestSecret) {
    return Failure::usage(
        {"a webhook's secret is whsec_ and the base64 of 24 to 64 random bytes; create one with: "
         "echo whsec_$(openssl rand -base64 32)",
         "webhook 的密钥应为 whsec_ 加 24–64 个随机字节的 base64，可用以下命令创建：echo "
         "whsec_$(openssl rand -base64 32)"});
  }
  return Secret(*bytes);
}

/// One signature for each secret, so that a receiver can change from one to the next.
Result<std::string> signatures(const ChannelSecrets& secrets, const std::string& signed_text) {
  std::string all;
  for (const Secret& secret : secrets.keys) {
    const auto key = key_in(secret.reveal());
    if (!key) return key.failure();
    const auto one = signature(key.value().reveal(), signed_text);
    if (!one) return one.failure();
    all.append(all.empty() ? "v1," : " v1,").append(one.value());
  }
  return all;
}

/// https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
Result<std::string> github_signature(const ChannelSecrets& secrets, const std::string& body) {
  const auto digest =
      HmacSha256(secrets.keys.empty() ? std::string_view() : secrets.keys.front().reveal())(body);
  if (!digest) {
    return Failure::usage(
        {"signature: github needs a secret_file", "signature: github 需要 secret_file"});
  }
  return "sha256=" + to_hex(*digest);
}

}  // namespace

Result<Dispatches> make(const Outgoing& outgoing) {
  Event event = std::visit([](const auto& told) { return event_of(told); }, outgoing.content);
  HttpRequest request{.url = std::string(url_of(outgoing.channel, outgoing.secrets)),
                      .body = body_of(event, outgoing.public_url)};
  const std::string id = "evt_" + event.id;
  const std::string timestamp = std::to_string(
      std::chrono::floor<std::chrono::seconds>(outgoing.at.time_since_epoch()).count());
  request.headers = {{"Content-Type", "application/cloudevents+json; charset=utf-8"},
                     {"webhook-id", id},
                     {"webhook-timestamp", timestamp}};
  if (outgoing.channel.is_signed_like_github) {
    auto sign = github_signature(outgoing.secrets, request.body);
    if (!sign) return sign.failure();
    request.headers.push_back({"X-Hub-Signature-256", std::move(sign.value())});
  } else if (!outgoing.secrets.keys.empty()) {
    auto signs = signatures(outgoing.secrets, id + '.' + timestamp + '.' + request.body);
    if (!signs) return signs.failure();
    request.headers.push_back({"webhook-signature", std::move(signs.value())});
  }
  return Dispatches{std::move(request)};
}

Verdict judge(const Response& response) {
  if (auto refused = refused_by_status(response)) return *std::move(refused);
  return delivered();
}

}  // namespace jobtree::notify::webhook

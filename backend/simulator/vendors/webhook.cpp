#include "simulator/vendors/webhook.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/ascii.h"
#include "base/utc.h"
#include "simulator/script/robots/webhook_secret.h"
#include "simulator/vendors/parts/json_parts.h"
#include "simulator/vendors/parts/mac.h"
#include "simulator/vendors/parts/media_type.h"
#include "simulator/vendors/parts/time_window.h"

namespace jobtree::simulator::webhook {
namespace {

using nlohmann::json;

constexpr std::size_t kMostBytes = 20'000;  // what Standard Webhooks advises: less than 20 KB
constexpr std::chrono::minutes kReach{5};   // that of its libraries
constexpr std::string_view kVersion = "v1,";

Receipt replied(int status, Shown shown, std::string_view error = {}) {
  Receipt receipt{.code = std::to_string(status), .shown = std::move(shown)};
  receipt.response =
      error.empty() ? Response{.status = status} : json_response(status, {{"error", error}});
  receipt.is_accepted = status == 204;
  return receipt;
}

/// https://www.standardwebhooks.com: one of the signatures in the header is that of the secret; the
/// others are of secrets that come and go.
std::string_view standard_problem(const Request& request, std::string_view key, WallTime now) {
  const std::string_view id = header(request, "webhook-id");
  const std::string_view timestamp = header(request, "webhook-timestamp");
  std::string_view signatures = header(request, "webhook-signature");
  if (id.empty() || timestamp.empty() || signatures.empty()) {
    return "webhook-id, webhook-timestamp or webhook-signature is missing";
  }
  if (!is_near<std::chrono::seconds>(timestamp, now, kReach)) {
    return "webhook-timestamp is not within 5 minutes";
  }
  std::string text(id);
  text.append(1, '.').append(timestamp).append(1, '.').append(request.body);
  const std::string good = std::string(kVersion) + hmac_base64(key, text);
  while (!signatures.empty()) {
    const std::string_view one = signatures.substr(0, signatures.find(' '));
    if (is_same_secret(one, good)) return {};
    signatures.remove_prefix(std::min(one.size() + 1, signatures.size()));
  }
  return "no webhook-signature matches";
}

/// https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
std::string_view github_problem(const Request& request, std::string_view secret) {
  const std::string good = "sha256=" + hmac_hex(secret, request.body);
  return is_same_secret(header(request, "x-hub-signature-256"), good)
             ? ""
             : "X-Hub-Signature-256 is missing or does not match";
}

/// A secret that is none of Standard Webhooks' is one of GitHub's.
std::string_view sign_problem(const Incoming& incoming) {
  const std::string& secret = incoming.robot->secret;
  if (secret.empty()) return {};
  const std::optional<std::string> key = webhook_key(secret);
  return key ? standard_problem(incoming.request, *key, incoming.now)
             : github_problem(incoming.request, secret);
}

/// CloudEvents 1.0, sections 2.1 and 3: names are lower case, four are required, and those that
/// are known have a form.
std::string_view event_problem(const json& event) {
  if (!event.is_object()) return "the body is not a CloudEvent";
  for (const auto& [name, value] : event.items()) {
    if (name == "data_base64") continue;
    const bool is_name = !name.empty() && std::ranges::all_of(name, [](char c) {
      return is_lower(c) || is_digit(c);
    });
    if (!is_name) return "the name of an attribute has other characters than a-z and 0-9";
    if (name != "data" && value.is_structured()) return "an attribute is an object or a list";
  }
  for (const char* name : {"id", "source", "type"}) {
    if (text_of(event, name).empty()) return "id, source or type is missing";
  }
  if (text_of(event, "specversion") != "1.0") return "specversion is not 1.0";
  const bool has_time = member_of(event, "time") != nullptr;
  if (has_time && !parse_iso_time(text_of(event, "time"))) return "time is not of RFC 3339";
  const bool has_subject = member_of(event, "subject") != nullptr;
  if (has_subject && text_of(event, "subject").empty()) return "subject is empty";
  return {};
}

Shown shown_of(const json& event) {
  Shown shown;
  shown.add_line(text_of(event, "type"));
  shown.add_line(text_of(event, "subject"));
  const json* data = member_of(event, "data");
  if (data != nullptr) shown.add_line(data->dump(-1, ' ', false, json::error_handler_t::replace));
  return shown;
}

}  // namespace

Receipt receive(const Incoming& incoming) {
  if (incoming.robot == nullptr) return replied(404, {}, "there is no such hook");
  if (incoming.robot->is_gone) return replied(410, {}, "this hook is gone");
  if (media_type_of(incoming.request) != "application/cloudevents+json") {
    return replied(415, {}, "only application/cloudevents+json is taken");
  }
  if (incoming.request.body.size() > kMostBytes) return replied(413, {}, "the body is too large");
  if (const auto problem = sign_problem(incoming); !problem.empty()) {
    return replied(401, {}, problem);
  }
  const json event = parsed_body(incoming.request.body);
  const std::string_view problem = event_problem(event);
  return replied(problem.empty() ? 204 : 400, shown_of(event), problem);
}

Receipt busy() {
  Receipt receipt = replied(503, {}, "too much to do");
  receipt.response.headers.emplace_back("Retry-After", "1");
  return receipt;
}

}  // namespace jobtree::simulator::webhook

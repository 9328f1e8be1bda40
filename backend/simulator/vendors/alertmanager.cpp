#include "simulator/vendors/alertmanager.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/ascii.h"
#include "base/protocol/base64.h"
#include "base/utc.h"
#include "simulator/vendors/parts/json_parts.h"
#include "simulator/vendors/parts/mac.h"
#include "simulator/vendors/parts/media_type.h"

namespace jobtree::simulator::alertmanager {
namespace {

using nlohmann::json;

/// What its API says of a request that is not as its description has it.
Receipt refused(int status, int code, std::string_view text) {
  return {.response = json_response(status, {{"code", code}, {"message", text}}),
          .code = std::to_string(status)};
}

Receipt unauthorized() {
  Receipt receipt{.response = {.status = 401, .type = "text/plain; charset=utf-8"}, .code = "401"};
  receipt.response.body = "Unauthorized\n";
  receipt.response.headers.emplace_back("WWW-Authenticate", "Basic");
  return receipt;
}

/// The password of "Basic …", whoever the user is.
std::string password_in(std::string_view encoded) {
  const std::string text = from_base64(encoded).value_or("");
  const auto colon = text.find(':');
  return colon == std::string::npos ? std::string() : text.substr(colon + 1);
}

/// What stands before it on a site, a proxy or its own configuration, wants one of the two.
bool is_allowed(const Request& request, const std::string& secret) {
  if (secret.empty()) return true;
  constexpr std::string_view kBearer = "Bearer ";
  constexpr std::string_view kBasic = "Basic ";
  const std::string_view given = header(request, "authorization");
  if (given.starts_with(kBearer)) return is_same_secret(given.substr(kBearer.size()), secret);
  return given.starts_with(kBasic) &&
         is_same_secret(password_in(given.substr(kBasic.size())), secret);
}

/// The name of a label, as Prometheus has it.
bool is_label(std::string_view name) {
  const auto is_letter = [](char c) { return is_lower(c) || is_upper(c) || c == '_'; };
  return !name.empty() && is_letter(name.front()) &&
         std::ranges::all_of(name, [&](char c) { return is_letter(c) || is_digit(c); });
}

bool are_labels(const json& labels) {
  for (const auto& [name, value] : labels.items()) {
    if (!is_label(name) || !value.is_string()) return false;
  }
  return true;
}

/// Nothing when the time is there and none.
std::optional<UtcTime> time_of(const json& alert, const char* name, UtcTime otherwise) {
  return member_of(alert, name) == nullptr ? otherwise : parse_iso_time(text_of(alert, name));
}

Receipt bad_alert(std::string_view text) {
  return refused(400, 400, text);
}

/// What is wrong with the two times of an alert, or nothing.
std::optional<Receipt> refused_times(const json& alert, UtcTime now) {
  const auto starts = time_of(alert, "startsAt", now);
  const auto ends = starts ? time_of(alert, "endsAt", *starts) : std::nullopt;
  if (!ends) return refused(422, 601, "startsAt or endsAt must be of type date-time");
  if (*ends < *starts) return bad_alert("start time must be before end time");
  return std::nullopt;
}

/// The same of its labels and annotations.
std::optional<Receipt> refused_texts(const json& alert, Shown& shown) {
  const json* labels = object_of(alert, "labels");
  if (labels == nullptr) return refused(422, 602, "labels in body is required");
  shown.add_line(text_of(*labels, "alertname"));
  if (labels->empty()) return bad_alert("at least one label pair required");
  if (!are_labels(*labels)) return bad_alert("invalid label set");
  if (member_of(alert, "annotations") == nullptr) return std::nullopt;
  const json* annotations = object_of(alert, "annotations");
  if (annotations == nullptr || !are_labels(*annotations)) return bad_alert("invalid annotations");
  for (const auto& [name, value] : annotations->items()) {
    shown.add_line(name + ": " + value.get<std::string>());
  }
  return std::nullopt;
}

std::optional<Receipt> refused_alert(const json& alert, UtcTime now, Shown& shown) {
  if (auto refusal = refused_texts(alert, shown)) return refusal;
  if (auto refusal = refused_times(alert, now)) return refusal;
  const std::string url = text_of(alert, "generatorURL");
  shown.add_link(url);
  if (member_of(alert, "generatorURL") != nullptr && url.find(':') == std::string::npos) {
    return refused(422, 601, "generatorURL in body must be of type uri");
  }
  return std::nullopt;
}

}  // namespace

Receipt receive(const Incoming& incoming) {
  if (!incoming.has_robot()) return refused(404, 404, "path /api/v2/alerts was not found");
  if (!is_allowed(incoming.request, incoming.robot->secret)) return unauthorized();
  if (media_type_of(incoming.request) != "application/json") {
    return refused(415, 415, "unsupported media type, only [application/json] are allowed");
  }
  const json alerts = parsed_body(incoming.request.body);
  if (!alerts.is_array()) return bad_alert("parsing alerts body from \"\" failed");
  Shown shown;
  for (const json& alert : alerts) {
    if (auto refusal = refused_alert(alert, incoming.now, shown)) {
      refusal->shown = std::move(shown);
      return *std::move(refusal);
    }
  }
  return {.code = "200", .is_accepted = true, .shown = std::move(shown)};
}

Receipt busy() {
  return refused(503, 503, "service unavailable");
}

}  // namespace jobtree::simulator::alertmanager

#include "notify/channels/alertmanager.h"

#include <nlohmann/json.hpp>

#include "base/protocol/base64.h"
#include "notify/channels/fitting.h"
#include "notify/channels/verdicts.h"
#include "store/record_json.h"

namespace jobtree::notify::alertmanager {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kPath = "/api/v2/alerts";

std::string alert_name(const Notice& notice) {
  switch (notice.kind) {
    case Kind::begun:
      return "JobtreeJobStarted";
    case Kind::settled:
      return notice.status == Status::failed ? "JobtreeJobFailed" : "JobtreeJobFinished";
    case Kind::first_failure:
      return "JobtreeFirstFailure";
    case Kind::stuck:
      return "JobtreeJobStuck";
    case Kind::group_new:
      return "JobtreeNewFailure";
    case Kind::group_back:
      return "JobtreeFailureBack";
    case Kind::test:
      break;
  }
  return "JobtreeTest";
}

void add(Json& json, const char* name, const std::string& value) {
  if (!value.empty()) json[name] = value;
}

Json labels_of(const Notice& notice) {
  Json labels{{"alertname", alert_name(notice)}};
  add(labels, "service", notice.address.service());
  add(labels, "region", notice.address.region());
  add(labels, "job_type", notice.type);
  return labels;
}

Json labels_of(const Digest& /*digest*/) {
  return {{"alertname", "JobtreeDigest"}};
}

Time time_of(const Notice& notice) {
  return notice.observed_at;
}
Time time_of(const Digest& digest) {
  return digest.last_at;
}

std::string job_of(const Notice& notice) {
  return notice.address.key();
}
std::string job_of(const Digest& /*digest*/) {
  return "";
}

Json alert_of(const Outgoing& outgoing) {
  const Message message = worded(outgoing.channel, outgoing.content);
  Json alert = std::visit(
      [&](const auto& told) {
        Json annotations{{"summary", message.title}};
        std::vector<std::string> lines{message.error, message.advice};
        lines.insert(lines.end(), message.list.begin(), message.list.end());
        std::erase(lines, "");
        add(annotations, "description", joined_lines(lines));
        add(annotations, "job", job_of(told));
        return Json{{"labels", labels_of(told)},
                    {"annotations", std::move(annotations)},
                    {"startsAt", store::text_of(time_of(told))}};
      },
      outgoing.content);
  alert["labels"]["severity"] = message.tone == Message::Tone::bad ? "warning" : "info";
  alert["endsAt"] = store::text_of(outgoing.at + kFires);
  add(alert, "generatorURL", message.link);
  return alert;
}

std::string alerts_url(std::string_view url) {
  if (url.ends_with('/')) url.remove_suffix(1);
  return url.ends_with(kPath) ? std::string(url) : std::string(url).append(kPath);
}

}  // namespace

Result<Dispatches> make(const Outgoing& outgoing) {
  HttpRequest request{.url = alerts_url(url_of(outgoing.channel, outgoing.secrets)),
                      .headers = {{"Content-Type", "application/json"}},
                      .body = store::text_of(Json::array({alert_of(outgoing)}))};
  if (!outgoing.secrets.keys.empty()) {
    const std::string key(outgoing.secrets.keys.front().reveal());
    const std::string& user = outgoing.channel.user;
    request.headers.push_back(
        {"Authorization", user.empty() ? "Bearer " + key : "Basic " + to_base64(user + ':' + key)});
  }
  return Dispatches{std::move(request)};
}

Verdict judge(const Response& response) {
  if (auto refused = refused_by_status(response)) return *std::move(refused);
  return delivered();
}

}  // namespace jobtree::notify::alertmanager

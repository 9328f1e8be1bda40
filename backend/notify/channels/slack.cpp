#include "notify/channels/slack.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/ascii.h"
#include "notify/channels/fitting.h"
#include "notify/channels/verdicts.h"
#include "notify/plain_text.h"
#include "store/record_json.h"

namespace jobtree::notify::slack {
namespace {

using Json = nlohmann::ordered_json;

// The vendor counts characters, of which none has less than a byte.
constexpr std::size_t kMostBytes = 12'000;
constexpr std::size_t kLongestHeader = 150;
constexpr std::size_t kLongestSection = 3000;
constexpr std::size_t kMostFields = 10;

/// The three that mean something (https://docs.slack.dev/messaging/formatting-message-text).
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else {
      out += c;
    }
  }
  return out;
}

Json plain(const std::string& text) {
  return {{"type", "plain_text"}, {"text", text}, {"emoji", false}};
}

void add_section(Json& blocks, const std::string& text) {
  if (text.empty()) return;
  blocks.push_back({{"type", "section"}, {"text", plain(cut(text, kLongestSection))}});
}

std::string mentions_text(const Mentions& mentions) {
  std::string text = mentions.everyone ? "<!channel>" : "";
  for (const std::string& user : mentions.users)
    text.append(text.empty() ? "<@" : " <@").append(user).append(">");
  return text;
}

Json blocks_of(const Message& message, const Mentions& mentions) {
  Json blocks = Json::array();
  blocks.push_back({{"type", "header"}, {"text", plain(cut(message.title, kLongestHeader))}});
  Json fields = Json::array();
  for (const auto& [label, value] : message.facts) {
    if (fields.size() < kMostFields) fields.push_back(plain(joined_lines({label, value})));
  }
  if (!fields.empty()) blocks.push_back({{"type", "section"}, {"fields", std::move(fields)}});
  add_section(blocks, message.error);
  add_section(blocks, message.advice);
  add_section(blocks, joined_lines(message.list));
  add_section(blocks, joined_lines(message.notes));
  if (!mentions.empty()) {
    blocks.push_back(
        {{"type", "section"}, {"text", {{"type", "mrkdwn"}, {"text", mentions_text(mentions)}}}});
  }
  if (!message.link.empty()) {
    const Json button{
        {"type", "button"}, {"text", plain(message.link_text)}, {"url", message.link}};
    blocks.push_back({{"type", "actions"}, {"elements", Json::array({button})}});
  }
  return blocks;
}

}  // namespace

Result<Dispatches> make(const Outgoing& outgoing) {
  const Channel& channel = outgoing.channel;
  const auto body_of = [&](const Message& message) {
    return store::text_of(Json{{"text", escaped(message.title)},
                               {"blocks", blocks_of(message, channel.mentions)},
                               {"unfurl_links", false}});
  };
  const Message message =
      fitted(worded(channel, outgoing.content), kMostBytes, channel.style.language,
             [&](const Message& tried) { return body_of(tried).size(); });
  return Dispatches{HttpRequest{.url = std::string(url_of(channel, outgoing.secrets)),
                                .headers = {{"Content-Type", "application/json; charset=utf-8"}},
                                .body = body_of(message)}};
}

Verdict judge(const Response& response) {
  if (auto refused = refused_by_status(response)) return *std::move(refused);
  if (trimmed(response.body, kWhitespace) == "ok") return delivered();
  if (object_in(response.body).value("ok", nlohmann::json()) == false) {
    return verdict(Verdict::Kind::never, "", {"Slack refused the message.", "Slack 拒绝了该消息。"},
                   response.body);
  }
  return verdict(Verdict::Kind::again, "",
                 {"The response is not Slack's; check the URL, and what is between.",
                  "响应不是来自 Slack，请检查 URL 及中间的代理。"},
                 response.body);
}

}  // namespace jobtree::notify::slack

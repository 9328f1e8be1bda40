#include "notify/channels/wecom.h"

#include <array>
#include <nlohmann/json.hpp>

#include "notify/channels/fitting.h"
#include "notify/channels/verdicts.h"
#include "notify/plain_text.h"
#include "store/record_json.h"

namespace jobtree::notify::wecom {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostMarkdown = 4096;  // bytes of UTF-8
constexpr std::size_t kMostText = 2048;      // the same

constexpr std::array kCodes{
    KnownCode{-1,
              Verdict::Kind::again,
              {"WeCom is busy; it will be tried again.", "企业微信系统繁忙，稍后将重试。"}},
    KnownCode{40058,
              Verdict::Kind::never,
              {"The message is too long for the robot.", "消息超过机器人允许的长度。"}},
    KnownCode{
        45009,
        Verdict::Kind::shut,
        {"The robot got more than 20 messages in a minute.", "机器人一分钟内收到超过 20 条消息。"},
        std::chrono::seconds(60)},
    KnownCode{93000,
              Verdict::Kind::never,
              {"The robot does not exist; check the URL.", "机器人不存在，请检查 URL。"}}};

std::string_view colour_of(Message::Tone tone) {
  switch (tone) {
    case Message::Tone::good:
      return "info";  // green
    case Message::Tone::bad:
      return "warning";  // orange
    case Message::Tone::neutral:
      break;
  }
  return "comment";  // grey
}

std::string markdown_of(const Message& message, const Mentions& mentions) {
  std::string text = "**<font color=\"" + std::string(colour_of(message.tone)) + "\">" +
                     without_markup(message.title) + "</font>**";
  for (const auto& [label, value] : message.facts)
    text += "\n> " + label + ": " + without_markup(value);
  for (const std::string& part : {message.error, message.advice}) {
    if (!part.empty()) text += "\n" + without_markup(part);
  }
  for (const std::string& line : message.list)
    text += "\n> " + without_markup(line);
  for (const std::string& note : message.notes)
    text += "\n" + without_markup(note);
  if (!message.link.empty()) {
    text += "\n[" + message.link_text + "](" + link_target(message.link) + ')';
  }
  if (!mentions.users.empty()) text += '\n';
  for (const std::string& user : mentions.users)
    text += "<@" + user + '>';
  return text;
}

/// Whom only a message of text can mention.
bool needs_text(const Mentions& mentions) {
  return mentions.everyone || !mentions.mobiles.empty();
}

Json mentioning(const Message& message, const Mentions& mentions) {
  return {{"msgtype", "text"},
          {"text",
           {{"content", cut(without_markup(message.title), kMostText)},
            {"mentioned_list", mentions.everyone ? Json::array({"@all"}) : Json::array()},
            {"mentioned_mobile_list", mentions.mobiles}}}};
}

}  // namespace

Result<Dispatches> make(const Outgoing& outgoing) {
  const Channel& channel = outgoing.channel;
  const auto request = [&](const Json& json) {
    return HttpRequest{.url = std::string(url_of(channel, outgoing.secrets)),
                       .headers = {{"Content-Type", "application/json; charset=utf-8"}},
                       .body = store::text_of(json)};
  };
  const Message message =
      fitted(worded(channel, outgoing.content), kMostMarkdown, channel.style.language,
             [&](const Message& tried) { return markdown_of(tried, channel.mentions).size(); });
  Dispatches all;
  all.emplace_back(request({{"msgtype", "markdown"},
                            {"markdown", {{"content", markdown_of(message, channel.mentions)}}}}));
  if (needs_text(channel.mentions)) {
    all.emplace_back(request(mentioning(message, channel.mentions)));
  }
  return all;
}

Verdict judge(const Response& response) {
  return judged_by_code(response, "errcode", "errmsg", kCodes);
}

}  // namespace jobtree::notify::wecom

#include "notify/channels/dingtalk.h"

#include <array>
#include <chrono>
#include <nlohmann/json.hpp>

#include "base/protocol/percent.h"
#include "notify/channels/fitting.h"
#include "notify/channels/signature.h"
#include "notify/channels/verdicts.h"
#include "store/record_json.h"

namespace jobtree::notify::dingtalk {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostBytes = 20'000;
constexpr std::chrono::minutes kShut{10};

constexpr std::array kCodes{
    KnownCode{-1,
              Verdict::Kind::again,
              {"DingTalk is busy; it will be tried again.", "钉钉系统繁忙，稍后将重试。"}},
    KnownCode{130101,
              Verdict::Kind::shut,
              {"The robot got more than 20 messages in a minute, and takes none for 10 minutes.",
               "机器人一分钟内收到超过 20 条消息，10 分钟内不再接收。"},
              kShut},
    KnownCode{90030,
              Verdict::Kind::shut,
              {"The robot got too many messages, and takes none for 10 minutes.",
               "机器人收到的消息过多，10 分钟内不再接收。"},
              kShut},
    KnownCode{310000,
              Verdict::Kind::never,
              {"The robot's keyword, signature or IP address does not match; check keyword, the "
               "secret, this machine's clock, and the robot's list of addresses.",
               "机器人的关键词、签名或 IP 地址不匹配，请检查 "
               "keyword、密钥、本机时钟和机器人的 IP 白名单。"}},
    KnownCode{460101,
              Verdict::Kind::never,
              {"The message is too long for the robot.", "消息超过机器人允许的长度。"}}};

void add_paragraph(std::string& text, const std::string& paragraph) {
  if (paragraph.empty()) return;
  if (!text.empty()) text += "\n\n";
  text += paragraph;
}

std::string mentioned(const Mentions& mentions) {
  std::string text;
  for (const auto* list : {&mentions.mobiles, &mentions.users}) {
    for (const std::string& one : *list)
      text += (text.empty() ? "@" : " @") + one;
  }
  return text;
}

std::string markdown_of(const Message& message, const Mentions& mentions) {
  std::string text = "#### " + without_markup(message.title);
  std::string facts;
  for (const auto& [label, value] : message.facts) {
    facts += (facts.empty() ? "> " : "\n>\n> ") + label + ": " + without_markup(value);
  }
  add_paragraph(text, facts);
  add_paragraph(text, without_markup(message.error));
  add_paragraph(text, without_markup(message.advice));
  std::string list;
  for (const std::string& line : message.list)
    list += (list.empty() ? "- " : "\n- ") + without_markup(line);
  add_paragraph(text, list);
  for (const std::string& note : message.notes)
    add_paragraph(text, without_markup(note));
  if (!message.link.empty()) {
    add_paragraph(text, '[' + message.link_text + "](" + link_target(message.link) + ')');
  }
  add_paragraph(text, mentioned(mentions));
  return text;
}

/// What is signed is what others have as key: "milliseconds\nsecret" under the secret.
Result<std::string> signed_url(const Outgoing& outgoing) {
  std::string url(url_of(outgoing.channel, outgoing.secrets));
  if (outgoing.secrets.keys.empty()) return url;
  const std::string_view secret = outgoing.secrets.keys.front().reveal();
  const std::string timestamp = std::to_string(
      std::chrono::floor<std::chrono::milliseconds>(outgoing.at.time_since_epoch()).count());
  const auto sign = signature(secret, std::string(timestamp).append(1, '\n').append(secret));
  if (!sign) return sign.failure();
  url += (url.find('?') == std::string::npos ? "?timestamp=" : "&timestamp=") + timestamp;
  return url + "&sign=" + percent_encoded(sign.value());
}

}  // namespace

Result<Dispatches> make(const Outgoing& outgoing) {
  const Channel& channel = outgoing.channel;
  auto url = signed_url(outgoing);
  if (!url) return url.failure();
  const auto body_of = [&](const Message& message) {
    return store::text_of(Json{{"msgtype", "markdown"},
                               {"markdown",
                                {{"title", without_markup(message.title)},
                                 {"text", markdown_of(message, channel.mentions)}}},
                               {"at",
                                {{"atMobiles", channel.mentions.mobiles},
                                 {"atUserIds", channel.mentions.users},
                                 {"isAtAll", channel.mentions.everyone}}}});
  };
  const Message message =
      fitted(worded(channel, outgoing.content), kMostBytes, channel.style.language,
             [&](const Message& tried) { return body_of(tried).size(); });
  return Dispatches{HttpRequest{.url = std::move(url.value()),
                                .headers = {{"Content-Type", "application/json; charset=utf-8"}},
                                .body = body_of(message)}};
}

Verdict judge(const Response& response) {
  return judged_by_code(response, "errcode", "errmsg", kCodes);
}

}  // namespace jobtree::notify::dingtalk

#include "notify/channels/feishu.h"

#include <array>
#include <chrono>
#include <nlohmann/json.hpp>

#include "notify/channels/fitting.h"
#include "notify/channels/signature.h"
#include "notify/channels/verdicts.h"
#include "notify/plain_text.h"
#include "store/record_json.h"

namespace jobtree::notify::feishu {
namespace {

using Json = nlohmann::ordered_json;
using std::chrono::seconds;

constexpr std::size_t kMostBytes = 20'000;   // "20 KB"
constexpr std::size_t kLongestButton = 100;  // bytes; the vendor counts characters
constexpr std::int64_t kBadRequest = 9499;   // or too many of them

/// 19001 and 19022 are not in the vendor's page: they mean what the text says that comes with them.
constexpr std::array kCodes{
    KnownCode{19001,
              Verdict::Kind::never,
              {"The robot does not exist; check the URL.", "机器人不存在，请检查 URL。"}},
    KnownCode{19002,
              Verdict::Kind::never,
              {"The robot does not understand the message.", "机器人无法识别该消息。"}},
    KnownCode{19021,
              Verdict::Kind::never,
              {"The signature does not match; check the secret and this machine's clock.",
               "签名不匹配，请检查密钥和本机时钟。"}},
    KnownCode{19022,
              Verdict::Kind::never,
              {"The robot does not accept this server's IP address; add it to the robot's list.",
               "机器人不接受本服务器的 IP 地址，请将其加入机器人的 IP 白名单。"}},
    KnownCode{19024,
              Verdict::Kind::never,
              {"The robot wants a keyword; set keyword.", "机器人要求关键词，请设置 keyword。"}},
    KnownCode{11232,
              Verdict::Kind::shut,
              {"The robot gets too many messages.", "机器人收到的消息过多。"},
              seconds(60)}};

std::string_view colour_of(Message::Tone tone) {
  switch (tone) {
    case Message::Tone::good:
      return "green";
    case Message::Tone::bad:
      return "red";
    case Message::Tone::neutral:
      break;
  }
  return "blue";
}

Json text_element(const char* tag, const std::string& content) {
  return {{"tag", tag}, {"content", content}};
}

Json plain_block(const std::string& content) {
  return {{"tag", "div"}, {"text", text_element("plain_text", content)}};
}

std::string mentions_text(const Mentions& mentions) {
  std::string text;
  if (mentions.everyone) text += "<at id=all></at>";
  for (const std::string& user : mentions.users) {
    const bool is_mail = user.find('@') != std::string::npos;
    text += (is_mail ? "<at email=" : "<at id=") + user + "></at>";
  }
  return text;
}

Json card_of(const Message& message, const Mentions& mentions) {
  Json elements = Json::array();
  Json fields = Json::array();
  for (const auto& [label, value] : message.facts) {
    fields.push_back(
        {{"is_short", true}, {"text", text_element("plain_text", joined_lines({label, value}))}});
  }
  if (!fields.empty()) elements.push_back({{"tag", "div"}, {"fields", std::move(fields)}});
  for (const std::string& text :
       {message.error, message.advice, joined_lines(message.list), joined_lines(message.notes)}) {
    if (!text.empty()) elements.push_back(plain_block(text));
  }
  if (!mentions.empty()) {
    elements.push_back(
        {{"tag", "div"}, {"text", text_element("lark_md", mentions_text(mentions))}});
  }
  if (!message.link.empty()) {
    const Json button{{"tag", "button"},
                      {"type", "primary"},
                      {"text", text_element("plain_text", cut(message.link_text, kLongestButton))},
                      {"url", message.link}};
    elements.push_back({{"tag", "action"}, {"actions", Json::array({button})}});
  }
  return {{"config", {{"wide_screen_mode", true}}},
          {"header",
           {{"template", colour_of(message.tone)},
            {"title", text_element("plain_text", message.title)}}},
          {"elements", std::move(elements)}};
}

/// The signature's key is what others sign, and it signs nothing: "timestamp\nsecret" over "".
Result<Json> signed_head(const Outgoing& outgoing) {
  Json json = Json::object();
  if (outgoing.secrets.keys.empty()) return json;
  const std::string timestamp =
      std::to_string(std::chrono::floor<seconds>(outgoing.at.time_since_epoch()).count());
  std::string key = timestamp + '\n';
  key += outgoing.secrets.keys.front().reveal();
  auto sign = signature(key, "");
  if (!sign) return sign.failure();
  json["timestamp"] = timestamp;
  json["sign"] = std::move(sign.value());
  return json;
}

}  // namespace

Result<Dispatches> make(const Outgoing& outgoing) {
  const Channel& channel = outgoing.channel;
  auto head = signed_head(outgoing);
  if (!head) return head.failure();
  const auto body_of = [&](const Message& message) {
    Json json = head.value();
    json["msg_type"] = "interactive";
    json["card"] = card_of(message, channel.mentions);
    return store::text_of(json);
  };
  const Message message =
      fitted(worded(channel, outgoing.content), kMostBytes, channel.style.language,
             [&](const Message& tried) { return body_of(tried).size(); });
  return Dispatches{HttpRequest{.url = std::string(url_of(channel, outgoing.secrets)),
                                .headers = {{"Content-Type", "application/json; charset=utf-8"}},
                                .body = body_of(message)}};
}

Verdict judge(const Response& response) {
  const nlohmann::json body = object_in(response.body);
  // One code for two things; only the text tells which (ccfos/nightingale, issue 1437).
  if (body.value("code", nlohmann::json()) == kBadRequest) {
    const auto message = body.value("msg", nlohmann::json());
    const std::string said = message.is_string() ? message.get<std::string>() : "";
    if (said.find("too many request") != std::string::npos) {
      Verdict made = verdict(Verdict::Kind::shut, "9499",
                             {"The robot gets too many messages.", "机器人收到的消息过多。"}, said);
      made.after = response.retry_after.value_or(seconds(60));
      return made;
    }
    return verdict(Verdict::Kind::never, "9499",
                   {"The robot does not understand the message.", "机器人无法识别该消息。"}, said);
  }
  // "StatusCode" is what stood in the place of "code" once.
  return judged_by_code(response, body.contains("code") ? "code" : "StatusCode", "msg", kCodes);
}

}  // namespace jobtree::notify::feishu

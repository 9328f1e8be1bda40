#include "simulator/vendors/dingtalk.h"

#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "simulator/cloud/records/query.h"
#include "simulator/vendors/parts/json_parts.h"
#include "simulator/vendors/parts/mac.h"
#include "simulator/vendors/parts/media_type.h"
#include "simulator/vendors/parts/time_window.h"

namespace jobtree::simulator::dingtalk {
namespace {

using nlohmann::json;

constexpr std::size_t kMostBytes = 20'000;
constexpr std::chrono::hours kReach{1};
constexpr std::string_view kMore = ", more: [https://ding-doc.dingtalk.com/doc#/serverapi2/qf2nxq]";

Receipt replied(int code, std::string_view text, Shown shown = {}) {
  return {.response = json_response(200, {{"errcode", code}, {"errmsg", text}}),
          .code = std::to_string(code),
          .is_accepted = code == 0,
          .shown = std::move(shown)};
}

/// One code for all that a robot's security settings refuse; only the text tells which it was.
Receipt insecure(std::string_view what, Shown shown) {
  return replied(310000, std::string(what).append(kMore), std::move(shown));
}

Receipt missing(std::string_view name, Shown shown = {}) {
  return replied(40035, "缺少参数 " + std::string(name), std::move(shown));
}

/// "" for a robot without a secret, and for a good signature.
std::string_view sign_problem(const Request& request, const Robot& robot, WallTime now) {
  if (robot.secret.empty()) return {};
  const Query query(request.target);
  const std::string timestamp = query.text("timestamp");
  if (!is_near<Milliseconds>(timestamp, now, kReach)) return "invalid timestamp";
  const std::string sign = hmac_base64(robot.secret, timestamp + '\n' + robot.secret);
  return is_same_secret(query.text("sign"), sign) ? "" : "sign not match";
}

/// It takes two to call somebody: a name in `at`, and the same after an @ in the text. All members
/// need no text.
void read_mentions(const json& body, Shown& shown) {
  const json* at = object_of(body, "at");
  if (at == nullptr) return;
  const json* all = member_of(*at, "isAtAll");
  if (all != nullptr && *all == true) shown.mention("all");
  for (const char* list : {"atMobiles", "atUserIds"}) {
    const json* names = list_of(*at, list);
    if (names == nullptr) continue;
    for (const json& name : *names) {
      if (!name.is_string()) continue;
      const auto whom = name.get<std::string>();
      if (shown.text().find('@' + whom) != std::string::npos) shown.mention(whom);
    }
  }
}

/// What a robot says before it looks at a message.
std::optional<Receipt> refused_unread(const Incoming& incoming) {
  if (incoming.robot == nullptr) return replied(300005, "token is not exist");
  if (incoming.robot->is_gone) return replied(400102, "机器人已停用");
  if (incoming.excess) return replied(130101, "send too fast, exceed 20 times per minute");
  if (media_type_of(incoming.request) != "application/json") {
    return replied(43004, "无效的HTTP HEADER Content-Type");
  }
  if (incoming.request.body.size() > kMostBytes) {
    return replied(460101, "message too long, exceed 20000 bytes");
  }
  return std::nullopt;
}

struct Message {
  std::string type = {};
  std::string title = {};  ///< of the notification; it is not in the message
  const char* text_name = "";
  Shown shown = {};
};

Message read_message(const json& body) {
  Message message{.type = text_of(body, "msgtype")};
  message.text_name = message.type == "text" ? "content" : "text";
  if (const json* part = member_of(body, message.type.c_str())) {
    message.title = text_of(*part, "title");
    message.shown.add_line(text_of(*part, message.text_name));
  }
  read_mentions(body, message.shown);
  return message;
}

}  // namespace

Rates rates() {
  return {.all = {{20, std::chrono::minutes(1)}}, .block = std::chrono::minutes(10)};
}

Receipt receive(const Incoming& incoming) {
  if (auto refusal = refused_unread(incoming)) return *std::move(refusal);
  const json body = parsed_body(incoming.request.body);
  if (!body.is_object()) return missing("json");
  auto [type, title, text_name, shown] = read_message(body);
  const Robot& robot = *incoming.robot;
  const std::string_view problem = sign_problem(incoming.request, robot, incoming.now);
  if (!problem.empty()) return insecure(problem, std::move(shown));
  if (type != "text" && type != "markdown") {
    return replied(400105, "不支持的消息类型", std::move(shown));
  }
  if (type == "markdown" && title.empty()) return missing("markdown.title", std::move(shown));
  if (shown.text().empty()) return missing(type + '.' + text_name);
  if ((shown.text() + '\n' + title).find(robot.keyword) == std::string::npos) {
    return insecure("keywords not in content", std::move(shown));
  }
  return replied(0, "ok", std::move(shown));
}

Receipt busy() {
  return replied(-1, "系统繁忙");
}

}  // namespace jobtree::simulator::dingtalk

#include "simulator/vendors/feishu.h"

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "simulator/vendors/feishu_card.h"
#include "simulator/vendors/parts/json_parts.h"
#include "simulator/vendors/parts/mac.h"
#include "simulator/vendors/parts/mentions.h"
#include "simulator/vendors/parts/time_window.h"

namespace jobtree::simulator::feishu {
namespace {

using nlohmann::json;

constexpr std::size_t kMostBytes = 20'000;  // "20 KB" of the vendor, read strictly
constexpr std::chrono::hours kReach{1};     // a signature's, before and after

constexpr int kBadRequest = 9499;  // also means too many requests, with another text
constexpr int kTooMany = 11232;    // of one robot in a minute, or of all at a full hour
constexpr int kNoSuchRobot = 19001;
constexpr int kBadParameters = 19002;
constexpr int kBadSign = 19021;
constexpr int kNoKeyword = 19024;

Receipt refused(int code, std::string_view text, Shown shown = {}, int status = 200) {
  return {.response = json_response(
              status, {{"code", code}, {"data", nlohmann::ordered_json::object()}, {"msg", text}}),
          .code = std::to_string(code),
          .shown = std::move(shown)};
}

Receipt limited() {
  return refused(kTooMany, "frequency limited psm[lark.oapi.app_platform_runtime]appID[1500]");
}

Receipt not_understood() {
  return refused(kBadRequest, "Bad Request", {}, 400);
}

/// The two of `StatusCode` are what stood in the place of `code` once; failures have them no more.
Receipt accepted(Shown shown) {
  return {.response = json_response(200, {{"code", 0},
                                          {"msg", "success"},
                                          {"data", nlohmann::ordered_json::object()},
                                          {"StatusCode", 0},
                                          {"StatusMessage", "success"},
                                          {"Extra", nullptr}}),
          .code = "0",
          .is_accepted = true,
          .shown = std::move(shown)};
}

/// The key is what others sign, and it signs nothing: "timestamp\nsecret" over "".
bool is_signed(const json& body, const Robot& robot, WallTime now) {
  if (robot.secret.empty()) return true;
  const std::string timestamp = text_of(body, "timestamp");
  return is_near<std::chrono::seconds>(timestamp, now, kReach) &&
         is_same_secret(text_of(body, "sign"), hmac_base64(timestamp + '\n' + robot.secret, ""));
}

std::string read_text(const json& body, Shown& shown) {
  const json* content = object_of(body, "content");
  const std::string text = content == nullptr ? std::string() : text_of(*content, "text");
  if (text.empty()) return "content.text need";
  shown.add_line(text);
  mention_by_at_tags(text, shown);
  return {};
}

std::string read_post_part(const json& part, std::string& line, Shown& shown) {
  const std::string tag = text_of(part, "tag");
  if (tag == "text" || tag == "a") {
    line += text_of(part, "text");
    const std::string href = text_of(part, "href");
    shown.add_link(href);
    if (tag == "a" && href.empty()) return "a.href need";
  } else if (tag == "at") {
    shown.mention(text_of(part, "user_id"));
  } else {
    return "post tag invalid";
  }
  return {};
}

/// One language of a post: lines of parts.
std::string read_post_language(const json& post, Shown& shown) {
  shown.add_line(text_of(post, "title"));
  const json* lines = list_of(post, "content");
  if (lines == nullptr || lines->empty()) return "post.content need";
  for (const json& parts : *lines) {
    if (!parts.is_array()) return "post.content invalid";
    std::string line;
    for (const json& part : parts) {
      if (std::string wrong = read_post_part(part, line, shown); !wrong.empty()) return wrong;
    }
    shown.add_line(line);
  }
  return {};
}

std::string read_post(const json& body, Shown& shown) {
  const json* content = object_of(body, "content");
  const json* post = content == nullptr ? nullptr : object_of(*content, "post");
  if (post == nullptr || post->empty()) return "content.post need";
  for (const json& language : *post) {
    if (std::string wrong = read_post_language(language, shown); !wrong.empty()) return wrong;
  }
  return {};
}

/// What is wrong with a message, or "". The vendor's texts are known for `msg_type` alone.
std::string read_message(const json& body, Shown& shown) {
  const std::string type = text_of(body, "msg_type");
  if (type == "text") return read_text(body, shown);
  if (type == "post") return read_post(body, shown);
  if (type != "interactive") return "msg_type need";
  const json* card = object_of(body, "card");
  return card == nullptr ? "card need" : read_card(*card, shown);
}

}  // namespace

Rates rates() {
  return {.all = {{5, std::chrono::seconds(1)}, {100, std::chrono::minutes(1)}}};
}

Receipt receive(const Incoming& incoming) {
  if (!incoming.has_robot()) {
    return refused(kNoSuchRobot, "param invalid: incoming webhook access token invalid");
  }
  if (incoming.excess) {
    const bool is_by_second = incoming.excess->rate == 0;
    return is_by_second ? refused(kBadRequest, "too many request", {}, 400) : limited();
  }
  // No code is known for what is too long.
  if (incoming.request.body.size() > kMostBytes) return not_understood();
  const json body = parsed_body(incoming.request.body);
  if (!body.is_object()) return not_understood();

  Shown shown;
  const std::string wrong = read_message(body, shown);
  if (!is_signed(body, *incoming.robot, incoming.now)) {
    return refused(kBadSign,
                   "sign match fail or timestamp is not within one hour from current time",
                   std::move(shown));
  }
  if (!wrong.empty()) return refused(kBadParameters, "params error, " + wrong, std::move(shown));
  if (shown.text().find(incoming.robot->keyword) == std::string::npos) {
    return refused(kNoKeyword, "Key Words Not Found", std::move(shown));
  }
  return accepted(std::move(shown));
}

Receipt busy() {
  return limited();
}

}  // namespace jobtree::simulator::feishu

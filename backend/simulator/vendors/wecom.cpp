#include "simulator/vendors/wecom.h"

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "simulator/vendors/parts/json_parts.h"
#include "simulator/vendors/parts/mentions.h"

namespace jobtree::simulator::wecom {
namespace {

using nlohmann::json;

constexpr std::size_t kMostText = 2048;  // bytes of UTF-8
constexpr std::size_t kMostMarkdown = 4096;

/// Each failure's text goes on in this way, with a number of the moment in it.
std::string refusal_text(std::string_view text, int code, WallTime now) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
  return std::string(text) + ", hint: [" + std::to_string(seconds) +
         "000000000000001], from ip: 127.0.0.1, more info at "
         "https://open.work.weixin.qq.com/devtool/query?e=" +
         std::to_string(code);
}

Receipt replied(int code, std::string_view text, Shown shown) {
  return {.response = json_response(200, {{"errcode", code}, {"errmsg", text}}),
          .code = std::to_string(code),
          .is_accepted = code == 0,
          .shown = std::move(shown)};
}

Receipt refused(const Incoming& incoming, int code, std::string_view text, Shown shown = {}) {
  return replied(code, refusal_text(text, code, incoming.now), std::move(shown));
}

/// The lists are those of a text message; in other kinds nobody reads them.
void read_mention_lists(const json& text, Shown& shown) {
  for (const char* list : {"mentioned_list", "mentioned_mobile_list"}) {
    const json* names = list_of(text, list);
    if (names == nullptr) continue;
    for (const json& name : *names) {
      if (!name.is_string()) continue;
      const auto whom = name.get<std::string>();
      shown.mention(whom == "@all" ? "all" : whom);
    }
  }
}

}  // namespace

Rates rates() {
  return {.all = {{20, std::chrono::minutes(1)}}};
}

Receipt receive(const Incoming& incoming) {
  if (!incoming.has_robot()) return refused(incoming, 93000, "invalid webhook url");
  if (incoming.excess) return refused(incoming, 45009, "api freq out of limit");
  const json body = parsed_body(incoming.request.body);
  if (!body.is_object()) return refused(incoming, 47001, "data format error");
  const std::string type = text_of(body, "msgtype");
  if (type != "text" && type != "markdown" && type != "markdown_v2") {
    return refused(incoming, 40008, "invalid message type");
  }
  const json* part = object_of(body, type.c_str());
  const std::string content = part == nullptr ? std::string() : text_of(*part, "content");
  if (part == nullptr || content.empty()) return refused(incoming, 44004, "empty content");

  Shown shown;
  shown.add_line(content);
  if (type != "markdown_v2") mention_by_at_signs(content, shown);
  if (type == "text") read_mention_lists(*part, shown);
  const std::size_t most = type == "text" ? kMostText : kMostMarkdown;
  if (content.size() > most) {
    return refused(
        incoming, 40058,
        type + ".content exceed max length " + std::to_string(most) + ". invalid Request Parameter",
        std::move(shown));
  }
  return replied(0, "ok", std::move(shown));
}

Receipt busy() {
  return replied(-1, "system busy", {});
}

}  // namespace jobtree::simulator::wecom

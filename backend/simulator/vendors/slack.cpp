#include "simulator/vendors/slack.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "simulator/vendors/parts/json_parts.h"
#include "simulator/vendors/parts/mentions.h"
#include "simulator/vendors/slack_blocks.h"

namespace jobtree::simulator::slack {
namespace {

using nlohmann::json;

/// A status and a word: no JSON.
Receipt replied(int status, std::string_view word, Shown shown = {}) {
  return {.response = {.status = status, .type = "text/html", .body = std::string(word)},
          .code = std::string(word),
          .is_accepted = status == 200,
          .shown = std::move(shown)};
}

Receipt too_fast(const Excess& excess) {
  Receipt receipt = replied(429, "rate_limited");
  const auto wait = std::chrono::ceil<std::chrono::seconds>(excess.wait).count();
  receipt.response.headers.emplace_back("Retry-After",
                                        std::to_string(std::max<std::int64_t>(1, wait)));
  return receipt;
}

}  // namespace

/// One a second, with short bursts.
Rates rates() {
  return {.all = {{5, std::chrono::seconds(5)}}};
}

Receipt receive(const Incoming& incoming) {
  if (incoming.robot == nullptr) return replied(403, "invalid_token");
  if (incoming.robot->is_gone) return replied(404, "no_service");
  if (incoming.excess) return too_fast(*incoming.excess);
  const json body = parsed_body(incoming.request.body);
  if (!body.is_object()) return replied(400, "invalid_payload");

  Shown shown;
  // The text is what a notification shows, and what a screen reader reads; blocks do not replace
  // it. The vendor takes blocks without one, which is not good enough.
  const std::string text = text_of(body, "text");
  shown.add_line(text);
  mention_by_angle_brackets(text, shown);
  const json* blocks = member_of(body, "blocks");
  const std::string_view wrong = blocks == nullptr ? "" : read_blocks(*blocks, shown);
  if (text.empty()) return replied(400, "no_text", std::move(shown));
  if (!wrong.empty()) return replied(400, wrong, std::move(shown));
  return replied(200, "ok", std::move(shown));
}

Receipt busy() {
  return replied(500, "rollup_error");
}

}  // namespace jobtree::simulator::slack

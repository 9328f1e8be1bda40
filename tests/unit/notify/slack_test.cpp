// Slack: the blocks, what is escaped, and what its responses mean.
#include "notify/channels/slack.h"

#include "unit/notify/told.h"

namespace jobtree::notify::slack_test {

using namespace tests;

namespace {

constexpr auto kKind = ChannelKind::slack;

std::size_t texts_of_kind(const json& node, std::string_view kind) {
  std::size_t count = node.is_object() && node.contains("type") && node["type"] == kind ? 1 : 0;
  if (!node.is_structured()) return count;
  for (const json& child : node)
    count += texts_of_kind(child, kind);
  return count;
}

}  // namespace

TEST_CASE("A message has a header, facts, the error, a button, and a text for who sees no blocks") {
  const json body = body_of(channel_of(kKind), failed_notice());
  CHECK(body.at("text") == "Failed: Create EIPs (17/20)");
  const json& blocks = body.at("blocks");
  CHECK(blocks.at(0).at("text").at("text") == body.at("text"));
  CHECK(blocks.at(1).at("fields").at(0).at("text") == "Service\neip");
  CHECK(blocks.at(2).at("text").at("text") == "VPC.0501: quota exceeded");
  CHECK(blocks.back().at("elements").at(0).at("url") == failed_notice().link);
}

TEST_CASE("What came from the cloud is plain text, or escaped where there is no such kind") {
  Channel channel = channel_of(kKind);
  const json body = body_of(channel, hostile_notice());
  CHECK(texts_of_kind(body, "mrkdwn") == 0);
  const std::string text = body.at("text");
  CHECK(text.find_first_of("<>") == std::string::npos);
  CHECK(contains(text, "&lt;!channel&gt;"));
  channel.mentions = {.everyone = true, .users = {"U1"}};
  const json mentioning = body_of(channel, hostile_notice());
  CHECK(texts_of_kind(mentioning, "mrkdwn") == 1);
  CHECK(contains(mentioning.dump(), "<!channel> <@U1>"));
}

TEST_CASE("A message keeps the limits of Slack, and its link") {
  for (const Notice& notice : {long_notice(), hostile_notice()}) {
    Channel channel = channel_of(kKind);
    channel.style.language = Language::zh;
    const HttpRequest request = request_of(channel, notice);
    CHECK(request.body.size() <= 12'000);
    const json blocks = json::parse(request.body).at("blocks");
    CHECK(blocks.size() <= 50);
    CHECK(std::string(blocks.at(0).at("text").at("text")).size() <= 150);
    CHECK(blocks.at(1).at("fields").size() <= 10);
    CHECK(blocks.back().at("elements").at(0).at("url") == notice.link);
  }
}

TEST_CASE("Only \"ok\" is a delivery") {
  CHECK(shown(kKind, 200, "ok") == "delivered: Delivered.");
  CHECK(shown(kKind, 200, "ok\n") == "delivered: Delivered.");
  CHECK(shown(kKind, 200, R"({"ok":false,"error":"invalid_blocks"})").starts_with("never"));
  CHECK(shown(kKind, 200, "<html>").starts_with("again"));
  CHECK(
      shown(kKind, 400, "invalid_payload") ==
      "never: HTTP 400: The other side refused the message. The other side said: invalid_payload");
  CHECK(shown(kKind, 403, "invalid_token").starts_with("never: HTTP 403"));
  CHECK(shown(judge(kKind, {.status = 429, .retry_after = std::chrono::seconds(30)}))
            .starts_with("again 30"));
}

}  // namespace jobtree::notify::slack_test

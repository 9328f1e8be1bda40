// DingTalk: the message, its signed URL, and what its responses mean.
#include "notify/channels/dingtalk.h"

#include "unit/notify/told.h"

namespace jobtree::notify::dingtalk_test {

using namespace tests;

namespace {

constexpr auto kKind = ChannelKind::dingtalk;

std::string markdown_of(const Channel& channel, const Content& content) {
  return body_of(channel, content).at("markdown").at("text");
}

}  // namespace

TEST_CASE("A message is Markdown with a title, facts, causes and a link") {
  const json body = body_of(channel_of(kKind), failed_notice());
  CHECK(body.at("msgtype") == "markdown");
  CHECK(body.at("markdown").at("title") == "Failed: Create EIPs (17/20)");
  const std::string text = body.at("markdown").at("text");
  CHECK(text.starts_with("#### Failed: Create EIPs (17/20)\n\n> Service: eip\n>\n> "));
  CHECK(contains(text, "\n\nVPC.0501: quota exceeded\n\n"));
  CHECK(contains(text, "- VPC.0501: quota exceeded ×2\n- VPC.0532: no free address ×1"));
  CHECK(text.ends_with("\n\n[Open](" + failed_notice().link + ')'));
  CHECK(body.at("at").at("isAtAll") == false);
}

TEST_CASE("The signature is the vendor's, in milliseconds, in the URL") {
  Channel channel = channel_of(kKind);
  channel.url = "https://oapi.dingtalk.com/robot/send?access_token=T";
  const Time at{std::chrono::milliseconds(1599360473000)};
  CHECK(request_of(channel, failed_notice(), secrets_of({"SECdemo"}), at).url ==
        "https://oapi.dingtalk.com/robot/send?access_token=T&timestamp=1599360473000&sign="
        "tGWkA5eQOQNCNPDgphtxIoNLO%2B%2FgD8Lcb705KQoRzeY%3D");
  CHECK(request_of(channel, failed_notice()).url == channel.url);
  channel.url = "https://oapi.dingtalk.com/robot/send";
  CHECK(contains(request_of(channel, failed_notice(), secrets_of({"SECdemo"})).url,
                 "/send?timestamp="));
}

TEST_CASE("Who is mentioned stands twice, or nobody is") {
  Channel channel = channel_of(kKind);
  channel.mentions = {.users = {"manager1"}, .mobiles = {"13800000000"}};
  const json body = body_of(channel, failed_notice());
  CHECK(body.at("at").at("atMobiles") == json::array({"13800000000"}));
  CHECK(body.at("at").at("atUserIds") == json::array({"manager1"}));
  const std::string text = body.at("markdown").at("text");
  CHECK(text.ends_with("\n\n@13800000000 @manager1"));
}

TEST_CASE("What came from the cloud makes no mention, link, image or heading") {
  const std::string text = markdown_of(channel_of(kKind), hostile_notice());
  const std::string before = text.substr(0, text.rfind("[Open]("));
  for (const char* sign : {"@", "[", "]", "<", "&", "`", "*", "\r", "\\"}) {
    CAPTURE(sign);
    CHECK_FALSE(contains(before, sign));
  }
  CHECK_FALSE(contains(before.substr(4), "#"));
}

TEST_CASE("The keyword is in title and text") {
  Channel channel = channel_of(kKind);
  channel.keyword = "jobtree";
  const json markdown = body_of(channel, test_notice(Time(), "")).at("markdown");
  CHECK(contains(std::string(markdown.at("title")), "jobtree"));
  CHECK(contains(std::string(markdown.at("text")), "jobtree"));
}

TEST_CASE("A long message is cut to 20,000 bytes, and keeps its link and mentions") {
  Channel channel = channel_of(kKind);
  channel.style.language = Language::zh;
  channel.mentions.mobiles = {"13800000000"};
  const HttpRequest request = request_of(channel, long_notice());
  CHECK(request.body.size() <= 20'000);
  CHECK(contains(markdown_of(channel, long_notice()), long_notice().link));
  CHECK(markdown_of(channel, long_notice()).ends_with("@13800000000"));
}

TEST_CASE("A response of DingTalk is judged by its code") {
  CHECK(shown(kKind, 200, R"({"errcode":0,"errmsg":"ok"})") == "delivered: Delivered.");
  CHECK(shown(kKind, 200, R"({"errcode":130101,"errmsg":"send too fast"})")
            .starts_with("shut 600: 130101: The robot got more than 20 messages in a minute"));
  CHECK(shown(kKind, 200, R"({"errcode":90030,"errmsg":"webhook over limit"})")
            .starts_with("shut 600"));
  CHECK(shown(kKind, 200, R"({"errcode":310000,"errmsg":"keywords not in content"})")
            .starts_with("never: 310000"));
  CHECK(shown(kKind, 200, R"({"errcode":460101})").starts_with("never: 460101"));
  CHECK(shown(kKind, 200, R"({"errcode":-1,"errmsg":"system busy"})").starts_with("again: -1"));
  CHECK(shown(kKind, 200, R"({"errcode":0.0})").starts_with("again"));
  CHECK(shown(kKind, 502, "<html>").starts_with("again: HTTP 502"));
}

}  // namespace jobtree::notify::dingtalk_test

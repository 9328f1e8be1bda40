// WeCom: the message and the one that mentions, its limits, and what its responses mean.
#include "notify/channels/wecom.h"

#include "unit/notify/told.h"

namespace jobtree::notify::wecom_test {

using namespace tests;

namespace {

constexpr auto kKind = ChannelKind::wecom;

std::string content_of(const Channel& channel, const Content& content) {
  return body_of(channel, content).at("markdown").at("content");
}

}  // namespace

TEST_CASE("A message is Markdown with a title in color") {
  const std::string text = content_of(channel_of(kKind), failed_notice());
  CHECK(
      text.starts_with("**<font color=\"warning\">Failed: Create EIPs "
                       "(17/20)</font>**\n> Service: eip\n"));
  CHECK(text.ends_with("\n[Open](" + failed_notice().link + ')'));
}

TEST_CASE("Persons are mentioned in the message") {
  Channel channel = channel_of(kKind);
  channel.mentions.users = {"li", "wang"};
  CHECK(content_of(channel, failed_notice()).ends_with("\n<@li><@wang>"));
  CHECK(made(channel, failed_notice()).size() == 1);
}

TEST_CASE("Everyone, and telephone numbers, are mentioned by a second message") {
  Channel channel = channel_of(kKind);
  channel.mentions = {.everyone = true, .users = {"li"}, .mobiles = {"13800000000"}};
  const Dispatches all = made(channel, failed_notice());
  REQUIRE(all.size() == 2);
  const json second = json::parse(std::get<HttpRequest>(all[1]).body);
  CHECK(second.at("msgtype") == "text");
  CHECK(second.at("text").at("content") == "Failed: Create EIPs (17/20)");
  CHECK(second.at("text").at("mentioned_list") == json::array({"@all"}));
  CHECK(second.at("text").at("mentioned_mobile_list") == json::array({"13800000000"}));
}

TEST_CASE("What came from the cloud has no tag, mention or link") {
  Channel channel = channel_of(kKind);
  channel.mentions.everyone = true;
  const std::string text = content_of(channel, hostile_notice());
  CHECK_FALSE(contains(text, "<at"));
  CHECK_FALSE(contains(text, "<!"));
  CHECK_FALSE(contains(text, "<@"));
  CHECK_FALSE(contains(text, "@all"));
  CHECK_FALSE(contains(text, "[x]"));
  CHECK_FALSE(contains(text, "color=\"info\">"));
  const Dispatches all = made(channel, hostile_notice());
  const std::string second = std::get<HttpRequest>(all.at(1)).body;
  CHECK_FALSE(contains(json::parse(second).at("text").at("content").dump(), "@"));
}

TEST_CASE(
    "A message of Chinese text is cut by its bytes, keeps its link, and says that it is cut") {
  Channel channel = channel_of(kKind);
  channel.style.language = Language::zh;
  const std::string text = content_of(channel, long_notice());
  CHECK(text.size() <= 4096);
  CHECK(is_utf8(text));
  CHECK(contains(text, "（内容已截断，完整内容见链接）"));
  CHECK(text.ends_with("[打开](" + long_notice().link + ')'));
  channel.mentions.everyone = true;
  const json second = json::parse(std::get<HttpRequest>(made(channel, long_notice())[1]).body);
  CHECK(std::string(second.at("text").at("content")).size() <= 2048);
}

TEST_CASE("A response of WeCom is judged by its code") {
  CHECK(shown(kKind, 200, R"({"errcode":0,"errmsg":"ok"})") == "delivered: Delivered.");
  CHECK(shown(kKind, 200, R"({"errcode":40058,"errmsg":"markdown.content exceed max length"})")
            .starts_with("never: 40058: The message is too long"));
  CHECK(shown(kKind, 200, R"({"errcode":45009,"errmsg":"api freq out of limit"})")
            .starts_with("shut 60"));
  for (const int status : {200, 403}) {
    CHECK(shown(kKind, status, R"({"errcode":93000,"errmsg":"invalid webhook url"})") ==
          "never: 93000: The robot does not exist; check the URL. The other side said: invalid "
          "webhook url");
  }
}

}  // namespace jobtree::notify::wecom_test

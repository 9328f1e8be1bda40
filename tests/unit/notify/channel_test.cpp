// How a channel's URL is shown to people.
#include "notify/channel.h"

#include "unit/notify/told.h"

namespace jobtree::notify::channel_test {

using namespace tests;

TEST_CASE("Of a URL that is a key people see the host and its last four characters") {
  CHECK(shown_url("https://open.feishu.cn/open-apis/bot/v2/hook/0123456789ab9f3c") ==
        "https://open.feishu.cn/…9f3c");
  CHECK(shown_url("https://oapi.dingtalk.com/robot/send?access_token=0123456789") ==
        "https://oapi.dingtalk.com/…6789");
  CHECK(shown_url("https://hooks.example/short") == "https://hooks.example");
  CHECK(shown_url("smtps://mail.example:465") == "smtps://mail.example:465");
  CHECK(shown_url("https://user:secret@hooks.example/") == "https://hooks.example");
  CHECK(shown_url("0123456789abcdef0123456789abcdef").empty());
  CHECK(shown_url("").empty());
}

TEST_CASE("A URL stands in the channel or in its file") {
  Channel channel = channel_of(ChannelKind::webhook);
  ChannelSecrets secrets;
  secrets.url = Secret("https://other.example/");
  CHECK(url_of(channel, secrets) == "https://robot.example/hook");
  channel.url = "";
  CHECK(url_of(channel, secrets) == "https://other.example/");
  CHECK(request_of(channel, failed_notice(), secrets).url == "https://other.example/");
}

TEST_CASE("Kinds of channels have names, both ways") {
  for (std::size_t i = 0; i < kChannelKinds; ++i) {
    const auto kind = static_cast<ChannelKind>(i);
    CHECK(channel_kind_named(name_of(kind)) == kind);
  }
  CHECK_FALSE(channel_kind_named("teams"));
}

}  // namespace jobtree::notify::channel_test

// What holds for all channels: each tells every kind of notice, and what cannot work is said at the
// start.
#include "notify/channels/channels.h"

#include "unit/notify/told.h"

namespace jobtree::notify::channels_test {

using namespace tests;

namespace {

std::string fault(const Channel& channel, const ChannelSecrets& secrets = {}) {
  const auto found = fault_of(channel, secrets);
  return found ? found->message() : "none";
}

}  // namespace

TEST_CASE("Every channel tells every kind of notice, in both languages") {
  const std::vector<Notice> notices{failed_notice(), hostile_notice(), long_notice()};
  for (std::size_t i = 0; i < kChannelKinds; ++i) {
    for (const Language language : {Language::en, Language::zh}) {
      Channel channel = channel_of(static_cast<ChannelKind>(i));
      channel.style.language = language;
      for (std::size_t kind = 0; kind < kKinds; ++kind) {
        for (Notice notice : notices) {
          notice.kind = static_cast<Kind>(kind);
          CHECK(made(channel, notice).size() == 1);
        }
      }
      CHECK(made(channel, digest_of(notices, true, kPublicUrl)).size() == 1);
      CHECK(made(channel, Digest()).size() == 1);
      CHECK(made(channel, Notice()).size() == 1);
    }
  }
}

TEST_CASE("A channel that can work has no fault") {
  for (std::size_t i = 0; i < kChannelKinds; ++i)
    CHECK(fault(channel_of(static_cast<ChannelKind>(i))) == "none");
  CHECK(fault(channel_of(ChannelKind::feishu), secrets_of({"demo"})) == "none");
  CHECK(fault(channel_of(ChannelKind::mail), secrets_of({"abcd efgh"})) == "none");
}

TEST_CASE("A file that is empty, or has more than one line, is a fault") {
  const std::string said =
      "a file with the URL or a secret has nothing in it, or more than one line of ASCII";
  CHECK(fault(channel_of(ChannelKind::feishu), secrets_of({""})) == said);
  CHECK(fault(channel_of(ChannelKind::alertmanager), secrets_of({"a\r\nX: y"})) == said);
  Channel channel = channel_of(ChannelKind::slack);
  channel.url = "https://hooks.example/\r\nHost: x";
  CHECK(fault(channel) == said);
  channel.url = "";
  CHECK_FALSE(fault(channel) == "none");
}

TEST_CASE("A URL that leads to one's own network is a fault, unless that is allowed") {
  Channel channel = channel_of(ChannelKind::webhook);
  channel.url = "https://10.0.0.1/";
  CHECK(contains(fault(channel), "allow_networks"));
  channel.allowed_networks = {IpNetwork::parse("10.0.0.0/8").value()};
  CHECK(fault(channel) == "none");
}

TEST_CASE("A mail server has a URL of its own kind") {
  Channel channel = channel_of(ChannelKind::mail);
  for (const char* url : {"smtps://mail.example:465", "smtp://mail.example:587"}) {
    channel.url = url;
    CHECK(fault(channel) == "none");
  }
  channel.url = "https://mail.example";
  CHECK(contains(fault(channel), "smtps://HOST:465"));
  channel.url = "smtps://user:password@mail.example";
  CHECK(contains(fault(channel), "user name"));
  channel.url = "smtp://127.0.0.1:25";
  CHECK(contains(fault(channel), "this machine"));
}

}  // namespace jobtree::notify::channels_test

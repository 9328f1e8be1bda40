// What of a message goes first when it is too long, and what never goes.
#include "notify/channels/fitting.h"

#include "unit/notify/told.h"

namespace jobtree::notify::fitting_test {

using namespace tests;

namespace {

std::string all_of(const Message& message) {
  std::string text = message.title + message.error + message.advice + message.link;
  for (const auto& [label, value] : message.facts)
    text += label + value;
  return text + joined_lines(message.list) + joined_lines(message.notes);
}

Message fitted_to(std::size_t most) {
  return fitted(message_of(long_notice(), {}), most, Language::en,
                [](const Message& message) { return all_of(message).size(); });
}

}  // namespace

TEST_CASE("A message that fits stays as it is") {
  const Message message = fitted_to(100'000);
  CHECK(all_of(message) == all_of(message_of(long_notice(), {})));
}

TEST_CASE("At every limit the message fits, as long as title, link and note do") {
  const Message whole = message_of(long_notice(), {});
  const std::size_t least =
      whole.title.size() + whole.link.size() + 60 + cut_note(Language::en).size();
  for (std::size_t most = least; most < 6000; most += 97) {
    CAPTURE(most);
    const Message message = fitted_to(most);
    CHECK(all_of(message).size() <= most);
    CHECK(is_utf8(all_of(message)));
    CHECK(message.title == whole.title);
    CHECK(message.link == whole.link);
    if (all_of(message) != all_of(whole)) CHECK(message.notes.back() == cut_note(Language::en));
  }
}

TEST_CASE("The list goes first, then advice, then the end of the error, then facts") {
  const Message whole = message_of(long_notice(), {});
  REQUIRE(whole.list.size() == kMostCauses);
  Message message = fitted_to(all_of(whole).size() - 1);
  CHECK(message.list.size() == kMostCauses - 1);
  CHECK(message.list.front() == whole.list.front());
  CHECK(message.error == whole.error);
  CHECK(message.facts.size() == whole.facts.size());
  message = fitted_to(900);
  CHECK(message.list.empty());
  CHECK(message.error.size() < whole.error.size());
  CHECK(message.error.starts_with("VPC.0501: 配额不足"));
}

TEST_CASE("Where nothing more can go, it ends all the same") {
  const Message message = fitted_to(1);
  CHECK(message.facts.empty());
  CHECK_FALSE(message.link.empty());
}

TEST_CASE("A keyword that is there already is not said twice") {
  Channel channel = channel_of(ChannelKind::feishu);
  channel.keyword = "Failed";
  CHECK(worded(channel, failed_notice()).title == "Failed: Create EIPs (17/20)");
  channel.keyword = "";
  CHECK(worded(channel, failed_notice()).title == "Failed: Create EIPs (17/20)");
  channel.keyword = "任务";
  CHECK(worded(channel, failed_notice()).title == "[任务] Failed: Create EIPs (17/20)");
}

TEST_CASE("Signs of markup become wide, and all else stays") {
  CHECK(without_markup("<@all> [a](b) `c` *d* #e \\ &") ==
        "＜＠all＞ ［a］(b) ｀c｀ ＊d＊ ＃e ＼ ＆");
  CHECK(without_markup("QUOTA_EXCEEDED: 配额 17/20!") == "QUOTA_EXCEEDED: 配额 17/20!");
}

TEST_CASE("A link cannot be ended from inside") {
  CHECK(link_target("https://jobs.example/?job=a/b/-/c:d.e") ==
        "https://jobs.example/?job=a/b/-/c:d.e");
  CHECK(link_target("https://x/) [y](z <b>") == "https://x/%29%20%5By%5D%28z%20%3Cb%3E");
}

}  // namespace jobtree::notify::fitting_test

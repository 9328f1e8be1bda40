#include "simulator/vendors/slack.h"

#include "unit/simulator/vendors/posted.h"

namespace jobtree::simulator::slack_test {

using namespace std::chrono_literals;
using nlohmann::json;

namespace {

const Robot kRobot{.vendor = Vendor::slack, .id = "T0SIMULATED/B0SIMULATED/simulated"};

Receipt sent(const json& body) {
  return post(slack::receive, kRobot, {.body = body.dump()});
}

json plain(const std::string& text) {
  return {{"type", "plain_text"}, {"text", text}};
}

json markup(const std::string& text) {
  return {{"type", "mrkdwn"}, {"text", text}};
}

json section(const json& text) {
  return {{"type", "section"}, {"text", text}};
}

Receipt sent_blocks(const json& blocks) {
  return sent({{"text", "[jobtree] failed"}, {"blocks", blocks}});
}

std::string word_for(const json& block) {
  return sent_blocks(listed(block)).response.body;
}

}  // namespace

TEST_CASE("Slack says ok, and that is no JSON") {
  const Receipt receipt = sent({{"text", "failed"}});
  CHECK(receipt.is_accepted);
  CHECK(receipt.response.status == 200);
  CHECK(receipt.response.type == "text/html");
  CHECK(receipt.response.body == "ok");
  CHECK(receipt.shown.text() == "failed");
}

TEST_CASE("Slack refuses with a status and a word") {
  const auto refused = [](const Receipt& receipt, int status, const std::string& word) {
    CHECK_FALSE(receipt.is_accepted);
    CHECK(receipt.response.status == status);
    CHECK(receipt.response.body == word);
    CHECK(receipt.code == word);
  };
  refused(post_to_nobody(slack::receive), 403, "invalid_token");
  refused(post(slack::receive, {.is_gone = true}, {.body = "{}"}), 404, "no_service");
  refused(post(slack::receive, kRobot, {.body = "payload={}"}), 400, "invalid_payload");
  refused(post(slack::receive, kRobot, {.body = "[]"}), 400, "invalid_payload");
  refused(sent({{"msg_type", "text"}}), 400, "no_text");
  refused(sent({{"blocks", listed(section(plain("x")))}}), 400, "no_text");
  refused(sent_blocks("x"), 400, "invalid_blocks_format");
}

TEST_CASE("One message a second with short bursts, and a time to wait for the next") {
  CHECK(slack::rates().all.at(0).limit == 5);
  CHECK(slack::rates().all.at(0).window == 5s);
  const auto wait = [](Milliseconds time) {
    const Receipt receipt = post(slack::receive, kRobot, {.body = "{}", .excess = Excess{0, time}});
    CHECK(receipt.response.status == 429);
    CHECK(receipt.response.body == "rate_limited");
    CHECK(receipt.response.headers.at(0).first == "Retry-After");
    return receipt.response.headers.at(0).second;
  };
  CHECK(wait(0ms) == "1");
  CHECK(wait(1000ms) == "1");
  CHECK(wait(1001ms) == "2");
}

TEST_CASE("Blocks are shown line by line") {
  const json button{{"type", "button"}, {"text", plain("Open")}, {"url", "https://jobs.example/"}};
  const Receipt receipt = sent_blocks(
      listed(json{{"type", "header"}, {"text", plain("failed (17/20)")}},
             json{{"type", "section"}, {"fields", listed(markup("*Service*"), plain("eip"))}},
             json{{"type", "divider"}}, section(markup("quota")),
             json{{"type", "context"}, {"elements", listed(plain("today"))}},
             json{{"type", "actions"}, {"elements", listed(button)}}));
  CHECK(receipt.response.body == "ok");
  CHECK(receipt.shown.text() ==
        "[jobtree] failed\nfailed (17/20)\n*Service*\neip\nquota\ntoday\nOpen");
  CHECK(receipt.shown.links() == std::vector<std::string>{"https://jobs.example/"});
}

TEST_CASE("A block of another shape is refused") {
  const std::string invalid = "invalid_blocks";
  CHECK(word_for("x") == invalid);
  CHECK(word_for(json{{"type", "div"}}) == invalid);
  CHECK(word_for(json{{"type", "header"}, {"text", markup("x")}}) == invalid);
  CHECK(word_for(json{{"type", "header"}, {"text", "x"}}) == invalid);
  CHECK(word_for(json{{"type", "section"}}) == invalid);
  CHECK(word_for(section(plain(""))) == invalid);
  CHECK(word_for(section(json{{"type", "lark_md"}, {"text", "x"}})) == invalid);
  CHECK(word_for(json{{"type", "section"}, {"fields", json::array()}}) == invalid);
  CHECK(word_for(json{{"type", "actions"}, {"elements", listed(plain("x"))}}) == invalid);
  const json linked{{"type", "button"}, {"text", markup("x")}};
  CHECK(word_for(json{{"type", "actions"}, {"elements", listed(linked)}}) == invalid);
}

TEST_CASE("Bounds are of characters, not of bytes") {
  CHECK(word_for(json{{"type", "header"}, {"text", plain(repeated("败", 150))}}) == "ok");
  CHECK(word_for(json{{"type", "header"}, {"text", plain(repeated("败", 151))}}) ==
        "invalid_blocks");
  CHECK(word_for(section(plain(repeated("败", 3000)))) == "ok");
  CHECK(word_for(section(plain(repeated("x", 3001)))) == "invalid_blocks");
  json fields = json::array();
  for (int i = 0; i < 10; ++i)
    fields.push_back(plain("x"));
  CHECK(word_for(json{{"type", "section"}, {"fields", fields}}) == "ok");
  fields.push_back(plain("x"));
  CHECK(word_for(json{{"type", "section"}, {"fields", fields}}) == "invalid_blocks");
}

TEST_CASE("A message has 50 blocks, and not too many characters in them") {
  json blocks = json::array();
  for (int i = 0; i < 50; ++i)
    blocks.push_back(json{{"type", "divider"}});
  CHECK(sent_blocks(blocks).response.body == "ok");
  blocks.push_back(json{{"type", "divider"}});
  CHECK(sent_blocks(blocks).response.body == "invalid_blocks");
  const json long_section = section(plain(repeated("x", 2640)));
  const json most = listed(long_section, long_section, long_section, long_section, long_section);
  CHECK(sent_blocks(most).response.body == "ok");
  json more = most;
  more.push_back(section(plain("x")));
  CHECK(sent_blocks(more).response.body == "msg_blocks_too_long");
}

TEST_CASE("Angle brackets mention in mrkdwn and in the text, and nowhere else") {
  using Names = std::vector<std::string>;
  const auto mentions = [](const json& text) {
    return sent_blocks(listed(section(text))).shown.mentions();
  };
  CHECK(mentions(markup("<!channel> <@U123|li>")) == Names{"channel", "U123"});
  CHECK(mentions(plain("<!channel> <@U123>")).empty());
  CHECK(mentions(markup("&lt;!channel&gt; <https://jobs.example/|open>")).empty());
  CHECK(sent({{"text", "quota <!here>"}}).shown.mentions() == Names{"here"});
}

}  // namespace jobtree::simulator::slack_test

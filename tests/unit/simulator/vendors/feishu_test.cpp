#include "simulator/vendors/feishu.h"

#include "unit/simulator/vendors/posted.h"

namespace jobtree::simulator::feishu_test {

using namespace std::chrono_literals;
using nlohmann::json;

namespace {

const Robot kOpen{.vendor = Vendor::feishu, .id = "simulated"};
const Robot kSigned{.vendor = Vendor::feishu, .id = "simulated", .secret = "demo"};
const Robot kWithKeyword{.vendor = Vendor::feishu, .id = "simulated", .keyword = "jobtree"};

Receipt sent(const json& body, const Robot& robot = kOpen, WallTime now = kNow) {
  return post(feishu::receive, robot, {.body = body.dump(), .now = now});
}

json text_message(const std::string& text) {
  return {{"msg_type", "text"}, {"content", {{"text", text}}}};
}

json plain(const std::string& text) {
  return {{"tag", "plain_text"}, {"content", text}};
}

json markup(const std::string& text) {
  return {{"tag", "lark_md"}, {"content", text}};
}

json card_message(const json& elements) {
  return {{"msg_type", "interactive"},
          {"card",
           {{"header", {{"template", "red"}, {"title", plain("[jobtree] failed")}}},
            {"elements", elements}}}};
}

json division(const json& text) {
  return {{"tag", "div"}, {"text", text}};
}

}  // namespace

TEST_CASE("A text reaches people, and Feishu says so in the body, in both of its forms") {
  const Receipt receipt = sent(text_message("17 of 20"));
  CHECK(receipt.is_accepted);
  CHECK(receipt.code == "0");
  CHECK(receipt.response.status == 200);
  CHECK(
      receipt.response.body ==
      R"({"code":0,"msg":"success","data":{},"StatusCode":0,"StatusMessage":"success","Extra":null})");
  CHECK(receipt.shown.text() == "17 of 20");
}

TEST_CASE("What Feishu refuses it refuses with status 200 and a code") {
  const Receipt receipt = sent({{"text", "17 of 20"}});
  CHECK_FALSE(receipt.is_accepted);
  CHECK(receipt.response.status == 200);
  CHECK(receipt.response.body == R"({"code":19002,"data":{},"msg":"params error, msg_type need"})");
}

TEST_CASE("A robot that is not there, or not any more, is a token that is invalid") {
  const Receipt unknown = post_to_nobody(feishu::receive);
  CHECK(unknown.response.status == 200);
  CHECK(unknown.response.body ==
        R"({"code":19001,"data":{},"msg":"param invalid: incoming webhook access token invalid"})");
  CHECK(sent(text_message("x"), {.is_gone = true}).code == "19001");
}

TEST_CASE("The signature has timestamp and secret for its key, and signs nothing") {
  json body = text_message("x");
  body["timestamp"] = "1599360473";
  body["sign"] = "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=";
  CHECK(sent(body, kSigned).is_accepted);
  CHECK(sent(body, kSigned, kNow + 1h).is_accepted);
  CHECK(sent(body, kSigned, kNow - 1h).is_accepted);
  CHECK(sent(body, kSigned, kNow + 1h + 1ms).code == "19021");
  CHECK(sent(body, kSigned, kNow - 1h - 1ms).code == "19021");
}

TEST_CASE("A signature that is wrong, missing or of other units does not match") {
  const std::string said =
      R"({"code":19021,"data":{},"msg":"sign match fail or timestamp is not within one hour from current time"})";
  json body = text_message("x");
  CHECK(sent(body, kSigned).response.body == said);
  body["timestamp"] = "1599360473";
  body["sign"] = "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc9=";
  CHECK(sent(body, kSigned).response.body == said);
  body["sign"] = "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=";
  body["timestamp"] = 1599360473;
  CHECK(sent(body, kSigned).code == "19021");
  body["timestamp"] = "1599360473000";
  CHECK(sent(body, kSigned).code == "19021");
}

TEST_CASE("A keyword must stand in what people read: the text, or a title") {
  const Receipt without = sent(text_message("17 of 20"), kWithKeyword);
  CHECK(without.response.body == R"({"code":19024,"data":{},"msg":"Key Words Not Found"})");
  CHECK(without.shown.text() == "17 of 20");
  CHECK(sent(text_message("jobtree: 17 of 20"), kWithKeyword).is_accepted);
  CHECK(sent(card_message(listed(division(plain("x")))), kWithKeyword).is_accepted);
}

TEST_CASE("A keyword that stands only in the URL of a button is not read") {
  const json button{{"tag", "button"}, {"text", plain("Open")}, {"url", "https://jobtree.example"}};
  json message = card_message(listed(json{{"tag", "action"}, {"actions", listed(button)}}));
  message["card"]["header"]["title"] = plain("failed");
  CHECK(sent(message, kWithKeyword).code == "19024");
}

TEST_CASE("A body has 20,000 bytes, whatever its characters, and must be JSON") {
  const std::size_t around = text_message("").dump().size();
  CHECK(sent(text_message(std::string(20'000 - around, 'x'))).is_accepted);
  CHECK(sent(text_message(std::string(20'001 - around, 'x'))).code == "9499");
  // A Chinese character has three bytes.
  CHECK(sent(text_message(repeated("败", (20'000 - around) / 3))).is_accepted);
  CHECK_FALSE(sent(text_message(repeated("败", (20'000 - around) / 3 + 1))).is_accepted);
  for (const std::string body : {"", "[]", "{", "\"x\"", "{\"msg_type\":\"\xff\"}"}) {
    const Receipt receipt = post(feishu::receive, kOpen, {.body = body});
    CHECK(receipt.response.status == 400);
    CHECK(receipt.response.body == R"({"code":9499,"data":{},"msg":"Bad Request"})");
  }
}

TEST_CASE("Feishu counts by the second and by the minute, and says so in two ways") {
  CHECK(feishu::rates().all.at(0).limit == 5);
  CHECK(feishu::rates().all.at(1).limit == 100);
  const auto excess = [](std::size_t rate) {
    return post(feishu::receive, kOpen, {.body = "{}", .excess = Excess{rate, 1s}}).response;
  };
  CHECK(excess(0).status == 400);
  CHECK(excess(0).body == R"({"code":9499,"data":{},"msg":"too many request"})");
  CHECK(excess(1).status == 200);
  CHECK(excess(1).body.starts_with(R"({"code":11232,"data":{},"msg":"frequency limited)"));
}

TEST_CASE("A card is shown line by line") {
  const json field{{"is_short", true}, {"text", markup("**Service**")}};
  const json button{{"tag", "button"}, {"text", plain("Open")}, {"url", "https://jobs.example/"}};
  const Receipt receipt =
      sent(card_message(listed(json{{"tag", "div"}, {"fields", listed(field)}},
                               json{{"tag", "markdown"}, {"content", "a *b*"}}, json{{"tag", "hr"}},
                               json{{"tag", "note"}, {"elements", listed(plain("c"))}},
                               json{{"tag", "action"}, {"actions", listed(button)}})));
  CHECK(receipt.code == "0");
  CHECK(receipt.shown.text() == "[jobtree] failed\n**Service**\na *b*\nc\nOpen");
  CHECK(receipt.shown.links() == std::vector<std::string>{"https://jobs.example/"});
}

TEST_CASE("A card that is not as the vendor has it is refused") {
  const auto code = [](const json& element) { return sent(card_message(listed(element))).code; };
  CHECK(sent(card_message(json::array())).code == "19002");
  CHECK(sent(card_message("text")).code == "19002");
  CHECK(code(json{{"tag", "div"}}) == "19002");
  CHECK(code(json{{"tag", "section"}, {"text", plain("x")}}) == "19002");
  CHECK(code(division(json{{"tag", "mrkdwn"}, {"content", "x"}})) == "19002");
  CHECK(code(division(json{{"tag", "plain_text"}, {"text", "x"}})) == "19002");
  CHECK(code(json{{"tag", "div"}, {"fields", listed(plain("x"))}}) == "19002");
  CHECK(code(json{{"tag", "action"}, {"actions", json::array()}}) == "19002");
  CHECK(code(json{{"tag", "action"}, {"actions", listed(json{{"tag", "link"}})}}) == "19002");
  CHECK(sent({{"msg_type", "interactive"}}).code == "19002");

  json card = card_message(listed(division(plain("x"))));
  CHECK(sent(card).code == "0");
  card["card"]["header"]["template"] = "crimson";
  CHECK(sent(card).code == "19002");
  card["card"]["header"] = json{{"title", "no object"}};
  CHECK(sent(card).code == "19002");
  card["card"].erase("header");
  CHECK(sent(card).code == "0");
}

TEST_CASE("Markup mentions in lark_md, markdown and texts, and nowhere in plain text") {
  const std::string everyone = "<at id=all></at>";
  const auto mentions = [](const json& body) { return sent(body).shown.mentions(); };
  using Names = std::vector<std::string>;
  CHECK(mentions(card_message(listed(division(markup(everyone))))) == Names{"all"});
  CHECK(mentions(card_message(listed(json{{"tag", "markdown"}, {"content", everyone}}))) ==
        Names{"all"});
  CHECK(mentions(card_message(listed(division(plain(everyone))))).empty());
  CHECK(mentions(card_message(listed(division(markup("&lt;at id=all&gt;&lt;/at&gt;"))))).empty());
  CHECK(mentions(text_message("<at user_id=\"ou_x\">Li</at>")) == Names{"ou_x"});
  CHECK(sent(card_message(listed(division(plain(everyone))))).shown.text() ==
        "[jobtree] failed\n<at id=all></at>");
}

TEST_CASE("A post is lines of texts, links and mentions") {
  const auto post_message = [](const json& lines) {
    const json post{{"zh_cn", {{"title", "失败"}, {"content", lines}}}};
    return json{{"msg_type", "post"}, {"content", {{"post", post}}}};
  };
  const json text{{"tag", "text"}, {"text", "17/20 "}};
  const json link{{"tag", "a"}, {"text", "打开"}, {"href", "https://jobs.example/"}};
  const json mention{{"tag", "at"}, {"user_id", "all"}};
  const Receipt receipt = sent(post_message(listed(listed(text, link), listed(mention))));
  CHECK(receipt.code == "0");
  CHECK(receipt.shown.text() == "失败\n17/20 打开");
  CHECK(receipt.shown.links() == std::vector<std::string>{"https://jobs.example/"});
  CHECK(receipt.shown.mentions() == std::vector<std::string>{"all"});
  const json nowhere{{"tag", "a"}, {"text", "x"}};
  CHECK(sent(post_message(listed(listed(nowhere)))).code == "19002");
  CHECK(sent(post_message(listed(listed(json{{"tag", "b"}})))).code == "19002");
  CHECK(sent(post_message(listed("line"))).code == "19002");
  CHECK(sent({{"msg_type", "post"}, {"content", {{"post", json::object()}}}}).code == "19002");
}

}  // namespace jobtree::simulator::feishu_test

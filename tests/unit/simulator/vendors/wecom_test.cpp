#include "simulator/vendors/wecom.h"

#include "unit/simulator/vendors/posted.h"

namespace jobtree::simulator::wecom_test {

using namespace std::chrono_literals;
using nlohmann::json;

namespace {

const Robot kRobot{.vendor = Vendor::wecom, .id = "simulated"};

Receipt sent(const json& body) {
  return post(wecom::receive, kRobot, {.body = body.dump()});
}

json message(const std::string& type, const std::string& content) {
  return {{"msgtype", type}, {type, {{"content", content}}}};
}

}  // namespace

TEST_CASE("WeCom says ok in the body") {
  const Receipt receipt = sent(message("markdown", "**failed**"));
  CHECK(receipt.is_accepted);
  CHECK(receipt.response.body == R"({"errcode":0,"errmsg":"ok"})");
  CHECK(receipt.shown.text() == "**failed**");
}

TEST_CASE("A text has 2048 bytes, markdown 4096, a Chinese character three of them") {
  CHECK(sent(message("text", std::string(2048, 'x'))).is_accepted);
  CHECK(sent(message("text", std::string(2049, 'x')))
            .response.body.starts_with(
                R"({"errcode":40058,"errmsg":"text.content exceed max length 2048. invalid )"));
  CHECK(sent(message("markdown", std::string(4096, 'x'))).is_accepted);
  const Receipt receipt = sent(message("markdown", repeated("败", 1366)));
  CHECK(receipt.response.status == 200);
  CHECK(receipt.response.body ==
        R"({"errcode":40058,"errmsg":"markdown.content exceed max length 4096. invalid Request )"
        R"(Parameter, hint: [1599360473000000000000001], from ip: 127.0.0.1, more info at )"
        R"(https://open.work.weixin.qq.com/devtool/query?e=40058"})");
  CHECK(sent(message("markdown", repeated("败", 1365))).is_accepted);
  CHECK(sent(message("markdown_v2", std::string(4097, 'x'))).code == "40058");
}

TEST_CASE("A robot that is not there is an invalid URL, with status 200") {
  const Receipt receipt = post_to_nobody(wecom::receive);
  CHECK(receipt.response.status == 200);
  CHECK(receipt.response.body.starts_with(
      R"({"errcode":93000,"errmsg":"invalid webhook url, hint: [)"));
  CHECK(post(wecom::receive, {.is_gone = true}, {.body = "{}"}).code == "93000");
}

TEST_CASE("More than twenty a minute are too many") {
  CHECK(wecom::rates().all.at(0).limit == 20);
  CHECK(wecom::rates().block == 0ms);
  CHECK(post(wecom::receive, kRobot, {.body = "{}", .excess = Excess{0, 1s}})
            .response.body.starts_with(R"({"errcode":45009,"errmsg":"api freq out of limit)"));
}

TEST_CASE("What WeCom does not understand has a code each") {
  CHECK(sent(message("card", "x")).code == "40008");
  CHECK(sent({{"msg_type", "text"}}).code == "40008");
  CHECK(sent(message("text", "")).code == "44004");
  CHECK(sent({{"msgtype", "text"}, {"text", "x"}}).code == "44004");
  CHECK(post(wecom::receive, kRobot, {.body = "{"}).code == "47001");
}

TEST_CASE("A text mentions by its lists, markdown single persons, and no form of it everybody") {
  using Names = std::vector<std::string>;
  json text = message("text", "failed");
  text["text"]["mentioned_list"] = {"li", "@all", 3};
  text["text"]["mentioned_mobile_list"] = {"13800000000"};
  CHECK(sent(text).shown.mentions() == Names{"li", "all", "13800000000"});
  json markdown = message("markdown", "failed <@wang> <@all>");
  markdown["markdown"]["mentioned_list"] = {"@all"};
  CHECK(sent(markdown).shown.mentions() == Names{"wang"});
  CHECK(sent(message("markdown_v2", "failed <@wang>")).shown.mentions().empty());
  CHECK(sent(message("text", "@all @wang")).shown.mentions().empty());
}

}  // namespace jobtree::simulator::wecom_test

#include "simulator/vendors/dingtalk.h"

#include "unit/simulator/vendors/posted.h"

namespace jobtree::simulator::dingtalk_test {

using namespace std::chrono_literals;
using nlohmann::json;

namespace {

const Robot kOpen{.vendor = Vendor::dingtalk, .id = "simulated"};
const Robot kSigned{.vendor = Vendor::dingtalk, .id = "simulated", .secret = "SECdemo"};
const std::string kGoodSign =
    "/robot/send?access_token=simulated&timestamp=1599360473000"
    "&sign=tGWkA5eQOQNCNPDgphtxIoNLO%2B%2FgD8Lcb705KQoRzeY%3D";

Receipt sent(const json& body, const Robot& robot = kOpen,
             const std::string& target = "/robot/send", WallTime now = kNow) {
  return post(dingtalk::receive, robot, {.body = body.dump(), .target = target, .now = now});
}

json markdown(const std::string& text, const std::string& title = "title") {
  return {{"msgtype", "markdown"}, {"markdown", {{"title", title}, {"text", text}}}};
}

}  // namespace

TEST_CASE("DingTalk says ok in the body") {
  const Receipt receipt = sent(markdown("#### failed"));
  CHECK(receipt.is_accepted);
  CHECK(receipt.response.body == R"({"errcode":0,"errmsg":"ok"})");
  CHECK(receipt.shown.text() == "#### failed");
}

TEST_CASE("The signature stands in the query, in milliseconds, with the secret as key") {
  CHECK(sent(markdown("x"), kSigned, kGoodSign).is_accepted);
  CHECK(sent(markdown("x"), kSigned, kGoodSign, kNow + 1h).is_accepted);
  const Receipt late = sent(markdown("x"), kSigned, kGoodSign, kNow + 1h + 1ms);
  CHECK(
      late.response.body.starts_with(R"({"errcode":310000,"errmsg":"invalid timestamp, more: [)"));
}

TEST_CASE("A sign that is not encoded for a URL, or that of other seconds, does not match") {
  const std::string unencoded =
      "/robot/send?timestamp=1599360473000&sign=tGWkA5eQOQNCNPDgphtxIoNLO+/gD8Lcb705KQoRzeY=";
  CHECK(sent(markdown("x"), kSigned, unencoded)
            .response.body.starts_with(R"({"errcode":310000,"errmsg":"sign not match, more: [)"));
  CHECK(sent(markdown("x"), kSigned, "/robot/send?timestamp=1599360473&sign=x").code == "310000");
  CHECK(sent(markdown("x"), kSigned, "/robot/send").code == "310000");
}

TEST_CASE("A robot that is not there, and one that was stopped") {
  CHECK(post_to_nobody(dingtalk::receive).response.body ==
        R"({"errcode":300005,"errmsg":"token is not exist"})");
  CHECK(sent(markdown("x"), {.is_gone = true}).code == "400102");
}

TEST_CASE("A keyword stands in the text or in the title") {
  const Robot robot{.vendor = Vendor::dingtalk, .id = "simulated", .keyword = "jobtree"};
  CHECK(sent(markdown("x"), robot)
            .response.body.starts_with(
                R"({"errcode":310000,"errmsg":"keywords not in content, more: [)"));
  CHECK(sent(markdown("x jobtree"), robot).is_accepted);
  CHECK(sent(markdown("x", "jobtree"), robot).is_accepted);
}

TEST_CASE("More than 20,000 bytes are too long, also in Chinese") {
  const std::size_t around = markdown("").dump().size();
  CHECK(sent(markdown(std::string(20'000 - around, 'x'))).is_accepted);
  CHECK(sent(markdown(std::string(20'001 - around, 'x'))).response.body ==
        R"({"errcode":460101,"errmsg":"message too long, exceed 20000 bytes"})");
  CHECK(sent(markdown(repeated("败", 6667))).code == "460101");
}

TEST_CASE("Twenty a minute, then nothing for ten minutes") {
  const Rates rates = dingtalk::rates();
  CHECK(rates.all.size() == 1);
  CHECK(rates.all.at(0).limit == 20);
  CHECK(rates.block == 10min);
  const Receipt receipt =
      post(dingtalk::receive, kOpen, {.body = "{}", .excess = Excess{0, 10min}});
  CHECK(receipt.response.status == 200);
  CHECK(receipt.response.body ==
        R"({"errcode":130101,"errmsg":"send too fast, exceed 20 times per minute"})");
}

TEST_CASE("A message of markdown has a title and a text, and says that it is JSON") {
  CHECK(sent(markdown("x", "")).code == "40035");
  CHECK(sent(markdown("", "title")).code == "40035");
  CHECK(sent({{"msgtype", "text"}, {"text", {{"content", "x"}}}}).code == "0");
  CHECK(sent({{"msgtype", "text"}, {"text", {{"text", "x"}}}}).code == "40035");
  CHECK(sent({{"msgtype", "image"}, {"image", {{"url", "x"}}}}).code == "400105");
  CHECK(sent(json::array()).code == "40035");
  CHECK(sent({{"markdown", {{"title", "x"}, {"text", "x"}}}}).code == "400105");
  const Posted untyped{.body = markdown("x").dump(), .headers = {{"Content-Type", "text/plain"}}};
  CHECK(post(dingtalk::receive, kOpen, untyped).code == "43004");
}

TEST_CASE("It takes a name in at, and the same name in the text, to call somebody") {
  using Names = std::vector<std::string>;
  const auto mentions = [](const std::string& text, const json& at) {
    json body = markdown(text);
    body["at"] = at;
    return sent(body).shown.mentions();
  };
  CHECK(mentions("failed @13800000000", {{"atMobiles", {"13800000000"}}}) == Names{"13800000000"});
  CHECK(mentions("failed @li", {{"atUserIds", {"li"}}}) == Names{"li"});
  CHECK(mentions("failed", {{"atMobiles", {"13800000000"}}}).empty());
  CHECK(mentions("failed @13800000000 @all @所有人", json::object()).empty());
  CHECK(mentions("failed", {{"isAtAll", true}}) == Names{"all"});
  CHECK(mentions("failed", {{"isAtAll", "true"}, {"atMobiles", {1, nullptr}}}).empty());
}

}  // namespace jobtree::simulator::dingtalk_test

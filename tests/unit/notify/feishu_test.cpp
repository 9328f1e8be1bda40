// Feishu and Lark: the card, its signature, and what their responses mean.
#include "notify/channels/feishu.h"

#include "unit/notify/told.h"

namespace jobtree::notify::feishu_test {

using namespace tests;

namespace {

constexpr auto kKind = ChannelKind::feishu;

/// All texts of one kind that a card has, anywhere.
std::vector<std::string> texts_of(const json& node, std::string_view tag) {
  std::vector<std::string> all;
  if (node.is_object() && node.contains("tag") && node["tag"] == tag && node.contains("content")) {
    all.push_back(node["content"]);
  }
  if (!node.is_structured()) return all;
  for (const json& child : node) {
    for (std::string& text : texts_of(child, tag))
      all.push_back(std::move(text));
  }
  return all;
}

}  // namespace

TEST_CASE("A card has a title in color, facts, the error and a button") {
  const json body = body_of(channel_of(kKind), failed_notice());
  CHECK(body.at("msg_type") == "interactive");
  CHECK_FALSE(body.contains("sign"));
  const json& card = body.at("card");
  CHECK(card.at("header").at("template") == "red");
  CHECK(card.at("header").at("title").at("content") == "Failed: Create EIPs (17/20)");
  CHECK(card.at("elements").at(0).at("fields").at(0).at("text").at("content") == "Service\neip");
  CHECK(card.at("elements").at(1).at("text").at("content") == "VPC.0501: quota exceeded");
  const json& action = card.at("elements").back();
  CHECK(action.at("tag") == "action");
  CHECK(action.at("actions").at(0).at("url") == failed_notice().link);
}

TEST_CASE("The signature is the vendor's: the key is made of time and secret, and signs nothing") {
  const HttpRequest request = request_of(channel_of(kKind), failed_notice(), secrets_of({"demo"}),
                                         Time(std::chrono::seconds(1599360473)));
  const json body = json::parse(request.body);
  CHECK(body.at("timestamp") == "1599360473");
  CHECK(body.at("sign") == "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=");
}

TEST_CASE("Each attempt is signed anew, for a signature is good for an hour") {
  const auto sign_at = [](const char* time) {
    return json::parse(
               request_of(channel_of(kKind), failed_notice(), secrets_of({"demo"}), time_at(time))
                   .body)
        .at("sign");
  };
  CHECK(sign_at("2026-11-28T22:28:18Z") != sign_at("2026-11-28T23:28:18Z"));
}

TEST_CASE("What came from the cloud is plain text, which mentions nobody") {
  Channel channel = channel_of(kKind);
  const json card = body_of(channel, hostile_notice()).at("card");
  CHECK(texts_of(card, "lark_md").empty());
  const json& title = card.at("header").at("title");
  CHECK(title.at("tag") == "plain_text");
  CHECK(contains(std::string(title.at("content")), "<at id=all></at>"));
  channel.mentions = {.everyone = true, .users = {"ou_1", "li@example.com"}};
  CHECK(
      texts_of(body_of(channel, hostile_notice()), "lark_md") ==
      std::vector<std::string>{"<at id=all></at><at id=ou_1></at><at email=li@example.com></at>"});
}

TEST_CASE("The keyword stands in every message, in its title") {
  Channel channel = channel_of(kKind);
  channel.keyword = "jobtree";
  store::JobRecord record = failed_record();
  record.status = Status::succeeded;
  const std::vector<Notice> notices{failed_notice()};
  for (const Content& content : std::initializer_list<Content>{
           failed_notice(), notice_of(record, settled()), test_notice(Time(), ""),
           digest_of(notices, true, kPublicUrl)}) {
    const json body = body_of(channel, content);
    const std::string title = body.at("card").at("header").at("title").at("content");
    CHECK(title.starts_with("[jobtree] "));
  }
}

TEST_CASE("A long message is cut to 20,000 bytes, and keeps title and link") {
  Channel channel = channel_of(kKind);
  channel.style.language = Language::zh;
  const HttpRequest request = request_of(channel, long_notice(), secrets_of({"demo"}));
  CHECK(request.body.size() <= 20'000);
  CHECK(json::accept(request.body));
  CHECK(contains(request.body, long_notice().link));
}

TEST_CASE("Only code 0 is a delivery, whatever the status is") {
  CHECK(shown(kKind, 200, R"({"code":0,"msg":"success","data":{},"StatusCode":0})") ==
        "delivered: Delivered.");
  CHECK(shown(kKind, 200, R"({"StatusCode":0,"StatusMessage":"success"})") ==
        "delivered: Delivered.");
  CHECK(shown(kKind, 500, R"({"code":0})").starts_with("again"));
  CHECK(shown(kKind, 200, R"({"code":"0"})").starts_with("again"));
  CHECK(shown(kKind, 200, R"({})").starts_with("again"));
  CHECK(shown(kKind, 200, "").starts_with("again"));
  CHECK(
      shown(kKind, 200, "<html>Welcome to the hotel</html>") ==
      "again: HTTP 200: The response is not the vendor's; check the URL, and what is between. The "
      "other side said: <html>Welcome to the hotel</html>");
}

TEST_CASE("A code says what to do") {
  CHECK(shown(kKind, 200, R"({"code":19024,"msg":"Key Words Not Found","StatusCode":0})") ==
        "never: 19024: The robot wants a keyword; set keyword. The other side said: Key Words Not "
        "Found");
  CHECK(shown(kKind, 200, R"({"code":19021,"msg":"sign match fail"})")
            .starts_with("never: 19021: The signature does not match"));
  CHECK(shown(kKind, 200, R"({"code":19001,"msg":"param invalid"})").starts_with("never"));
  CHECK(shown(kKind, 200, R"({"code":11232,"msg":"frequency limited"})").starts_with("shut 60"));
  CHECK(shown(kKind, 200, R"({"code":11111,"msg":"?"})").starts_with("again: 11111"));
}

TEST_CASE("9499 is two things, and its text tells which") {
  CHECK(shown(kKind, 400, R"({"code":9499,"msg":"too many request"})").starts_with("shut 60"));
  CHECK(shown(kKind, 400, R"({"code":9499,"msg":"Bad Request"})").starts_with("never: 9499"));
  CHECK(shown(kKind, 200, R"({"code":9499,"msg":7})").starts_with("never: 9499"));
}

}  // namespace jobtree::notify::feishu_test

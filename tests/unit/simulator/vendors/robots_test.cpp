#include "simulator/script/robots/robot_json.h"
#include "simulator/script/robots/webhook_secret.h"
#include "unit/catch.h"

namespace jobtree::simulator::robots_test {

namespace {

struct Read {
  std::vector<Robot> robots;
  Bilingual wrong;
};

Read read(const std::string& list) {
  const auto json = nlohmann::ordered_json::parse(R"({"robots": )" + list + "}");
  Read read;
  JsonReader reader(json, "", read.wrong);
  read.robots = read_robots(reader);
  return read;
}

std::string wrong(const std::string& robot) {
  return read('[' + robot + ']').wrong.en;
}

}  // namespace

TEST_CASE("Every member of a robot has its place") {
  const Read all = read(R"([
    {"vendor": "feishu", "id": "simulated-1", "secret": "s", "keyword": "k", "rates": false},
    {"vendor": "slack", "id": "T1/B1/simulated", "gone": true},
    {"vendor": "alertmanager", "secret": "p"}])");
  CHECK(all.wrong.empty());
  REQUIRE(all.robots.size() == 3);
  CHECK(all.robots[0].vendor == Vendor::feishu);
  CHECK(all.robots[0].id == "simulated-1");
  CHECK(all.robots[0].secret == "s");
  CHECK(all.robots[0].keyword == "k");
  CHECK_FALSE(all.robots[0].has_rates);
  CHECK_FALSE(all.robots[0].is_gone);
  CHECK(all.robots[1].has_rates);
  CHECK(all.robots[1].is_gone);
  CHECK(all.robots[2].secret == "p");
}

TEST_CASE("What is wrong with a robot is named with its place") {
  CHECK(read("{}").wrong.en == "robots must be a list");
  CHECK(wrong("1") == "robots[0] must be an object");
  CHECK(wrong("{}") == "robots[0].vendor is missing");
  CHECK(wrong(R"({"vendor": "teams"})") ==
        "robots[0].vendor must be one of feishu, dingtalk, wecom, slack, webhook, alertmanager");
  CHECK(wrong(R"({"vendor": "wecom"})") == "robots[0].id is missing");
  CHECK(wrong(R"({"vendor": "wecom", "id": "simulated/1"})") ==
        "robots[0].id can have only letters, digits, - and _");
  CHECK(wrong(R"({"vendor": "slack", "id": "simulated"})") ==
        "robots[0].id must be the T…/B…/… of a Slack URL");
  CHECK(wrong(R"({"vendor": "slack", "id": "T1/B1/simulated/x"})") ==
        "robots[0].id must be the T…/B…/… of a Slack URL");
  CHECK(wrong(R"({"vendor": "alertmanager", "id": "simulated"})")
            .starts_with("robots[0].id must not be there"));
  CHECK(wrong(R"({"vendor": "wecom", "id": "simulated", "secret": "s"})")
            .starts_with("robots[0].secret must not be there"));
  CHECK(wrong(R"({"vendor": "dingtalk", "id": "simulated", "secret": "s"})") ==
        "robots[0].secret must begin with SEC");
  CHECK(wrong(R"({"vendor": "webhook", "id": "simulated", "secret": "whsec_eA=="})") ==
        "robots[0].secret must be whsec_ and the base64 of 24 to 64 bytes");
  CHECK(wrong(R"({"vendor": "slack", "id": "T1/B1/simulated", "keyword": "k"})")
            .starts_with("robots[0].keyword must not be there"));
  CHECK(wrong(R"({"vendor": "wecom", "id": "simulated", "rates": "off"})") ==
        "robots[0].rates must be true or false");
  CHECK(wrong(R"({"vendor": "wecom", "id": "simulated", "name": "x"})") ==
        "robots[0] has an unknown member \"name\"");
  CHECK(
      wrong(R"({"vendor": "wecom", "id": "simulated"}, {"vendor": "wecom", "id": "simulated"})") ==
      "robots[1] is there twice: two robots have one URL");
}

TEST_CASE("The ID of a real robot is refused, and not repeated") {
  const std::string said = wrong(R"({"vendor": "feishu", "id": "b7a1c2d3-0000", "x": 1})");
  CHECK(said.starts_with("robots[0].id must have the word simulated in it. Never put the URL"));
  CHECK(said.find("b7a1") == std::string::npos);
}

TEST_CASE("There are at most a hundred robots") {
  std::string all;
  for (int i = 0; i <= 100; ++i) {
    all += (i == 0 ? "" : ",") + std::string(R"({"vendor": "wecom", "id": "simulated)") +
           std::to_string(i) + "\"}";
  }
  CHECK(wrong(all) == "robots has more than 100 entries");
}

TEST_CASE("The robots of a simulator that is given none would pass as those of a file") {
  for (const Robot& robot : demo_robots()) {
    nlohmann::ordered_json written{{"vendor", vendor_name(robot.vendor)}};
    if (!robot.id.empty()) written["id"] = robot.id;
    if (!robot.secret.empty()) written["secret"] = robot.secret;
    if (!robot.keyword.empty()) written["keyword"] = robot.keyword;
    CHECK(wrong(written.dump()).empty());
  }
}

}  // namespace jobtree::simulator::robots_test

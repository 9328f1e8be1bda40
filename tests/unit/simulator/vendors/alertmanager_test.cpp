#include "simulator/vendors/alertmanager.h"

#include "unit/simulator/vendors/posted.h"

namespace jobtree::simulator::alertmanager_test {

using nlohmann::json;

namespace {

const Robot kRobot{.vendor = Vendor::alertmanager};

json alert() {
  return {{"labels", {{"alertname", "JobtreeJobFailed"}, {"service", "eip"}}},
          {"annotations", {{"summary", "17 of 20"}}},
          {"startsAt", "2026-11-28T23:00:00Z"},
          {"endsAt", "2026-11-28T23:30:00Z"},
          {"generatorURL", "https://jobs.example/"}};
}

Receipt sent(const json& body, const Robot& robot = kRobot, const std::string& authorization = "") {
  Headers headers{{"Content-Type", "application/json"}};
  if (!authorization.empty()) headers.emplace_back("Authorization", authorization);
  return post(alertmanager::receive, robot, {.body = body.dump(), .headers = std::move(headers)});
}

Receipt sent_with(const char* name, const json& value) {
  json changed = alert();
  changed[name] = value;
  return sent(listed(changed));
}

}  // namespace

TEST_CASE("Alerts are taken with 200 and no body, and shown by name and annotations") {
  const Receipt receipt = sent(listed(alert()));
  CHECK(receipt.is_accepted);
  CHECK(receipt.response.status == 200);
  CHECK(receipt.response.body.empty());
  CHECK(receipt.shown.text() == "JobtreeJobFailed\nsummary: 17 of 20");
  CHECK(receipt.shown.links() == std::vector<std::string>{"https://jobs.example/"});
  CHECK(sent(json::array()).is_accepted);
}

TEST_CASE("An alert has labels, whose names are Prometheus's and whose values are texts") {
  CHECK(sent(listed(json::object())).response.status == 422);
  CHECK(sent(listed(json::object())).response.body ==
        R"({"code":602,"message":"labels in body is required"})");
  CHECK(sent_with("labels", json::object()).response.status == 400);
  CHECK(sent_with("labels", {{"job-type", "x"}}).response.status == 400);
  CHECK(sent_with("labels", {{"0type", "x"}}).response.status == 400);
  CHECK(sent_with("labels", {{"jobs", 20}}).response.status == 400);
  CHECK(sent_with("annotations", {{"jobs", 20}}).response.status == 400);
  CHECK(sent_with("annotations", "text").response.status == 400);
}

TEST_CASE("An alert ends after it starts, and its times and its URL are some") {
  CHECK(sent_with("endsAt", "2026-11-28T22:59:59Z").response.body ==
        R"({"code":400,"message":"start time must be before end time"})");
  CHECK(sent_with("startsAt", "yesterday").response.status == 422);
  CHECK(sent_with("endsAt", 1764370000).response.status == 422);
  CHECK(sent_with("generatorURL", "jobs").response.status == 422);
  json open = alert();
  open.erase("endsAt");
  open.erase("startsAt");
  CHECK(sent(listed(open)).is_accepted);
}

TEST_CASE("Only a list of JSON is taken") {
  CHECK(sent(alert()).response.status == 400);
  CHECK(post(alertmanager::receive, kRobot, {.body = "["}).response.status == 400);
  CHECK(post(alertmanager::receive, kRobot,
             {.body = "[]", .headers = {{"Content-Type", "text/plain"}}})
            .response.status == 415);
}

TEST_CASE("With a secret there has to be a token, or a password") {
  const Robot robot{.vendor = Vendor::alertmanager, .secret = "simulated"};
  CHECK(sent(json::array(), robot).response.status == 401);
  CHECK(sent(json::array(), robot).response.headers.at(0).first == "WWW-Authenticate");
  CHECK(sent(json::array(), robot, "Bearer simulated").is_accepted);
  CHECK_FALSE(sent(json::array(), robot, "Bearer other").is_accepted);
  // jobtree:simulated, jobtree:other, simulated
  CHECK(sent(json::array(), robot, "Basic am9idHJlZTpzaW11bGF0ZWQ=").is_accepted);
  CHECK_FALSE(sent(json::array(), robot, "Basic am9idHJlZTpvdGhlcg==").is_accepted);
  CHECK_FALSE(sent(json::array(), robot, "Basic c2ltdWxhdGVk").is_accepted);
  CHECK_FALSE(sent(json::array(), robot, "Basic ?").is_accepted);
}

TEST_CASE("Who has no Alertmanager finds nothing there") {
  CHECK(post_to_nobody(alertmanager::receive).response.status == 404);
}

}  // namespace jobtree::simulator::alertmanager_test

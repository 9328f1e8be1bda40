#include "simulator/vendors/vendor_api.h"

#include "simulator/vendors/vendor_routes.h"
#include "unit/catch.h"

namespace jobtree::simulator::vendor_api_test {

using namespace std::chrono_literals;

namespace {

constexpr KeyLock::Time kSteady{1h};

std::optional<VendorResult> sent(VendorApi& vendors, std::string_view target,
                                 std::string_view body = "{}", std::string_view method = "POST",
                                 KeyLock::Time steady = kSteady) {
  const Request request{.method = method,
                        .target = target,
                        .headers = {{"Content-Type", "application/json"}},
                        .body = body};
  return vendors.handle({request, "id", WallTime{500000h}, steady});
}

}  // namespace

TEST_CASE("Every robot is reached at the path of its vendor") {
  VendorApi vendors(demo_robots(), 1);
  for (const Robot& robot : vendors.robots()) {
    const std::string path = path_of(robot);
    INFO(path);
    const auto result =
        sent(vendors, path + (path.find('?') == std::string::npos ? "?a=b" : "&a=b"));
    REQUIRE(result);
    CHECK(result->vendor == robot.vendor);
    CHECK(result->robot == robot.id);
    CHECK(result->target == path);
  }
}

TEST_CASE("What is no vendor's path is not theirs") {
  VendorApi vendors(demo_robots(), 1);
  for (const char* target : {"/", "/v1/p/jobs/j", "/open-apis/bot/v2/hook", "/robot/send/x",
                             "/cgi-bin/webhook", "/api/v2/alerts/groups", "/services"}) {
    INFO(target);
    CHECK_FALSE(sent(vendors, target));
  }
}

TEST_CASE("The ID of a robot that is not known, which may be a real one's, is not told") {
  VendorApi vendors(demo_robots(), 1);
  const auto feishu = sent(vendors, "/open-apis/bot/v2/hook/b7a1c2d3");
  CHECK(feishu->receipt.code == "19001");
  CHECK(feishu->robot.empty());
  CHECK(feishu->target == "/open-apis/bot/v2/hook/");
  const auto dingtalk = sent(vendors, "/robot/send?access_token=b7a1&timestamp=1&sign=2");
  CHECK(dingtalk->receipt.code == "300005");
  CHECK(dingtalk->target == "/robot/send");
  CHECK(sent(vendors, "/cgi-bin/webhook/send?key=")->receipt.code == "93000");
  CHECK(sent(vendors, "/services/T1/B1/x")->receipt.code == "invalid_token");
}

TEST_CASE("A vendor that is busy says so in its own words, half of them with status 200") {
  const auto said = [](Vendor vendor) {
    const Receipt receipt = busy(vendor);
    CHECK_FALSE(receipt.is_accepted);
    return std::to_string(receipt.response.status) + ' ' + receipt.code;
  };
  CHECK(said(Vendor::feishu) == "200 11232");
  CHECK(said(Vendor::dingtalk) == "200 -1");
  CHECK(said(Vendor::wecom) == "200 -1");
  CHECK(said(Vendor::slack) == "500 rollup_error");
  CHECK(said(Vendor::webhook) == "503 503");
  CHECK(said(Vendor::alertmanager) == "503 503");
}

TEST_CASE("Robots take POST alone") {
  VendorApi vendors(demo_robots(), 1);
  const auto result = sent(vendors, "/services/T0SIMULATED/B0SIMULATED/simulated", "", "GET");
  CHECK(result->receipt.response.status == 405);
  CHECK_FALSE(result->receipt.is_accepted);
}

TEST_CASE("Each robot has its own rates, by the steady clock and at the simulator's speed") {
  VendorApi vendors({{.vendor = Vendor::dingtalk, .id = "simulated-1"},
                     {.vendor = Vendor::dingtalk, .id = "simulated-2"},
                     {.vendor = Vendor::dingtalk, .id = "simulated-3", .has_rates = false}},
                    10);
  const auto code = [&vendors](int robot, KeyLock::Time time) {
    const std::string target = "/robot/send?access_token=simulated-" + std::to_string(robot);
    return sent(vendors, target, R"({"msgtype":"text","text":{"content":"x"}})", "POST", time)
        ->receipt.code;
  };
  for (int i = 0; i < 20; ++i)
    CHECK(code(1, kSteady) == "0");
  CHECK(code(1, kSteady) == "130101");
  CHECK(code(1, kSteady + 59s) == "130101");
  CHECK(code(2, kSteady) == "0");
  CHECK(code(1, kSteady + 60s) == "0");
  for (int i = 0; i < 50; ++i)
    CHECK(code(3, kSteady) == "0");
}

TEST_CASE("Feishu takes five in a second and a hundred in a minute") {
  VendorApi vendors({{.vendor = Vendor::feishu, .id = "simulated"}}, 1);
  const auto code = [&vendors](KeyLock::Time time) {
    return sent(vendors, "/open-apis/bot/v2/hook/simulated",
                R"({"msg_type":"text","content":{"text":"x"}})", "POST", time)
        ->receipt.code;
  };
  for (int second = 0; second < 20; ++second) {
    for (int i = 0; i < 5; ++i)
      CHECK(code(kSteady + std::chrono::seconds(second)) == "0");
    CHECK(code(kSteady + std::chrono::seconds(second)) == "9499");
  }
  CHECK(code(kSteady + 20s) == "11232");
  CHECK(code(kSteady + 60s) == "0");
}

}  // namespace jobtree::simulator::vendor_api_test

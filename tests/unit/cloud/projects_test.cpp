// The key's own project or account, found out from an IAM that a script plays.
#include <chrono>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cloud/ask/transport.h"
#include "cloud/cloud.h"
#include "cloud/key/key_ring.h"
#include "cloud/where/catalogue.h"
#include "unit/catch.h"

namespace {

using namespace std::chrono;  // NOLINT(google-build-using-namespace)
using namespace jobtree;
using namespace jobtree::cloud;  // NOLINT(google-build-using-namespace)

const std::string kFirst(32, 'a');
const std::string kSecond(32, 'b');

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string project(const std::string& id, const std::string& name) {
  return R"({"id":")" + id + R"(","name":")" + name + R"("})";
}

/// Answers by what a URL ends with; everything else is a job.
struct Wire {
  std::map<std::string, std::pair<int, std::string>> answers;
  std::vector<std::string> urls;
  std::vector<std::vector<Header>> headers;
  std::optional<system_clock::time_point> date{};  ///< of the answers
  steady_clock::time_point steady{};

  int asked(const std::string& part) const {
    return static_cast<int>(std::count_if(
        urls.begin(), urls.end(), [&part](const auto& url) { return contains(url, part); }));
  }
};

class FakeTransport final : public Transport {
 public:
  explicit FakeTransport(Wire& wire) : wire_(wire) {}
  HttpReply send(std::string_view, const std::string& url,
                 std::span<const Header> headers) override {
    wire_.urls.push_back(url);
    wire_.headers.emplace_back(headers.begin(), headers.end());
    HttpReply reply;
    reply.end = HttpReply::End::complete;
    reply.status = 200;
    reply.body = "{}";
    reply.date = wire_.date;
    for (const auto& [end, answer] : wire_.answers) {
      if (!url.ends_with(end)) continue;
      reply.status = answer.first;
      reply.body = answer.second;
    }
    return reply;
  }

 private:
  Wire& wire_;
};

std::unique_ptr<JobSource> cloud_on(Wire& wire) {
  auto made = Catalogue::make();
  REQUIRE(made);
  Clock clock = real_clock();
  clock.steady = [&wire] { return wire.steady; };
  clock.sleep = [&wire](milliseconds time) { wire.steady += time; };
  return make_cloud(KeyRing::of({{"AKTEST", Secret("sk")}, Secret(), "", "", "test"}, clock),
                    std::make_shared<const Catalogue>(std::move(made.value())),
                    std::make_unique<FakeTransport>(wire), Rate{1000, seconds(1)}, clock);
}

JobAddress address(const char* service = "eip", const char* region = "cn-north-4") {
  return {region, service, "-", "ff808082843684110184e155fdb36461"};
}

}  // namespace

TEST_CASE("The key's project is asked for by the region's name, signed, and kept") {
  Wire wire;
  wire.answers["/v3/projects?name=cn-north-4"] = {
      200, R"({"projects":[)" + project(kFirst, "cn-north-4") + "]}"};
  const auto cloud = cloud_on(wire);
  CHECK(cloud->job(address()).outcome == Outcome::succeeded);
  REQUIRE(wire.urls.size() == 2);
  CHECK(wire.urls[0] == "https://iam.cn-north-4.myhuaweicloud.com/v3/projects?name=cn-north-4");
  CHECK(contains(wire.urls[1], "/v1/" + kFirst + "/jobs/"));
  bool is_signed = false;
  for (const Header& header : wire.headers[0]) {
    is_signed = is_signed || header.name == "Authorization";
    CHECK(header.name != "X-Project-Id");
  }
  CHECK(is_signed);
  for (int i = 0; i < 5; ++i)
    cloud->job(address("ecs"));
  CHECK(wire.asked("/v3/projects") == 1);
}

TEST_CASE("Each region has a project of its own") {
  Wire wire;
  wire.answers["name=cn-north-4"] = {200,
                                     R"({"projects":[)" + project(kFirst, "cn-north-4") + "]}"};
  wire.answers["name=cn-east-3"] = {200, R"({"projects":[)" + project(kSecond, "cn-east-3") + "]}"};
  const auto cloud = cloud_on(wire);
  cloud->job(address());
  cloud->job(address("eip", "cn-east-3"));
  CHECK(contains(wire.urls.back(), "/v1/" + kSecond + "/jobs/"));
}

TEST_CASE("Of several projects none is picked; the operator is told which there are") {
  Wire wire;
  wire.answers["name=cn-north-4"] = {200, R"({"projects":[)" + project(kFirst, "cn-north-4") + "," +
                                              project(kSecond, "cn-north-4_dev") + "]}"};
  const JobReply answer = cloud_on(wire)->job(address());
  CHECK(answer.outcome == Outcome::unknown_project);
  CHECK(contains(answer.detail, "2 projects"));
  CHECK(contains(answer.detail, "--project"));
  CHECK_FALSE(contains(answer.detail, kFirst));
  CHECK(contains(answer.log_detail, kFirst + " (cn-north-4)"));
  CHECK(contains(answer.log_detail, kSecond + " (cn-north-4_dev)"));
  CHECK(wire.asked("/jobs/") == 0);
}

TEST_CASE("No project, or an answer that lists none, says so") {
  for (const char* body : {R"({"projects":[]})", "{}", "[]", R"({"projects":{}})",
                           R"({"projects":[7,{"id":"../.."},{"id":null}]})"}) {
    INFO(body);
    Wire wire;
    wire.answers["name=cn-north-4"] = {200, body};
    const JobReply answer = cloud_on(wire)->job(address());
    CHECK(answer.outcome == Outcome::unknown_project);
    CHECK(contains(answer.detail, "no project in region cn-north-4"));
  }
}

TEST_CASE("A failed search is not repeated at every poll, but it is repeated") {
  Wire wire;
  wire.answers["name=cn-north-4"] = {200, R"({"projects":[]})"};
  const auto cloud = cloud_on(wire);
  for (int i = 0; i < 5; ++i)
    cloud->job(address());
  CHECK(wire.asked("/v3/projects") == 1);
  wire.answers["name=cn-north-4"] = {200,
                                     R"({"projects":[)" + project(kFirst, "cn-north-4") + "]}"};
  wire.steady += seconds(11);
  CHECK(cloud->job(address()).outcome == Outcome::succeeded);
}

TEST_CASE("What the operator should know is said once, also when IAM's answer gave it away") {
  Wire wire;
  wire.date = system_clock::now() - 5min;
  SECTION("that named a project") {
    wire.answers["name=cn-north-4"] = {200,
                                       R"({"projects":[)" + project(kFirst, "cn-north-4") + "]}"};
  }
  SECTION("that named none") {
    wire.answers["name=cn-north-4"] = {200, R"({"projects":[]})"};
  }
  const auto cloud = cloud_on(wire);
  const JobReply first = cloud->job(address());
  REQUIRE(first.notices.size() == 1);
  CHECK(contains(first.notices[0], "the clock of this machine is 5 minutes ahead"));
  CHECK(cloud->job(address()).notices.empty());
}

namespace {

/// An IAM that says nothing of one region until it is let go.
class SilentIam final : public Transport {
 public:
  SilentIam(std::promise<void>& asked, std::shared_future<void> let_go)
      : asked_(asked), let_go_(std::move(let_go)) {}
  HttpReply send(std::string_view, const std::string& url, std::span<const Header>) override {
    HttpReply reply;
    reply.end = HttpReply::End::complete;
    reply.status = 200;
    reply.body = "{}";
    if (contains(url, "/v3/projects"))
      reply.body = R"({"projects":[)" + project(kFirst, "x") + "]}";
    if (contains(url, "name=cn-east-3")) {
      asked_.set_value();
      let_go_.wait();
    }
    return reply;
  }

 private:
  std::promise<void>& asked_;
  const std::shared_future<void> let_go_;
};

}  // namespace

TEST_CASE("An IAM that says nothing of one region keeps no other waiting") {
  auto made = Catalogue::make();
  REQUIRE(made);
  std::promise<void> asked;
  std::promise<void> let_go;
  const auto cloud = make_cloud(
      KeyRing::of({{"AKTEST", Secret("sk")}, Secret(), "", "", "test"}, real_clock()),
      std::make_shared<const Catalogue>(std::move(made.value())),
      std::make_unique<SilentIam>(asked, let_go.get_future().share()), Rate{1000, seconds(1)});
  CHECK(cloud->job(address()).outcome ==
        Outcome::succeeded);  // the key is proven, the project known
  const auto ask = [&cloud](const char* region) {
    return std::async(std::launch::async, [&cloud, region] {
      return cloud->job(address("eip", region)).outcome == Outcome::succeeded;
    });
  };
  auto silent = ask("cn-east-3");
  asked.get_future().wait();
  auto known = ask("cn-north-4");
  auto other = ask("cn-south-1");
  CHECK(known.wait_for(5s) == std::future_status::ready);
  CHECK(other.wait_for(5s) == std::future_status::ready);
  CHECK(silent.wait_for(0s) == std::future_status::timeout);
  let_go.set_value();
  CHECK(silent.get());
}

TEST_CASE("A key that IAM refuses is refused, not without a project") {
  Wire wire;
  wire.answers["name=cn-north-4"] = {401,
                                     R"({"error_code":"APIGW.0301","error_msg":"ak not exist"})"};
  const JobReply answer = cloud_on(wire)->job(address());
  CHECK(answer.outcome == Outcome::denied);
  CHECK(answer.http_status == 401);
  CHECK(answer.error_code == "APIGW.0301");
}

TEST_CASE("A global service is asked with the key's account") {
  Wire wire;
  wire.answers["/v3/auth/domains"] = {200, R"({"domains":[)" + project(kFirst, "acme") + "]}"};
  const auto cloud = cloud_on(wire);
  CHECK(cloud->job(address("geip")).outcome == Outcome::succeeded);
  CHECK(wire.urls.back() == "https://eip.myhuaweicloud.com/v3/" + kFirst +
                                "/geip/jobs/ff808082843684110184e155fdb36461");
  bool has_domain = false;
  for (const Header& header : wire.headers.back()) {
    has_domain = has_domain || (header.name == "X-Domain-Id" && header.value == kFirst);
    CHECK(header.name != "X-Project-Id");
  }
  CHECK(has_domain);
  cloud->job(address("geip", "cn-east-3"));
  CHECK(wire.asked("/v3/auth/domains") == 1);
}

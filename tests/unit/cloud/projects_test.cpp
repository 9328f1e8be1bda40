// The key's own project or account, found out from an IAM that a script plays.
#include <algorithm>
#include <atomic>
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
#include "support/fake_network.h"
#include "support/fake_shared_limits.h"
#include "unit/catch.h"

namespace projects_test {

namespace {

using namespace std::chrono;  // NOLINT(google-build-using-namespace)
using namespace jobtree;
using namespace jobtree::cloud;  // NOLINT(google-build-using-namespace)
using namespace jobtree::tests;  // NOLINT(google-build-using-namespace)

const std::string kFirst(32, 'a');
const std::string kSecond(32, 'b');

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string project(const std::string& id, const std::string& name) {
  return R"({"id":")" + id + R"(","name":")" + name + R"("})";
}

/// A network that answers by what a URL ends with; everything else is a job.
struct Iam : FakeNetwork {
  Iam() {
    respond = [this](const SentRequest& request) {
      HttpReply reply = http_reply(200, "{}");
      for (const auto& [end, answer] : answers) {
        if (request.url.ends_with(end)) reply = http_reply(answer.first, answer.second);
      }
      reply.clock_ahead = clock_ahead;
      return reply;
    };
  }

  std::map<std::string, std::pair<int, std::string>> answers;
  std::optional<system_clock::duration> clock_ahead{};

  int asked(const std::string& part) const {
    return static_cast<int>(std::ranges::count_if(
        sent, [&part](const auto& request) { return contains(request.url, part); }));
  }
};

std::unique_ptr<JobSource> cloud_on(std::unique_ptr<Transport> transport, const Clock& clock,
                                    SharedLimits* shared = nullptr) {
  auto made = Catalogue::make();
  REQUIRE(made);
  return make_cloud(KeyRing::of({{"AKTEST", Secret("sk")}, Secret(), "", "", "test"}, clock),
                    std::make_shared<const Catalogue>(std::move(made.value())),
                    std::move(transport), Rate{1000, seconds(1)}, clock, shared);
}

std::unique_ptr<JobSource> cloud_on(Iam& iam) {
  return cloud_on(iam.transport(), iam.clock());
}

JobAddress address(const char* service = "eip", const char* region = "cn-north-4",
                   const char* job = "ff808082843684110184e155fdb36461") {
  return {region, service, "-", job};
}

}  // namespace

TEST_CASE("The key's project is asked for by the region's name, signed, and kept") {
  Iam iam;
  iam.answers["/v3/projects?name=cn-north-4"] = {
      200, R"({"projects":[)" + project(kFirst, "cn-north-4") + "]}"};
  const auto cloud = cloud_on(iam);
  CHECK(query_once(*cloud, address()).outcome == Outcome::succeeded);
  REQUIRE(iam.sent.size() == 2);
  CHECK(iam.sent[0].url == "https://iam.cn-north-4.myhuaweicloud.com/v3/projects?name=cn-north-4");
  CHECK(contains(iam.sent[1].url, "/v1/" + kFirst + "/jobs/"));
  bool is_signed = false;
  for (const Header& header : iam.sent[0].headers) {
    is_signed = is_signed || header.name == "Authorization";
    CHECK(header.name != "X-Project-Id");
  }
  CHECK(is_signed);
  for (int i = 0; i < 5; ++i)
    query_once(*cloud, address("ecs"));
  CHECK(iam.asked("/v3/projects") == 1);
}

TEST_CASE("The project that one replica found is not asked for by the others") {
  Iam iam;
  iam.answers["/v3/projects?name=cn-north-4"] = {
      200, R"({"projects":[)" + project(kFirst, "cn-north-4") + "]}"};
  SharedTable table;
  FakeSharedLimits ones(table), others(table);
  const auto one = cloud_on(iam.transport(), iam.clock(), &ones);
  const auto other = cloud_on(iam.transport(), iam.clock(), &others);
  CHECK(query_once(*one, address()).outcome == Outcome::succeeded);
  CHECK(query_once(*other, address()).outcome == Outcome::succeeded);
  CHECK(iam.asked("/v3/projects") == 1);
  CHECK(contains(iam.sent.back().url, "/v1/" + kFirst + "/jobs/"));
  for (const auto& [name, id] : table.owners)
    CHECK_FALSE(contains(name, "AKTEST"));

  // What stands there is checked, and a database that is away only means to ask oneself.
  for (auto& [name, id] : table.owners)
    id = "../../v3/users";
  const auto third = cloud_on(iam.transport(), iam.clock(), &ones);
  CHECK(query_once(*third, address()).outcome == Outcome::succeeded);
  CHECK(iam.asked("/v3/projects") == 2);
  ones.is_away = true;
  const auto fourth = cloud_on(iam.transport(), iam.clock(), &ones);
  CHECK(query_once(*fourth, address()).outcome == Outcome::succeeded);
  CHECK(iam.asked("/v3/projects") == 3);
}

TEST_CASE("A project is asked for where the profile says IAM is") {
  Iam iam;
  iam.answers["name=cn-north-4"] = {200, R"({"projects":[)" + project(kFirst, "cn-north-4") + "]}"};
  Credentials credentials{{"AKTEST", Secret("sk")}, Secret(), "", "", "test"};
  credentials.iam = {{"https", "iam.example"}};
  const auto cloud =
      make_cloud(KeyRing::of(std::move(credentials), iam.clock()),
                 std::make_shared<const Catalogue>(std::move(Catalogue::make().value())),
                 iam.transport(), Rate{1000, seconds(1)}, iam.clock());
  CHECK(query_once(*cloud, address()).outcome == Outcome::succeeded);
  CHECK(iam.sent.at(0).url == "https://iam.example/v3/projects?name=cn-north-4");
}

TEST_CASE("Each region has a project of its own") {
  Iam iam;
  iam.answers["name=cn-north-4"] = {200, R"({"projects":[)" + project(kFirst, "cn-north-4") + "]}"};
  iam.answers["name=cn-east-3"] = {200, R"({"projects":[)" + project(kSecond, "cn-east-3") + "]}"};
  const auto cloud = cloud_on(iam);
  query_once(*cloud, address());
  query_once(*cloud, address("eip", "cn-east-3"));
  CHECK(contains(iam.sent.back().url, "/v1/" + kSecond + "/jobs/"));
}

TEST_CASE("Of several projects none is picked; the operator is told which there are") {
  Iam iam;
  iam.answers["name=cn-north-4"] = {200, R"({"projects":[)" + project(kFirst, "cn-north-4") + "," +
                                             project(kSecond, "cn-north-4_dev") + "]}"};
  const JobReply answer = query_once(*cloud_on(iam), address());
  CHECK(answer.outcome == Outcome::unknown_project);
  CHECK(contains(answer.detail.en, "2 projects"));
  CHECK(contains(answer.detail.en, "--project"));
  CHECK_FALSE(contains(answer.detail.en, kFirst));
  CHECK(contains(answer.log_detail, kFirst + " (cn-north-4)"));
  CHECK(contains(answer.log_detail, kSecond + " (cn-north-4_dev)"));
  CHECK(iam.asked("/jobs/") == 0);
}

TEST_CASE("No project, or an answer that lists none, says so") {
  for (const char* body : {R"({"projects":[]})", "{}", "[]", R"({"projects":{}})",
                           R"({"projects":[7,{"id":"../.."},{"id":null}]})"}) {
    INFO(body);
    Iam iam;
    iam.answers["name=cn-north-4"] = {200, body};
    const JobReply answer = query_once(*cloud_on(iam), address());
    CHECK(answer.outcome == Outcome::unknown_project);
    CHECK(contains(answer.detail.en, "no project in region cn-north-4"));
  }
}

TEST_CASE("A failed search is not repeated at every poll, but it is repeated") {
  Iam iam;
  iam.answers["name=cn-north-4"] = {200, R"({"projects":[]})"};
  const auto cloud = cloud_on(iam);
  for (int i = 0; i < 5; ++i)
    query_once(*cloud, address());
  CHECK(iam.asked("/v3/projects") == 1);
  iam.answers["name=cn-north-4"] = {200, R"({"projects":[)" + project(kFirst, "cn-north-4") + "]}"};
  iam.steady += seconds(11);
  CHECK(query_once(*cloud, address()).outcome == Outcome::succeeded);
}

TEST_CASE("What the operator should know is said once, also when IAM's answer gave it away") {
  Iam iam;
  iam.clock_ahead = 5min;
  SECTION("that named a project") {
    iam.answers["name=cn-north-4"] = {200,
                                      R"({"projects":[)" + project(kFirst, "cn-north-4") + "]}"};
  }
  SECTION("that named none") {
    iam.answers["name=cn-north-4"] = {200, R"({"projects":[]})"};
  }
  const auto cloud = cloud_on(iam);
  const JobReply first = query_once(*cloud, address());
  REQUIRE(first.notices.size() == 1);
  CHECK(contains(first.notices[0].en, "this machine's clock is 5 minutes ahead"));
  CHECK(query_once(*cloud, address()).notices.empty());
}

TEST_CASE("Of IAM's list no more than a megabyte is taken, and nothing that is nested deeply") {
  Iam iam;
  std::string deep = R"({"projects":[)" + project(kFirst, "a") + R"(],"x":)";
  deep += std::string(100000, '[') + std::string(100000, ']') + "}";
  iam.answers["name=cn-north-4"] = {200, deep};
  CHECK(query_once(*cloud_on(iam), address()).outcome == Outcome::succeeded);
  CHECK(iam.sent.at(0).max_body == std::size_t{1} << 20);
  CHECK(iam.sent.at(1).max_body == 0);
}

TEST_CASE("An IAM that is slow is queried once, and holds up nobody who does not need it") {
  /// Says nothing of one region until it is let go.
  class Silent final : public Transport {
   public:
    HttpReply send(const HttpRequest& request) override {
      if (!contains(request.url, "/v3/projects")) return http_reply(200, "{}");
      if (contains(request.url, "name=cn-east-3")) {
        ++calls;
        asked.set_value();
        let_go.wait();
      }
      return http_reply(200, R"({"projects":[)" + project(kFirst, "x") + "]}");
    }
    std::atomic<int> calls = 0;
    std::promise<void> asked;
    std::promise<void> go;
    std::shared_future<void> let_go = go.get_future().share();
  };
  auto made = std::make_unique<Silent>();
  Silent& iam = *made;
  const auto cloud = cloud_on(std::move(made), real_clock());
  CHECK(query_once(*cloud, address()).outcome == Outcome::succeeded);  // the key is proven
  const auto first = address("eip", "cn-east-3");
  auto silent = std::async(std::launch::async, [&] { return query_once(*cloud, first); });
  iam.asked.get_future().wait();
  const auto second = address("eip", "cn-east-3", "another");
  CHECK(query_once(*cloud, second).outcome ==
        Outcome::deferred);  // on this thread: it does not wait
  CHECK(query_once(*cloud, address()).outcome == Outcome::succeeded);
  CHECK(query_once(*cloud, address("eip", "cn-south-1")).outcome == Outcome::succeeded);
  iam.go.set_value();
  CHECK(silent.get().outcome == Outcome::succeeded);
  CHECK(iam.calls == 1);
}

TEST_CASE("A look-up that is deferred goes on, for whoever comes next") {
  Iam iam;
  iam.chance = 0.5;
  iam.answers["name=cn-north-4"] = {503, "{}"};
  const auto cloud = cloud_on(iam);
  const JobReply first = query_once(*cloud, address());
  REQUIRE(first.outcome == Outcome::deferred);
  iam.pass(first.not_before - iam.steady);
  iam.answers["name=cn-north-4"] = {200, R"({"projects":[)" + project(kFirst, "x") + "]}"};
  const JobAddress other = address("eip", "cn-north-4", "another");
  CHECK(query_once(*cloud, other).outcome == Outcome::succeeded);
  CHECK(iam.asked("/v3/projects") == 2);
}

TEST_CASE("A key that IAM refuses is refused, not without a project") {
  Iam iam;
  iam.answers["name=cn-north-4"] = {401,
                                    R"({"error_code":"APIGW.0301","error_msg":"ak not exist"})"};
  const JobReply answer = query_once(*cloud_on(iam), address());
  CHECK(answer.outcome == Outcome::denied);
  CHECK(answer.http_status == 401);
  CHECK(answer.error_code == "APIGW.0301");
}

TEST_CASE("A global service is asked with the key's account") {
  Iam iam;
  iam.answers["/v3/auth/domains"] = {200, R"({"domains":[)" + project(kFirst, "acme") + "]}"};
  const auto cloud = cloud_on(iam);
  CHECK(query_once(*cloud, address("geip")).outcome == Outcome::succeeded);
  CHECK(iam.sent.back().url == "https://eip.myhuaweicloud.com/v3/" + kFirst +
                                   "/geip/jobs/ff808082843684110184e155fdb36461");
  bool has_domain = false;
  for (const Header& header : iam.sent.back().headers) {
    has_domain = has_domain || (header.name == "X-Domain-Id" && header.value == kFirst);
    CHECK(header.name != "X-Project-Id");
  }
  CHECK(has_domain);
  query_once(*cloud, address("geip", "cn-east-3"));
  CHECK(iam.asked("/v3/auth/domains") == 1);
}

TEST_CASE("The key's own ids are told by themselves, and kept for the jobs that come") {
  Iam iam;
  iam.answers["name=cn-north-4"] = {200, R"({"projects":[)" + project(kFirst, "cn-north-4") + "]}"};
  iam.answers["/v3/auth/domains"] = {200, R"({"domains":[)" + project(kSecond, "acme") + "]}"};
  const auto cloud = cloud_on(iam);
  const JobReply own = cloud->own_id(Owner::project, "cn-north-4");
  CHECK(own.outcome == Outcome::succeeded);
  CHECK(own.body == kFirst);
  CHECK(cloud->own_id(Owner::domain, "cn-north-4").body == kSecond);
  query_once(*cloud, address());
  CHECK(iam.asked("/v3/") == 2);
}

TEST_CASE("A key without a project says so when its own is asked for") {
  Iam iam;
  iam.answers["name=cn-north-4"] = {200, R"({"projects":[]})"};
  const JobReply own = cloud_on(iam)->own_id(Owner::project, "cn-north-4");
  CHECK(own.outcome == Outcome::unknown_project);
  CHECK(contains(own.detail.en, "The key has no project"));
}

}  // namespace projects_test

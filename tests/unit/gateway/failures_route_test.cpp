// Failures over all jobs and their mutes by HTTP, before a gateway with an archive in the test's
// hands.
#include <string>
#include <utility>
#include <vector>

#include "gateway/access/token_list.h"
#include "unit/catch.h"
#include "unit/gateway/client.h"
#include "unit/gateway/fake_archive.h"
#include "unit/gateway/running.h"

namespace failures_route_test {

using namespace std::chrono_literals;
using jobtree::gateway::FakeArchive;
using jobtree::gateway::get;
using jobtree::gateway::Holder;
using jobtree::gateway::line_of;
using jobtree::gateway::Options;
using jobtree::gateway::Reply;
using jobtree::gateway::request;
using jobtree::gateway::RunningGateway;
using jobtree::store::FailureRecord;

namespace {

const std::string kMine = "0605767cc80010f42f1ec00bc0e6b7a8";
const std::string kOthers = "0605767cc80010f42f1ec00bc0e6b7a9";
const std::string kJson = "Content-Type: application/json\r\n";
const std::string kName = "VPC.0521~12345678";

std::string bearer(const std::string& token) {
  return "Authorization: Bearer " + token + "\r\n";
}

struct Remembering {
  FakeArchive archive;
};

/// One failure of each project.
class Running : public Remembering, public RunningGateway {
 public:
  explicit Running(const std::string& tokens = "", Options options = {})
      : RunningGateway(with(archive, std::move(options)), tokens) {
    for (const std::string& project : {kMine, kOthers}) {
      FailureRecord failure{.service = "eip",
                            .name = project == kMine ? kName : "Ecs.0319~9abcdef0",
                            .code = "VPC.0521",
                            .text = "Quota <exceeded>",
                            .count = 7,
                            .jobs = 2,
                            .sample = {"cn-north-4", "eip", project, "a"},
                            .part = "a-1"};
      failure.days.assign(jobtree::store::kDaysShown, 0);
      archive.put(std::move(failure));
    }
  }
  Reply post(const std::string& headers, const std::string& body) const {
    return request(port, "POST", "/api/failures", headers, body);
  }

 private:
  static Options with(FakeArchive& archive, Options options) {
    options.archive = &archive;
    return options;
  }
};

std::string order(const std::string& mute, const std::string& name = kName) {
  return R"({"service":"eip","name":")" + name + R"(","mute":)" + mute + "}";
}

std::string tokens() {
  Holder writer{"writer", {kMine}, {}};
  writer.can_follow = true;
  return line_of({"mine", {kMine}, {}}, "jt.mine") + "\n" + line_of({"all", {"*"}, {}}, "jt.all") +
         "\n" + line_of(writer, "jt.writer") + "\n";
}

}  // namespace

TEST_CASE("Failures over all jobs are told with their meaning, days, sample and mute") {
  Running running;
  const Reply reply = get(running.port, "/api/failures?service=eip&limit=10");
  REQUIRE(reply.status == 200);
  const auto body = reply.json();
  CHECK(body.at("memory").at("state") == "good");
  CHECK(body.at("next").is_null());
  const auto& failure = body.at("failures").at(0);
  CHECK(failure.at("name") == kName);
  CHECK(failure.at("text") == "Quota <exceeded>");
  CHECK(failure.at("explanation").at("code") == "VPC.0521");
  CHECK(failure.at("explanation").at("meaning").at("zh").is_string());
  CHECK(failure.at("explanation").at("remedy").at("en").is_string());
  CHECK(failure.at("count") == 7);
  CHECK(failure.at("days").size() == 14);
  CHECK(failure.at("sample").at("project_id") == kMine);
  CHECK(failure.at("sample").at("part") == "a-1");
  CHECK(failure.at("mute").is_null());
  CHECK(failure.at("is_new") == false);
  CHECK(failure.at("back_at").is_null());
}

TEST_CASE("What cannot be a query of failures is told by its name") {
  Running running;
  for (const char* query : {"state=old", "limit=101", "limit=0", "since=yesterday", "service=a%20b",
                            "name=x", "state=new&state=new"}) {
    INFO(query);
    const Reply reply = get(running.port, std::string("/api/failures?") + query);
    CHECK(reply.status == 400);
    CHECK(reply.code() == "jobtree.bad_parameter");
  }
}

TEST_CASE("A token sees the failures of its projects, and mutes those with the right") {
  Running running(tokens());
  const auto names = [&](const std::string& token) {
    std::vector<std::string> names;
    const auto body = get(running.port, "/api/failures", bearer(token)).json();
    for (const auto& failure : body.at("failures"))
      names.push_back(failure.at("name"));
    return names;
  };
  CHECK(get(running.port, "/api/failures").status == 401);
  CHECK(names("jt.mine") == std::vector<std::string>{kName});
  CHECK(names("jt.all").size() == 2);

  const std::string mute = R"({"remaining":5,"note":"ticket 7: 配额"})";
  CHECK(running.post(bearer("jt.mine") + kJson, order(mute)).code() == "jobtree.not_permitted");
  CHECK(running.logged("outcome=not_permitted"));
  CHECK(running.post(bearer("jt.writer") + kJson, order(mute, "Ecs.0319~9abcdef0")).status == 404);
  const Reply muted = running.post(bearer("jt.writer") + kJson, order(mute));
  REQUIRE(muted.status == 200);
  CHECK(muted.json().at("mute").at("note") == "ticket 7: 配额");
  CHECK(muted.json().at("mute").at("by") == "writer");
  // What is left of it tells of projects that this one may not see.
  CHECK(muted.json().at("mute").at("remaining").is_null());
  CHECK(get(running.port, "/api/failures", bearer("jt.all"))
            .json()
            .at("failures")
            .at(0)
            .at("mute")
            .at("remaining") == 5);
  CHECK(running.logged("outcome=muted"));
  const Reply heard = running.post(bearer("jt.writer") + kJson, order("null"));
  CHECK(heard.json().at("mute").is_null());
  CHECK(running.logged("outcome=unmuted"));
}

TEST_CASE("Without tokens only this machine mutes, and pages of this server") {
  Options options;
  options.trusted_proxies = {"127.0.0.1"};
  options.allow_origins = {"https://portal.example.com"};
  Running running("", options);
  const std::string body = order(R"({"remaining":1})");
  CHECK(running.post(kJson, body).status == 200);
  CHECK(running.logged("outcome=muted"));
  CHECK(running.post(kJson + "X-Forwarded-For: 10.0.0.7\r\n", body).code() ==
        "jobtree.not_permitted");
  CHECK(running.post(kJson + "Origin: https://portal.example.com\r\n", body).code() ==
        "jobtree.cross_site");
  CHECK(running.post(kJson + "Sec-Fetch-Site: cross-site\r\n", body).code() ==
        "jobtree.cross_site");
  CHECK(running.post("", body).status == 415);
}

TEST_CASE("An order to mute that cannot be is told by its member, and changes nothing") {
  Running running;
  const std::string long_note(501, 'x');
  for (const std::string& body :
       {std::string("x"), std::string("[]"), std::string(R"({"service":"eip","name":"a"})"),
        order("{}"), order(R"({"until":"2020-01-01T00:00:00Z"})"),
        order(R"({"until":"2999-01-01T00:00:00Z"})"), order(R"({"until":7})"),
        order(R"({"remaining":0})"), order(R"({"remaining":-1})"), order(R"({"remaining":1.5})"),
        order(R"({"remaining":1000001})"), order(R"({"remaining":1,"by":"me"})"),
        order(R"({"remaining":1,"note":")" + long_note + "\"}"),
        order(R"({"remaining":1,"note":"a\u0007b"})"), order(R"({"remaining":1})", ""),
        order(R"({"remaining":1})", std::string(301, 'n'))}) {
    INFO(body);
    const Reply reply = running.post(kJson, body);
    CHECK(reply.status == 400);
    CHECK(reply.code() == "jobtree.bad_parameter");
  }
  CHECK(running.post(kJson, order(R"({"remaining":1})", "nothing~12345678")).code() ==
        "jobtree.not_found");
}

TEST_CASE("A mute that cannot be stored is no success, and without a memory there is none") {
  Running running;
  running.archive.cannot_write = true;
  CHECK(running.post(kJson, order(R"({"remaining":1})")).code() == "jobtree.memory_unavailable");
  RunningGateway without{Options()};
  CHECK(get(without.port, "/api/failures").json().at("memory").at("state") == "off");
  CHECK(request(without.port, "POST", "/api/failures", kJson, order(R"({"remaining":1})")).code() ==
        "jobtree.memory_unavailable");
}

}  // namespace failures_route_test

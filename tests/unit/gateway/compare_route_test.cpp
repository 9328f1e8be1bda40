// The route that compares two jobs, before a gateway with an archive in the test's hands.
#include <string>
#include <utility>
#include <vector>

#include "gateway/access/token_list.h"
#include "unit/catch.h"
#include "unit/gateway/client.h"
#include "unit/gateway/fake_archive.h"
#include "unit/gateway/running.h"

namespace compare_route_test {

using jobtree::gateway::FakeArchive;
using jobtree::gateway::get;
using jobtree::gateway::line_of;
using jobtree::gateway::Options;
using jobtree::gateway::Reply;
using jobtree::gateway::RunningGateway;
using jobtree::store::Status;

namespace {

const std::string kMine = "0605767cc80010f42f1ec00bc0e6b7a8";
const std::string kOthers = "0605767cc80010f42f1ec00bc0e6b7a9";

std::string key(const std::string& job, const std::string& project = kMine,
                const std::string& service = "eip") {
  return "cn-north-4/" + service + "/" + project + "/" + job;
}

std::string path(const std::string& a, const std::string& b) {
  return "/api/compare?a=" + a + "&b=" + b;
}

/// What a gateway of several threads uses from its first moment, and so is whole before it.
struct Remembering {
  FakeArchive archive;
};

/// A job that succeeded and one that failed, and one of another project.
class Running : public Remembering, public RunningGateway {
 public:
  explicit Running(const std::string& tokens = "") : RunningGateway(with(archive), tokens) {
    add(kMine, "good", Status::succeeded, "SUCCESS");
    add(kMine, "bad", Status::failed, "FAIL");
    add(kOthers, "good", Status::succeeded, "SUCCESS");
  }
  void add(const std::string& project, const std::string& id, Status status,
           const std::string& word) {
    archive.put({.address = {"cn-north-4", "eip", project, id},
                 .type = "createMany",
                 .status = status,
                 .is_final = true,
                 .version = 1},
                R"({"job_id":")" + id + R"(","job_type":"createMany","status":")" + word +
                    R"(","sub_jobs":[{"job_id":"part","job_type":"createPublicip","status":")" +
                    word + R"("}]})");
  }

 private:
  static Options with(FakeArchive& archive) {
    Options options;
    options.archive = &archive;
    return options;
  }
};

}  // namespace

TEST_CASE("Two jobs that are remembered are compared, sub-jobs and all") {
  Running running;
  const Reply reply = get(running.port, path(key("good"), key("bad")));
  REQUIRE(reply.status == 200);
  const auto json = reply.json();
  CHECK(json.at("differs") == nlohmann::json::array({"outcome"}));
  CHECK(json.at("runs").at(0).at("job").at("job_id") == "good");
  CHECK(json.at("runs").at(1).at("job").at("job_id") == "bad");
  CHECK(json.at("types").at(0).at("name").at("en") == "Create EIP");
  CHECK(json.at("sub_jobs").at(0).at("runs").at(1).at("status") == "failed");
  CHECK(running.logged("job=good"));
  CHECK(running.logged("job=bad"));
  CHECK(running.cloud.calls == 0);
  CHECK(get(running.port, path(key("good"), key("bad")),
            "If-None-Match: " + reply.header("etag") + "\r\n")
            .status == 304);
}

TEST_CASE("A comparison wants two jobs, and says which is missing or cannot be one") {
  Running running;
  for (const auto& [query, code] : std::vector<std::pair<std::string, std::string>>{
           {"", "jobtree.bad_parameter"},
           {"a=" + key("good"), "jobtree.bad_parameter"},
           {"a=" + key("good") + "&b=" + key("bad") + "&c=1", "jobtree.bad_parameter"},
           {"a=good&b=bad", "jobtree.unknown_region"},
           {"a=" + key("good") + "&b=" + key("bad", "x"), "jobtree.bad_project_id"},
           {"a=" + key("good") + "&b=" + key("bad", kMine, "none"), "jobtree.unknown_service"}}) {
    CAPTURE(query);
    CHECK(get(running.port, "/api/compare?" + query).code() == code);
  }
}

TEST_CASE("A job that is not remembered is looked for a moment, then it is not there") {
  Running running;
  const Reply reply = get(running.port, path(key("good"), key("never")));
  CHECK(reply.status == 404);
  CHECK(reply.code() == "jobtree.job_not_found");
}

TEST_CASE("A token compares what it may see, and learns nothing of the rest") {
  Running running(line_of({"mine", {kMine}, {}}, "jt.mine") + "\n");
  const std::string mine = "Authorization: Bearer jt.mine\r\n";
  CHECK(get(running.port, path(key("good"), key("bad"))).status == 401);
  CHECK(get(running.port, path(key("good"), key("bad")), mine).status == 200);
  const Reply others = get(running.port, path(key("good"), key("good", kOthers)), mine);
  const Reply nobodys = get(running.port, path(key("good"), key("never", kOthers)), mine);
  CHECK(others.status == 404);
  CHECK(others.code() == nobodys.code());
}

}  // namespace compare_route_test

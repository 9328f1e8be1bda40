// The routes of what is remembered, before a gateway with an archive in the test's hands.
#include <chrono>
#include <future>
#include <string>
#include <utility>
#include <vector>

#include "gateway/access/token_list.h"
#include "support/until.h"
#include "unit/catch.h"
#include "unit/gateway/client.h"
#include "unit/gateway/fake_archive.h"
#include "unit/gateway/running.h"

namespace memory_routes_test {

using namespace std::chrono_literals;
using jobtree::cloud::JobAddress;
using jobtree::cloud::JobReply;
using jobtree::cloud::Outcome;
using jobtree::gateway::FakeArchive;
using jobtree::gateway::get;
using jobtree::gateway::Holder;
using jobtree::gateway::line_of;
using jobtree::gateway::Options;
using jobtree::gateway::Reply;
using jobtree::gateway::request;
using jobtree::gateway::RunningGateway;
using jobtree::store::Status;
using jobtree::tests::until;

namespace {

const std::string kMine = "0605767cc80010f42f1ec00bc0e6b7a8";
const std::string kOthers = "0605767cc80010f42f1ec00bc0e6b7a9";
const std::string kJson = "Content-Type: application/json\r\n";

std::string bearer(const std::string& token) {
  return "Authorization: Bearer " + token + "\r\n";
}

std::string path_of(const std::string& project, const std::string& rest = "a") {
  return "/api/jobs/cn-north-4/eip/" + project + "/" + rest;
}

std::string live(const std::string& project, const std::string& job = "a") {
  return "/api/cn-north-4/eip/v1/" + project + "/jobs/" + job;
}

std::string order(const std::string& project, const std::string& job = "a",
                  const std::string& more = "") {
  return R"({"region":"cn-north-4","service":"eip","project_id":")" + project + R"(","job_id":")" +
         job + "\"" + more + "}";
}

/// What a gateway of several threads uses from its first moment, and so is whole before it.
struct Remembering {
  FakeArchive archive;
};

/// One job of each project, seen long ago.
class Running : public Remembering, public RunningGateway {
 public:
  explicit Running(const std::string& tokens = "", Options options = {})
      : RunningGateway(with(archive, std::move(options)), tokens) {
    cloud.own = "";
    for (const std::string& project : {kMine, kOthers}) {
      archive.put({.address = {"cn-north-4", "eip", project, "a"},
                   .status = Status::failed,
                   .is_final = true,
                   .version = 1},
                  "{\"project\":\"" + project + "\"}");
    }
  }

 private:
  static Options with(FakeArchive& archive, Options options) {
    options.archive = &archive;
    return options;
  }
};

std::string tokens() {
  Holder writer{"writer", {kMine, "-"}, {}};
  writer.can_follow = true;
  return line_of({"mine", {kMine, "-"}, {}}, "jt.mine") + "\n" +
         line_of({"own", {"-"}, {}}, "jt.own") + "\n" + line_of({"ecs", {"*"}, {"ecs"}}, "jt.ecs") +
         "\n" + line_of({"all", {"*"}, {}}, "jt.all") + "\n" + line_of(writer, "jt.writer") + "\n";
}

std::vector<std::string> projects_of(const Reply& reply) {
  std::vector<std::string> projects;
  const auto body = reply.json();
  for (const auto& job : body.at("jobs"))
    projects.push_back(job.at("project_id"));
  return projects;
}

using Projects = std::vector<std::string>;

/// How many wait for a change.
std::string parked(int port, const std::string& headers = "") {
  const std::string metrics = get(port, "/metrics", headers).body;
  const std::string name = "\njobtree_viewers_parked ";
  const auto at = metrics.find(name) + name.size();
  return metrics.substr(at, metrics.find('\n', at) - at);
}

}  // namespace

TEST_CASE("The board has the jobs that are remembered, and how the memory is") {
  Running running;
  const Reply reply = get(running.port, "/api/jobs?status=failed&limit=7");
  CHECK(reply.status == 200);
  CHECK(reply.header("content-type") == "application/json; charset=utf-8");
  CHECK(reply.header("cache-control") == "private, no-cache");
  CHECK(projects_of(reply) == Projects{kMine, kOthers});
  CHECK(running.archive.boards().at(0).may_see_people);  // nobody but this machine's users is here
  CHECK(reply.json().at("jobs").at(0).at("found").is_null());
  CHECK(reply.json().at("jobs").at(0).at("status") == "failed");
  CHECK(reply.json().at("next").is_null());
  CHECK(reply.json().at("memory") == nlohmann::json{{"state", "good"}, {"note", nullptr}});
  CHECK(running.archive.boards().at(0).limit == 7);
  CHECK(running.cloud.calls == 0);
}

TEST_CASE("Who started a job is told to those who may see people, and to nobody else") {
  Holder trusted{"trusted", {kMine}, {}};
  trusted.can_see_people = true;
  Running running(tokens() + line_of(trusted, "jt.trusted") + "\n");
  running.archive.put({.address = {"cn-north-4", "ecs", kMine, "b"},
                       .version = 1,
                       .finding = {.operation = "createServer",
                                   .person = "anna",
                                   .resource_name = "web-01",
                                   .found_at = jobtree::store::Time()}},
                      "{}");
  const auto found_by = [&](const std::string& token, const std::string& path) {
    auto json = get(running.port, path, "Authorization: Bearer " + token + "\r\n").json();
    return path == "/api/jobs" ? json.at("jobs").at(0).at("found") : json.at("found");
  };
  for (const std::string& path :
       {std::string("/api/jobs"), "/api/jobs/cn-north-4/ecs/" + kMine + "/b"}) {
    CAPTURE(path);
    CHECK(found_by("jt.trusted", path).at("person") == "anna");
    CHECK(found_by("jt.mine", path).at("person").is_null());
    CHECK(found_by("jt.mine", path).at("resource_name") == "web-01");
  }
  CHECK(running.archive.boards().front().may_see_people);
  CHECK_FALSE(running.archive.boards().back().may_see_people);
}

TEST_CASE("What cannot be a query of the board is told by its name") {
  Running running;
  const Reply reply = get(running.port, "/api/jobs?colour=canary");
  CHECK(reply.status == 400);
  CHECK(reply.code() == "jobtree.bad_parameter");
  CHECK(reply.body.find("canary") == std::string::npos);
  CHECK(get(running.port, "/api/jobs?cursor=bad").code() == "jobtree.bad_parameter");
  CHECK(get(running.port, "/api/stats").code() == "jobtree.bad_parameter");
  CHECK(get(running.port, path_of(kMine) + "?a=b").code() == "jobtree.bad_parameter");
}

TEST_CASE("Without a memory the board is empty, and says so") {
  RunningGateway running;
  const Reply reply = get(running.port, "/api/jobs");
  CHECK(reply.status == 200);
  CHECK(reply.json().at("jobs").empty());
  CHECK(reply.json().at("memory").at("state") == "off");
  CHECK(get(running.port, "/api/config").json().at("memory").at("state") == "off");
  CHECK(get(running.port, "/readyz").json().at("memory") == "off");
  CHECK(get(running.port, path_of(kMine)).status == 404);
  CHECK(get(running.port, "/metrics").body.find("jobtree_store_up") == std::string::npos);
  const Reply refused = request(running.port, "POST", "/api/jobs", kJson, order(kMine));
  CHECK(refused.status == 503);
  CHECK(refused.code() == "jobtree.memory_unavailable");
}

TEST_CASE("Trouble of the memory is told, and keeps nobody from being served") {
  Running running;
  running.archive.now = {.kind = jobtree::store::ArchiveState::Kind::trouble,
                         .trouble = jobtree::store::ArchiveState::Trouble::full,
                         .queued = 3,
                         .dropped = 2,
                         .stored = 41,
                         .bytes = 4096};
  const Reply ready = get(running.port, "/readyz");
  CHECK(ready.status == 200);
  CHECK(ready.json().at("memory") == "trouble");
  const std::string note =
      "Jobs are not stored until there is room on the disk of this server's memory.";
  CHECK(ready.json().at("memory_note") == note);
  CHECK(get(running.port, "/api/config").json().at("memory") ==
        nlohmann::json{{"state", "trouble"}});
  CHECK(get(running.port, "/api/jobs").json().at("memory").at("note") == note);
  CHECK(get(running.port, "/api/jobs", "Accept-Language: zh\r\n").json().at("memory").at("note") ==
        "本服务端用于保存任务的磁盘空间不足，释放空间之前不会保存任务。");
  const std::string metrics = get(running.port, "/metrics").body;
  for (const char* const line :
       {"\njobtree_store_up 0\n", "\njobtree_store_queued 3\n", "\njobtree_store_dropped_total 2\n",
        "\njobtree_store_changes_total 41\n", "\njobtree_store_bytes 4096\n",
        "\njobtree_jobs_followed "}) {
    INFO(line);
    CHECK(metrics.find(line) != std::string::npos);
  }

  running.archive.cannot_read = true;
  for (const std::string& path : {std::string("/api/jobs?limit=1"), path_of(kMine)}) {
    const Reply reply = get(running.port, path);
    CHECK(reply.status == 503);
    CHECK(reply.code() == "jobtree.memory_unavailable");
    CHECK(reply.header("retry-after") == "5");
    CHECK(reply.body.find("disk") == std::string::npos);
  }
}

TEST_CASE("A board that has not changed is not read again, and told as unchanged") {
  Running running;
  const std::string etag = get(running.port, "/api/jobs").header("etag");
  CHECK(etag.starts_with("W/\""));
  const Reply again = get(running.port, "/api/jobs", "If-None-Match: " + etag + "\r\n");
  CHECK(again.status == 304);
  CHECK(again.header("etag") == etag);
  CHECK(running.archive.boards().size() == 1);

  // That a job was read again is no change; that it says something else is one.
  auto record = *running.archive.record(JobAddress("cn-north-4", "eip", kMine, "a").key());
  record.last_seen += 1min;
  running.archive.put(record, "{}");
  CHECK(get(running.port, "/api/jobs", "If-None-Match: " + etag + "\r\n").status == 304);
  record.error_code = "VPC.0501";
  running.archive.put(record, "{}");
  CHECK(get(running.port, "/api/jobs", "If-None-Match: " + etag + "\r\n").status == 200);
  CHECK(running.archive.boards().size() == 3);
}

TEST_CASE("Who waits for the board hears when it changes") {
  Running running;
  const std::string tags =
      "If-None-Match: " + get(running.port, "/api/jobs").header("etag") + "\r\n";
  auto told = std::async(std::launch::async, [&] {
    return get(running.port, "/api/jobs", tags + "Prefer: wait=60\r\n");
  });
  REQUIRE(until([&] { return parked(running.port) == "1"; }));
  (void)running.archive.set_marks({.address = {"cn-north-4", "eip", kMine, "b"}, .follow = true},
                                  {});
  const Reply reply = told.get();
  CHECK(reply.status == 200);
  CHECK(reply.json().at("jobs").size() == 3);
  CHECK(reply.header("preference-applied") == "wait=60");
  // It was looked at when it changed, and not while it did not.
  CHECK(running.archive.boards().size() == 2);
}

TEST_CASE("Who waits in vain is told so, and so are all when the server stops") {
  Running running;
  const std::string tags =
      "If-None-Match: " + get(running.port, "/api/jobs").header("etag") + "\r\n";
  const Reply reply = get(running.port, "/api/jobs", tags + "Prefer: wait=1\r\n");
  CHECK(reply.status == 304);
  CHECK(reply.header("preference-applied") == "wait=1");
  CHECK(running.archive.boards().size() == 1);

  REQUIRE(until([&] { return parked(running.port) == "0"; }));
  auto told = std::async(std::launch::async, [&] {
    return get(running.port, "/api/jobs", tags + "Prefer: wait=60\r\n");
  });
  REQUIRE(until([&] { return parked(running.port) == "1"; }));
  running.gateway->stop();
  CHECK(told.get().status == 304);
}

TEST_CASE("More who wait than the bound are told at once") {
  Options options;
  options.limits.max_parked = 0;
  Running running("", options);
  const std::string tags =
      "If-None-Match: " + get(running.port, "/api/jobs").header("etag") + "\r\n";
  const Reply reply = get(running.port, "/api/jobs", tags + "Prefer: wait=60\r\n");
  CHECK(reply.status == 304);
  CHECK(reply.header("preference-applied").empty());
}

TEST_CASE("Who waits and loses its token is told no more") {
  Running running(tokens());
  const std::string tags =
      bearer("jt.mine") +
      "If-None-Match: " + get(running.port, "/api/jobs", bearer("jt.mine")).header("etag") + "\r\n";
  auto told = std::async(std::launch::async, [&] {
    return get(running.port, "/api/jobs", tags + "Prefer: wait=60\r\n");
  });
  REQUIRE(until([&] { return parked(running.port, bearer("jt.mine")) == "1"; }));
  running.write_tokens(line_of({"other", {"-"}, {}}, "jt.other") + "\n");
  const Reply reply = told.get();
  CHECK(reply.status == 401);
  CHECK(reply.code() == "jobtree.bad_token");
}

TEST_CASE("A token sees of the memory what it may see live") {
  Running running(tokens());
  const auto board = [&](const std::string& token) {
    return projects_of(get(running.port, "/api/jobs", bearer(token)));
  };
  CHECK(get(running.port, "/api/jobs").status == 401);
  CHECK(board("jt.mine") == Projects{kMine});
  CHECK(board("jt.all") == Projects{kMine, kOthers});
  CHECK(board("jt.ecs").empty());
  CHECK(board("jt.own").empty());  // nobody knows yet which is the key's own
  for (const char* const rest : {"a", "a/events", "a/versions", "a/versions/1"}) {
    INFO(rest);
    CHECK(get(running.port, path_of(kMine, rest)).status == 401);
    CHECK(get(running.port, path_of(kMine, rest), bearer("jt.mine")).status == 200);
    for (const char* const token : {"jt.own", "jt.ecs"}) {
      const Reply reply = get(running.port, path_of(kMine, rest), bearer(token));
      CHECK(reply.status == 404);
      CHECK(reply.code() == "jobtree.job_not_found");
    }
    // "-" must not find the job of any project.
    CHECK(get(running.port, path_of("-", rest), bearer("jt.own")).status == 404);
  }
  CHECK(running.logged("token=own"));
  CHECK(running.logged("outcome=not_allowed"));
}

TEST_CASE("What is remembered under the key's own project is that of a token for its own") {
  Running running(tokens());
  running.cloud.own = kMine;
  CHECK(projects_of(get(running.port, "/api/jobs", bearer("jt.own"))) == Projects{kMine});
  for (const std::string& project : {std::string("-"), kMine}) {
    const Reply reply = get(running.port, path_of(project), bearer("jt.own"));
    CHECK(reply.status == 200);
    CHECK(reply.json().at("project_id") == kMine);
  }
  CHECK(get(running.port, path_of(kOthers), bearer("jt.own")).status == 404);
}

TEST_CASE("What is remembered of a job is told: facts, events, versions and bodies") {
  Running running;
  const Reply job = get(running.port, path_of(kMine));
  CHECK(job.status == 200);
  CHECK(job.json().at("job_id") == "a");
  CHECK(get(running.port, path_of(kMine), "If-None-Match: " + job.header("etag") + "\r\n").status ==
        304);

  const auto events =
      get(running.port, path_of(kMine, "a/events?cursor=7&limit=20&order=desc")).json();
  CHECK(events.at("events").at(0) == nlohmann::json{{"of", "cn-north-4/eip/" + kMine + "/a"},
                                                    {"from", "7"},
                                                    {"limit", 20},
                                                    {"newest", true}});
  CHECK(events.at("next") == "more");

  const auto versions = get(running.port, path_of(kMine, "a/versions")).json().at("versions");
  CHECK(versions.size() == 1);
  CHECK(versions.at(0).at("version") == 1);

  const Reply body = get(running.port, path_of(kMine, "a/versions/1"));
  CHECK(body.status == 200);
  CHECK(body.header("content-type") == "application/json; charset=utf-8");
  CHECK(body.body == "{\"project\":\"" + kMine + "\"}");
  CHECK(get(running.port, path_of(kMine, "a/versions/1"),
            "If-None-Match: " + body.header("etag") + "\r\n")
            .status == 304);
  CHECK(running.cloud.calls == 0);
}

TEST_CASE("What there is not of a job is not found") {
  Running running;
  for (const char* const rest :
       {"b", "b/events", "a/versions/2", "a/versions/0", "a/versions/-1", "a/versions/x",
        "a/versions/1/2", "a/versions/", "a/history", "a/"}) {
    INFO(rest);
    CHECK(get(running.port, path_of(kMine, rest)).status == 404);
  }
  for (const auto& [path, code] : std::vector<std::pair<std::string, std::string>>{
           {"/api/jobs/nowhere/eip/" + kMine + "/a", "jobtree.unknown_region"},
           {"/api/jobs/cn-north-4/none/" + kMine + "/a", "jobtree.unknown_service"},
           {"/api/jobs/cn-north-4/eip/p/a", "jobtree.bad_project_id"},
           {"/api/jobs/cn-north-4/eip/" + kMine + "/a%2Fb", "jobtree.bad_job_id"},
           {"/api/jobs/cn-north-4/dms/" + kMine + "/a", "jobtree.bad_job_id"}}) {
    INFO(path);
    CHECK(get(running.port, path).code() == code);
  }
}

TEST_CASE("A job that several ids name is told by them, whatever they are called") {
  Running running;
  running.archive.put({.address = {"cn-north-4", "dms", kMine, "events/versions"}, .version = 1},
                      "{}");
  const std::string job = "/api/jobs/cn-north-4/dms/" + kMine + "/events/versions";
  CHECK(get(running.port, job).json().at("job_id") == "events/versions");
  CHECK(get(running.port, job + "/events").json().contains("events"));
  CHECK(get(running.port, job + "/versions/1").body == "{}");
}

TEST_CASE("How long jobs took is told by service, type and size") {
  Running running(tokens());
  const Reply reply =
      get(running.port, "/api/stats?service=eip&type=create&parts=20", bearer("jt.mine"));
  CHECK(reply.json() == nlohmann::json{{"count", 7}, {"p50", 1.5}, {"p90", 2.0}, {"p95", 3.0}});
  CHECK(running.archive.told().back() == "durations eip create 20");
  // A page with many jobs of a kind asks once.
  CHECK(reply.header("cache-control") == "private, max-age=300");
  CHECK(reply.header("vary") == "Authorization, Origin");
  // A token for another service learns nothing of this one.
  CHECK(get(running.port, "/api/stats?service=eip&type=create", bearer("jt.ecs")).json() ==
        nlohmann::json{{"count", 0}, {"p50", nullptr}, {"p90", nullptr}, {"p95", nullptr}});
}

TEST_CASE("A job that the cloud has forgotten has its old address, marked as remembered") {
  Running running(tokens());
  running.archive.put({.address = {"cn-north-4", "eip", kMine, "old"},
                       .last_seen = jobtree::store::Time(std::chrono::milliseconds(1795953600123)),
                       .version = 3},
                      "{\"old\":true}");
  JobReply gone;
  gone.outcome = Outcome::not_found;
  gone.http_status = 404;
  running.cloud.say(gone);
  for (int look = 0; look < 3; ++look) {
    const Reply reply = get(running.port, live(kMine, "old"), bearer("jt.mine"));
    CHECK(reply.status == 200);
    CHECK(reply.body == "{\"old\":true}");
    CHECK(reply.header("jobtree-stored-at") == "2026-11-29T12:00:00.123Z");
    CHECK(reply.header("cache-status") == "jobtree; hit; detail=stored");
    const Reply same = get(running.port, live(kMine, "old"),
                           bearer("jt.mine") + "If-None-Match: " + reply.header("etag") + "\r\n");
    CHECK(same.status == 304);
    CHECK(same.header("jobtree-stored-at") == "2026-11-29T12:00:00.123Z");
  }
  CHECK(running.cloud.calls == 1);
  // Who may not see it hears nothing else than of a job that never was.
  CHECK(get(running.port, live(kMine, "old"), bearer("jt.own")).status == 404);
  CHECK(get(running.port, live(kMine, "none"), bearer("jt.mine")).status == 404);
}

TEST_CASE("Walking through remembered jobs is no walk through unknown ones") {
  Running running;
  for (int i = 0; i < 100; ++i)
    running.archive.put(
        {.address = {"cn-north-4", "eip", kMine, "j" + std::to_string(i)}, .version = 1}, "{}");
  JobReply gone;
  gone.outcome = Outcome::not_found;
  gone.http_status = 404;
  running.cloud.say(gone);
  for (int i = 0; i < 100; ++i)
    CHECK(get(running.port, live(kMine, "j" + std::to_string(i))).status == 200);
}

TEST_CASE("One job is queried once, whether it is named by its project's id or as the key's own") {
  Running running;
  running.cloud.own = kMine;
  JobReply reply;
  reply.outcome = Outcome::succeeded;
  reply.http_status = 200;
  reply.body = "{}";
  running.cloud.say(reply);
  CHECK(get(running.port, live("-", "new")).status == 200);
  CHECK(get(running.port, live(kMine, "new")).status == 200);
  CHECK(running.cloud.calls == 1);
  CHECK(running.archive.told() ==
        std::vector<std::string>{"observed cn-north-4/eip/" + kMine + "/new {}"});
}

TEST_CASE("Who has the right has a job followed, and what stands beside it remembered") {
  Running running(tokens());
  JobReply reply;
  reply.outcome = Outcome::succeeded;
  reply.http_status = 200;
  reply.body = "{}";
  running.cloud.say(reply);
  const std::string more = R"(,"label":"nightly","links":["https://ci.example/1"])";
  const std::string headers = bearer("jt.writer") + kJson;
  const Reply first =
      request(running.port, "POST", "/api/jobs", headers, order(kMine, "new", more));
  CHECK(first.status == 201);
  CHECK(first.json().at("label") == "nightly");
  CHECK(first.json().at("links") == nlohmann::json{"https://ci.example/1"});
  CHECK(first.json().at("is_followed") == true);
  CHECK(running.logged("outcome=followed"));
  // Nobody looks, and it is queried.
  CHECK(until([&] { return !running.archive.observations().empty(); }));

  const Reply again = request(running.port, "POST", "/api/jobs", headers, order(kMine, "new"));
  CHECK(again.status == 200);
  CHECK(again.json().at("label") == "nightly");
  const Reply ended = request(running.port, "POST", "/api/jobs", headers,
                              order(kMine, "new", R"(,"follow":false)"));
  CHECK(ended.status == 200);
  CHECK(ended.json().at("is_followed") == false);
  CHECK(running.logged("outcome=unfollowed"));
  CHECK(get(running.port, "/metrics", bearer("jt.mine")).body.find("\njobtree_jobs_followed 0\n") !=
        std::string::npos);
}

TEST_CASE("A write without the right, or for a job that is not to be seen, changes nothing") {
  Running running(tokens());
  const auto post = [&](const std::string& headers, const std::string& body) {
    return request(running.port, "POST", "/api/jobs", headers, body);
  };
  CHECK(post(kJson, order(kMine)).status == 401);
  const Reply reader = post(bearer("jt.all") + kJson, order(kMine));
  CHECK(reader.status == 403);
  CHECK(reader.code() == "jobtree.not_permitted");
  CHECK(running.logged("outcome=not_permitted"));
  const Reply others = post(bearer("jt.writer") + kJson, order(kOthers));
  CHECK(others.status == 404);
  CHECK(others.code() == "jobtree.job_not_found");
  CHECK(post(bearer("jt.writer"), order(kMine)).status == 415);
  CHECK(post(bearer("jt.writer") + kJson, "{}").code() == "jobtree.bad_parameter");
  CHECK(post(bearer("jt.writer") + kJson, order("p")).code() == "jobtree.bad_project_id");
  CHECK(post(bearer("jt.writer") + kJson + "Sec-Fetch-Site: cross-site\r\n", order(kMine)).code() ==
        "jobtree.cross_site");
  CHECK_FALSE(running.archive.record("cn-north-4/eip/" + kMine + "/a")->marks.is_followed);
  CHECK_FALSE(running.archive.record("cn-north-4/eip/" + kOthers + "/a")->marks.is_followed);
}

TEST_CASE("Without tokens only this machine writes, and pages of this server") {
  Options options;
  options.trusted_proxies = {"127.0.0.1"};
  options.allow_origins = {"https://portal.example.com"};
  Running running("", options);
  const auto post = [&](const std::string& headers) {
    return request(running.port, "POST", "/api/jobs", kJson + headers, order(kMine));
  };
  CHECK(post("").status == 200);
  CHECK(running.logged("outcome=followed"));
  CHECK(post("X-Forwarded-For: 10.0.0.7\r\n").code() == "jobtree.not_permitted");
  CHECK(post("Origin: https://portal.example.com\r\n").code() == "jobtree.cross_site");
  // They may read.
  CHECK(get(running.port, "/api/jobs", "Origin: https://portal.example.com\r\n").status == 200);
  CHECK(get(running.port, "/api/jobs", "Origin: https://other.example.com\r\n").status == 403);
}

TEST_CASE("A marking that cannot be stored is no success") {
  Running running;
  running.archive.cannot_write = true;
  const Reply reply = request(running.port, "POST", "/api/jobs", kJson, order(kMine));
  CHECK(reply.status == 503);
  CHECK(reply.code() == "jobtree.memory_unavailable");
  CHECK(get(running.port, "/metrics").body.find("\njobtree_jobs_followed 0\n") !=
        std::string::npos);
}

TEST_CASE("An address with two methods names both, and is counted as one") {
  Running running;
  const Reply reply = request(running.port, "PUT", "/api/jobs");
  CHECK(reply.status == 405);
  const Reply wrong = request(running.port, "POST", "/api/stats", kJson, "{}");
  CHECK(wrong.status == 405);
  CHECK(wrong.header("allow") == "GET, HEAD");
  CHECK(request(running.port, "OPTIONS", "/api/jobs").header("allow") == "GET, HEAD, POST");
  const std::string metrics = get(running.port, "/metrics").body;
  const std::string series = "\njobtree_http_requests_total{route=\"/api/jobs\",outcome=\"ok\"}";
  const auto at = metrics.find(series);
  REQUIRE(at != std::string::npos);
  CHECK(metrics.find(series, at + 1) == std::string::npos);
}

TEST_CASE("After a start what had not ended is looked at though nobody views it") {
  FakeArchive archive;
  archive.put({.address = {"cn-north-4", "eip", kMine, "old"}, .version = 1}, "{}");
  Options options;
  options.archive = &archive;
  RunningGateway running(options);
  CHECK(until([&] { return running.cloud.calls > 0; }));
}

}  // namespace memory_routes_test

// /api/shares and what the token of a share link opens, before a gateway with an archive in the
// test's hands.
#include <chrono>
#include <future>
#include <string>
#include <vector>

#include "support/until.h"
#include "unit/catch.h"
#include "unit/gateway/sharing.h"

namespace shares_route_test {

using namespace std::chrono_literals;
using namespace jobtree;
using namespace jobtree::gateway;
using jobtree::tests::until;

namespace {

const std::string kSharer = bearer_line("jt.sharer");
const std::string kUnknown = "jts_" + std::string(43, 'A');

std::vector<std::string> states(const Reply& reply) {
  std::vector<std::string> states;
  const auto body = reply.json();
  for (const auto& share : body.at("shares"))
    states.push_back(share.at("state"));
  return states;
}

std::string parked(int port, const std::string& headers) {
  const std::string metrics = get(port, "/metrics", headers).body;
  const std::string name = "\njobtree_viewers_parked ";
  const auto at = metrics.find(name) + name.size();
  return metrics.substr(at, metrics.find('\n', at) - at);
}

}  // namespace

TEST_CASE("Who shares a job is given its token once, and the addresses that it opens") {
  SharingGateway running;
  const Reply reply = running.post(shared_job("-", R"(,"label":"nightly","expires_in":3600)"));
  CHECK(reply.status == 201);
  CHECK(reply.header("cache-control") == "no-store");
  const auto made = reply.json();
  const std::string token = made.at("token");
  CHECK(made.at("kind") == "job");
  CHECK(made.at("label") == "nightly");
  CHECK(made.at("public") == false);
  CHECK(made.at("links") == nlohmann::json{{"page", "/s/" + token},
                                           {"badge", "/badge/" + token + ".svg"},
                                           {"shields", "/badge/" + token + ".json"},
                                           {"atom", "/feed/" + token + ".atom"},
                                           {"json_feed", "/feed/" + token + ".json"}});
  const Reply listed = get(running.port, "/api/shares");
  CHECK(listed.status == 200);
  CHECK(listed.body.find("jts_") == std::string::npos);
  const auto share = listed.json().at("shares").at(0);
  CHECK(share.at("id") == made.at("id"));
  CHECK(share.at("kind") == "job");
  CHECK(share.at("job") ==
        nlohmann::json{
            {"region", "cn-north-4"}, {"service", "eip"}, {"project_id", "-"}, {"job_id", "a"}});
  CHECK(share.at("created_by").is_null());
  CHECK(share.at("expires_at") == made.at("expires_at"));
  CHECK(share.at("last_used_at").is_null());
  CHECK(share.at("state") == "live");
  CHECK_FALSE(share.contains("board"));
}

TEST_CASE("The links begin with the public address where there is one") {
  Options options;
  options.public_url = "https://jobs.example.com/tools";
  SharingGateway running("", options);
  const auto made = running.made(shared_board("status=failed"));
  const std::string token = made.at("token");
  CHECK(made.at("links").at("page") == "https://jobs.example.com/tools/s/" + token);
  CHECK(made.at("links").at("atom") == "https://jobs.example.com/tools/feed/" + token + ".atom");
}

TEST_CASE(
    "A share link needs a token with the right, and without tokens the server's own machine") {
  SharingGateway running(sharing_tokens());
  CHECK(running.post(shared_job()).status == 401);
  const Reply refused = running.post(shared_job(), bearer_line("jt.reader"));
  CHECK(refused.status == 403);
  CHECK(refused.code() == "jobtree.not_permitted");
  CHECK(refused.body.find("--share") != std::string::npos);
  CHECK(running.logged("token=reader region= service= project= job= outcome=not_permitted"));
  CHECK(running.post(shared_job(), kSharer).status == 201);

  Options options;
  options.trusted_proxies = {"127.0.0.1"};
  SharingGateway open("", options);
  CHECK(open.post(shared_job("-")).status == 201);
  for (const char* const method : {"GET", "POST"}) {
    CHECK(request(open.port, method, "/api/shares",
                  "Content-Type: application/json\r\nX-Forwarded-For: 192.0.2.1\r\n",
                  std::string(method) == "POST" ? shared_job("-") : "")
              .status == 403);
  }
  CHECK(open.revoke(1, "X-Forwarded-For: 192.0.2.1\r\n").status == 403);
  CHECK(open.post(shared_job("-"), "Origin: https://evil.example\r\n").code() ==
        "jobtree.cross_site");
  CHECK(open.post(shared_job("-"), "Sec-Fetch-Site: cross-site\r\n").code() ==
        "jobtree.cross_site");
  CHECK(open.revoke(1, "Origin: https://evil.example\r\n").code() == "jobtree.cross_site");
  CHECK(request(open.port, "POST", "/api/shares", "Content-Type: text/plain\r\n", shared_job("-"))
            .status == 415);
}

TEST_CASE("Nobody shares what it cannot see") {
  SharingGateway running(sharing_tokens());
  const Reply reply = running.post(shared_job(kOtherProject), kSharer);
  CHECK(reply.status == 404);
  CHECK(reply.code() == "jobtree.job_not_found");
  CHECK(running.post(shared_job("-"), kSharer).status == 404);
  CHECK(running.post(shared_job(kSharedProject, "", "../x"), kSharer).status == 400);
  CHECK(running.post(R"({"board":"colour=red"})", kSharer).code() == "jobtree.bad_parameter");
  CHECK(running.archive.shares().all().value().empty());
}

TEST_CASE("Who shares and revokes is in the audit log, and no token is anywhere in it") {
  SharingGateway running(sharing_tokens());
  const auto made = running.made(shared_job(), kSharer);
  const std::string token = made.at("token");
  CHECK(
      running.logged("audit request_id= viewer=127.0.0.1 token=sharer region=cn-north-4 "
                     "service=eip project=" +
                     kSharedProject + " job=a outcome=shared cache= upstream_request_id= share=1"));
  CHECK(running.get_with(token, memory_path()).status == 200);
  CHECK(running.logged("token=share:1 region=cn-north-4"));
  CHECK(running.get_with(token, "/api/failures").status == 403);
  CHECK(running.logged("token=share:1 region= service= project= job= outcome=not_permitted"));
  CHECK(running.revoke(1, kSharer).status == 204);
  CHECK(running.logged("outcome=unshared"));
  for (const char* const path : {"/s/", "/badge/", "/feed/", "/api/shares/", "/x/"})
    (void)get(running.port, path + token + ".svg");
  CHECK(running.get_with(token, "/api/share").status == 410);
  CHECK_FALSE(running.logged(token));
  CHECK_FALSE(running.logged(token.substr(4, 20)));
  CHECK(get(running.port, "/metrics", kSharer).body.find("jts_") == std::string::npos);
}

TEST_CASE("The token of a shared job opens that job, live and remembered, and nothing else") {
  SharingGateway running(sharing_tokens());
  const std::string token = running.token_of(shared_job(), kSharer);
  CHECK(running.get_with(token, live_path()).status == 200);
  for (const char* const rest : {"a", "a/events", "a/versions", "a/versions/1"}) {
    CAPTURE(rest);
    CHECK(running.get_with(token, memory_path(kSharedProject, rest)).status == 200);
  }
  CHECK(running.get_with(token, "/api/error-codes/VPC.0501").status == 200);
  CHECK(running.get_with(token, "/api/config").status == 200);
  const Reply shown = running.get_with(token, "/api/share");
  CHECK(shown.status == 200);
  CHECK(shown.header("cache-control") == "no-store");
  CHECK(shown.json().at("kind") == "job");
  CHECK(shown.json().at("job").at("job_id") == "a");
  CHECK(shown.json().at("label").is_null());
  CHECK(shown.json().at("expires_at").is_string());
  CHECK(shown.json().size() == 4);
  // How long such jobs take: of its own service.
  CHECK(running.get_with(token, "/api/stats?service=eip&type=x").json().at("count") == 7);
  CHECK(running.get_with(token, "/api/stats?service=ecs&type=x").json().at("count") == 0);

  const int calls = running.cloud.calls;
  for (const std::string& path :
       {live_path(kSharedProject, "b"), live_path(kOtherProject), live_path("-"),
        memory_path(kOtherProject), memory_path("-"), memory_path(kSharedProject, "b")}) {
    CAPTURE(path);
    const Reply reply = running.get_with(token, path);
    CHECK(reply.status == 404);
    CHECK(reply.code() == "jobtree.job_not_found");
  }
  for (const std::string& path :
       {std::string("/api/jobs"), std::string("/api/jobs?status=failed"),
        std::string("/api/failures"), std::string("/api/discovery"), std::string("/metrics"),
        std::string("/api/shares"), std::string("/api/cn-north-4/v3/projects"),
        std::string("/api/cn-north-4/v3/auth/domains"),
        "/api/compare?a=cn-north-4/eip/" + kSharedProject + "/a&b=cn-north-4/eip/" +
            kSharedProject + "/a"}) {
    CAPTURE(path);
    const Reply reply = running.get_with(token, path);
    CHECK(reply.status == 403);
    CHECK(reply.code() == "jobtree.not_permitted");
  }
  // No way around by how the address is written.
  for (const std::string& path :
       {live_path(kSharedProject, "a%2f..%2fb"), live_path(kSharedProject, "../jobs/b"),
        live_path(kSharedProject, "a/../b"), memory_path(kSharedProject, "a/../b"),
        memory_path(kSharedProject, "a/events/../../b"),
        std::string("/api//cn-north-4/eip/v1/-/jobs/a"), memory_path(kSharedProject, "%61")}) {
    CAPTURE(path);
    CHECK(running.get_with(token, path).status >= 400);
  }
  CHECK(running.cloud.calls == calls);
}

TEST_CASE("With a share link nobody writes") {
  SharingGateway running(sharing_tokens());
  const std::string token = running.token_of(shared_job(), kSharer);
  const std::string json = "Content-Type: application/json\r\n";
  CHECK(running.post(shared_job(), bearer_line(token)).status == 403);
  CHECK(running.revoke(1, bearer_line(token)).status == 403);
  CHECK(request(running.port, "POST", "/api/jobs", json + bearer_line(token), "{}").status == 403);
  CHECK(request(running.port, "POST", "/api/failures", json + bearer_line(token), "{}").status ==
        403);
  CHECK(running.get_with(token, "/api/share").status == 200);
}

TEST_CASE("The token of a shared board opens its jobs as they were filtered, and nothing else") {
  SharingGateway running(sharing_tokens());
  const std::string token =
      running.token_of(shared_board("status=failed&service=eip", R"(,"label":"red")"), kSharer);
  const Reply reply = running.get_with(token, "/api/jobs?limit=7&status=running&service=ecs&q=x");
  CHECK(reply.status == 200);
  REQUIRE(reply.json().at("jobs").size() == 1);
  CHECK(reply.json().at("jobs").at(0).at("project_id") == kSharedProject);
  const auto asked = running.archive.boards().back();
  CHECK(asked.statuses == std::vector{store::Status::failed});
  CHECK(asked.service == "eip");
  CHECK(asked.text.empty());
  CHECK(asked.limit == 7);
  CHECK_FALSE(asked.may_see_people);
  REQUIRE(asked.scope);
  CHECK(asked.scope->projects == std::vector<std::string>{kSharedProject});
  CHECK(running.get_with(token, "/api/share").json().at("board") == "status=failed&service=eip");
  CHECK(running.get_with(token, "/api/share").json().at("label") == "red");
  for (const std::string& path : {memory_path(), live_path(), std::string("/api/failures"),
                                  std::string("/api/shares"), std::string("/api/discovery")}) {
    CAPTURE(path);
    CHECK(running.get_with(token, path).status == 403);
  }
  CHECK(running.cloud.calls == 0);
}

TEST_CASE("Who did what is not passed on, though who shares it may know") {
  SharingGateway running(sharing_tokens());
  running.archive.put({.address = {"cn-north-4", "eip", kSharedProject, "a"},
                       .version = 1,
                       .finding = {.operation = "createPublicip",
                                   .person = "anna",
                                   .resource_name = "ip-01",
                                   .found_at = store::Time()}},
                      "{}");
  CHECK(get(running.port, memory_path(), kSharer).json().at("found").at("person") == "anna");
  const std::string job = running.token_of(shared_job(), kSharer);
  CHECK(running.get_with(job, memory_path()).json().at("found").at("person").is_null());
  const std::string board = running.token_of(shared_board(""), kSharer);
  CHECK(running.get_with(board, "/api/jobs").body.find("anna") == std::string::npos);
}

TEST_CASE("Without tokens a share link shows no more than it does with them") {
  SharingGateway running;
  running.cloud.own = kSharedProject;
  const std::string token = running.token_of(shared_job("-"));
  // The key's own project is one job under either of its names.
  CHECK(running.get_with(token, live_path("-")).status == 200);
  CHECK(running.get_with(token, live_path()).status == 200);
  CHECK(running.get_with(token, memory_path("-")).status == 200);
  CHECK(running.get_with(token, live_path(kOtherProject)).status == 404);
  CHECK(running.get_with(token, "/api/jobs").status == 403);
  CHECK(running.get_with(kUnknown, "/api/jobs").status == 401);
  CHECK(get(running.port, "/api/jobs").status == 200);
  CHECK(running.get_with("jt.anything", "/api/jobs").status == 200);
}

TEST_CASE("Who lists share links sees its own, and with the right those of jobs it can see") {
  SharingGateway running(sharing_tokens());
  running.made(shared_job(), kSharer);
  running.made(shared_board("status=failed"), kSharer);
  running.made(shared_job(kOtherProject), bearer_line("jt.other"));
  running.made(shared_job(), bearer_line("jt.all"));
  const auto seen_by = [&](const std::string& token) {
    std::vector<int> ids;
    const auto body = get(running.port, "/api/shares", bearer_line(token)).json();
    for (const auto& share : body.at("shares"))
      ids.push_back(share.at("id"));
    return ids;
  };
  CHECK(seen_by("jt.sharer") == std::vector{4, 2, 1});
  CHECK(seen_by("jt.other") == std::vector{3});
  CHECK(seen_by("jt.all") == std::vector{4, 3, 2, 1});
  CHECK(seen_by("jt.reader").empty());
  CHECK(get(running.port, "/api/shares").status == 401);
}

TEST_CASE("A share link is revoked by who made it or sees it, again and again, and ends at once") {
  SharingGateway running(sharing_tokens());
  const std::string token = running.token_of(shared_job(), kSharer);
  CHECK(running.get_with(token, live_path()).status == 200);
  for (const std::string& who : {std::string("jt.other"), std::string("jt.reader")}) {
    const Reply reply = running.revoke(1, bearer_line(who));
    CHECK(reply.status == 404);
    CHECK(reply.json().at("detail") == running.revoke(99, bearer_line(who)).json().at("detail"));
  }
  CHECK(running.get_with(token, live_path()).status == 200);
  for (int i = 0; i < 2; ++i) {
    const Reply reply = running.revoke(1, kSharer);
    CHECK(reply.status == 204);
    CHECK(reply.body.empty());
  }
  const Reply ended = running.get_with(token, live_path());
  CHECK(ended.status == 410);
  CHECK(ended.code() == "jobtree.share_ended");
  CHECK(ended.json().at("detail") == "This share link was revoked.");
  CHECK(running.get_with(token, "/api/share").status == 410);
  CHECK(states(get(running.port, "/api/shares", kSharer)) == std::vector<std::string>{"revoked"});
  for (const char* const id : {"0", "-1", "x", "1x", "99999999999999999999", "%31"})
    CHECK(request(running.port, "DELETE", std::string("/api/shares/") + id, kSharer).status == 404);
  CHECK(running.revoke(1, kSharer + "Content-Length: 0\r\n").status == 204);
  CHECK(request(running.port, "PUT", "/api/shares/1", kSharer).status == 405);
}

TEST_CASE("Who waits with a share link that is revoked is told so, and nothing more") {
  SharingGateway running(sharing_tokens());
  const auto job = running.made(shared_job(), kSharer);
  const auto board = running.made(shared_board(""), kSharer);
  const auto wait = [&](const nlohmann::json& share, const std::string& path) {
    const std::string token = share.at("token");
    const Reply first = running.get_with(token, path);
    CHECK(first.status == 200);
    const std::string tag = first.header("etag");
    return std::async(std::launch::async, [&running, token, path, tag] {
      return running.get_with(token, path, "If-None-Match: " + tag + "\r\nPrefer: wait=60\r\n");
    });
  };
  auto live = wait(job, live_path());
  auto list = wait(board, "/api/jobs");
  REQUIRE(until([&] { return parked(running.port, kSharer) == "2"; }));
  CHECK(running.revoke(job.at("id"), kSharer).status == 204);
  CHECK(running.revoke(board.at("id"), kSharer).status == 204);
  for (auto* const told : {&live, &list}) {
    REQUIRE(told->wait_for(20s) == std::future_status::ready);
    const Reply reply = told->get();
    CHECK(reply.status == 410);
    CHECK(reply.code() == "jobtree.share_ended");
    CHECK(reply.body.find("createPublicip") == std::string::npos);
  }
}

TEST_CASE("Who waits with a link whose maker lost its token gets nothing more either") {
  SharingGateway running(sharing_tokens());
  const std::string token = running.token_of(shared_job(), kSharer);
  const std::string tag = running.get_with(token, live_path()).header("etag");
  auto told = std::async(std::launch::async, [&] {
    return running.get_with(token, live_path(),
                            "If-None-Match: " + tag + "\r\nPrefer: wait=60\r\n");
  });
  REQUIRE(until([&] { return parked(running.port, kSharer) == "1"; }));
  running.write_tokens(line_of({"all", {"*"}, {}}, "jt.all") + "\n");
  REQUIRE(told.wait_for(20s) == std::future_status::ready);
  CHECK(told.get().status == 410);
}

TEST_CASE("Guessed tokens of share links open nothing, and soon have to wait") {
  SharingGateway running(sharing_tokens());
  running.made(shared_job(), kSharer);
  const Reply reply = running.get_with(kUnknown, live_path());
  CHECK(reply.status == 401);
  CHECK(reply.code() == "jobtree.bad_token");
  CHECK(reply.header("www-authenticate") == "Bearer error=\"invalid_token\"");
  for (const std::string& token :
       {std::string("jts_"), kUnknown + "A", "jts_" + std::string(43, '='),
        "jts_" + std::string(2000, 'A')}) {
    CHECK(running.get_with(token, live_path()).status == 401);
  }
  bool has_to_wait = false;
  for (int i = 0; i < 100 && !has_to_wait; ++i) {
    const Reply again = running.get_with(kUnknown, "/api/share");
    has_to_wait = again.status == 429;
    if (has_to_wait) CHECK(again.header("retry-after") != "");
  }
  CHECK(has_to_wait);
  CHECK(running.cloud.calls == 0);
}

TEST_CASE(
    "A token of a file says nothing of a share, and a share link's token is not one of a file") {
  SharingGateway running(sharing_tokens());
  CHECK(get(running.port, "/api/share", kSharer).status == 401);
  CHECK(get(running.port, "/api/share").status == 401);
  SharingGateway open;
  CHECK(get(open.port, "/api/share").status == 401);
}

TEST_CASE("When nothing is remembered, nothing can be shared; and too many links are too many") {
  RunningGateway off;
  CHECK(request(off.port, "POST", "/api/shares", "Content-Type: application/json\r\n",
                shared_job("-"))
            .code() == "jobtree.memory_unavailable");
  CHECK(get(off.port, "/api/shares").json().at("shares").empty());
  CHECK(get(off.port, "/api/share", bearer_line(kUnknown)).status == 401);

  SharingGateway running;
  running.archive.shares().is_full = true;
  CHECK(running.post(shared_job("-")).code() == "jobtree.busy");
  running.archive.shares().is_full = false;
  const std::string token = running.token_of(shared_job("-"));
  running.archive.shares().is_away = true;
  CHECK(running.post(shared_job("-")).code() == "jobtree.memory_unavailable");
  CHECK(get(running.port, "/api/shares").status == 503);
  CHECK(running.revoke(1).status == 503);
  CHECK(running.get_with(token, "/api/share").status == 200);
}

}  // namespace shares_route_test

// The addresses of a share link for who can send no token: page, badge and feed, before a gateway
// with an archive in the test's hands.
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "unit/catch.h"
#include "unit/gateway/sharing.h"

namespace link_route_test {

using namespace jobtree;
using namespace jobtree::gateway;

namespace {

const std::string kSharer = bearer_line("jt.sharer");
const std::string kUnknown = "jts_" + std::string(43, 'A');

bool has(const Reply& reply, const std::string& text) {
  return reply.body.find(text) != std::string::npos;
}

/// Without what is the viewer's own.
std::string page_of(SharingGateway& running, const std::string& token,
                    const std::string& headers = "") {
  const Reply reply = get(running.port, "/s/" + token, headers);
  CHECK(reply.status == 200);
  CHECK(reply.header("content-type") == "text/html; charset=utf-8");
  CHECK(reply.header("referrer-policy") == "no-referrer");
  CHECK(reply.header("cache-control") == "no-store");
  CHECK(reply.header("x-robots-tag") == "noindex");
  CHECK(reply.header("content-security-policy").find("script-src 'self'") != std::string::npos);
  CHECK(reply.header("etag").empty());
  return reply.body;
}

}  // namespace

TEST_CASE("The page of a link is the same for all that are not public, be they there or not") {
  SharingGateway running(sharing_tokens());
  const auto made = running.made(shared_job(kSharedProject, R"(,"label":"secret name")"), kSharer);
  const std::string token = made.at("token");
  const std::string page = page_of(running, token);
  CHECK(page.find("og:title\" content=\"A job on jobtree\"") != std::string::npos);
  CHECK(page.find("secret name") == std::string::npos);
  CHECK(page.find(token) == std::string::npos);
  CHECK(page.find("src=\"../share.js\"") != std::string::npos);
  CHECK(page_of(running, kUnknown) == page);
  CHECK(page_of(running, "x") == page);
  CHECK(page_of(running, "%3Cscript%3E") == page);
  CHECK(running.revoke(made.at("id"), kSharer).status == 204);
  CHECK(page_of(running, token) == page);
  CHECK(page_of(running, token, "Accept-Language: zh-CN\r\n").find("jobtree 上的任务") !=
        std::string::npos);
  CHECK(get(running.port, "/s/" + token + "/").status == 404);
  CHECK(get(running.port, "/s/").status == 404);
}

TEST_CASE("A public link says in its preview what it shows, until it ends") {
  SharingGateway running(sharing_tokens());
  const auto made = running.made(
      shared_job(kSharedProject, R"(,"label":"<b>\"nightly\"</b>","public":true)"), kSharer);
  const std::string token = made.at("token");
  const std::string page = page_of(running, token);
  CHECK(page.find("og:title\" content=\"&lt;b&gt;&quot;nightly&quot;&lt;/b&gt; · jobtree\"") !=
        std::string::npos);
  CHECK(page.find("og:description\" content=\"failed\"") != std::string::npos);
  CHECK(running.revoke(made.at("id"), kSharer).status == 204);
  CHECK(page_of(running, token) == page_of(running, kUnknown));
}

TEST_CASE("A badge is an image that other pages may show, and that is looked at anew each time") {
  SharingGateway running(sharing_tokens());
  const std::string token = running.token_of(shared_job(), kSharer);
  const Reply svg = get(running.port, "/badge/" + token + ".svg");
  CHECK(svg.status == 200);
  CHECK(svg.header("content-type") == "image/svg+xml; charset=utf-8");
  CHECK(svg.header("cache-control") == "no-cache, max-age=0");
  CHECK(svg.header("cross-origin-resource-policy") == "cross-origin");
  CHECK(svg.header("content-security-policy").find("default-src 'none'") == 0);
  CHECK(svg.header("x-content-type-options") == "nosniff");
  CHECK(svg.header("access-control-allow-origin").empty());
  CHECK(has(svg, ">failed</text>"));
  const Reply same = get(running.port, "/badge/" + token + ".svg",
                         "If-None-Match: " + svg.header("etag") + "\r\n");
  CHECK(same.status == 304);
  CHECK(same.header("cross-origin-resource-policy") == "cross-origin");
  const Reply json = get(running.port, "/badge/" + token + ".json");
  CHECK(json.header("content-type") == "application/json; charset=utf-8");
  CHECK(json.json().at("message") == "failed");
  CHECK(has(get(running.port, "/badge/" + token + ".svg?lang=zh&label=%E5%A4%9C%3Cb%3E"),
            ">夜&lt;b&gt;<"));
  const Reply long_one =
      get(running.port, "/badge/" + token + ".svg?label=" + std::string(5000, 'x'));
  CHECK(long_one.status == 200);
  CHECK(long_one.body.size() < 2000);
  CHECK(running.cloud.calls == 0);
  for (const std::string& path :
       {std::string("/badge/"), "/badge/" + token, "/badge/" + token + ".png",
        "/badge/" + token + ".svg/x", "/badge/x/" + token + ".svg"}) {
    CAPTURE(path);
    CHECK(get(running.port, path).status == 404);
  }
  CHECK(get(running.port, "/badge/" + token + "%2esvg").status == 404);
}

TEST_CASE("A badge says why there is nothing to show, as an image too") {
  SharingGateway running(sharing_tokens());
  const auto made = running.made(shared_job(), kSharer);
  const std::string path = "/badge/" + std::string(made.at("token")) + ".json";
  const auto said = [&](const std::string& address) {
    const Reply reply = get(running.port, address);
    CHECK(reply.status == 200);
    CHECK(reply.json().at("isError") == true);
    CHECK(reply.json().at("color") == "6b7280");
    return std::string(reply.json().at("message"));
  };
  CHECK(said("/badge/" + kUnknown + ".json") == "not found");
  CHECK(said("/badge/.json") == "not found");
  running.archive.cannot_read = true;
  CHECK(said(path) == "not available");
  running.archive.cannot_read = false;
  const std::string unseen = running.token_of(shared_job(kSharedProject, "", "unseen"), kSharer);
  CHECK(said("/badge/" + unseen + ".json") == "not seen yet");
  CHECK(running.revoke(made.at("id"), kSharer).status == 204);
  CHECK(said(path) == "revoked");
  const std::string orphan =
      "/badge/" + running.token_of(shared_job(kSharedProject), kSharer) + ".json";
  running.write_tokens(line_of({"x", {"*"}, {}}, "jt.x") + "\n");
  // The tokens file is looked at every second.
  for (int i = 0; i < 400 && get(running.port, orphan).json().at("message") == "failed"; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  CHECK(said(orphan) == "no longer shared");
}

TEST_CASE("A badge of a board counts its jobs as its maker sees them, once while nothing changes") {
  SharingGateway running(sharing_tokens());
  const std::string token = running.token_of(shared_board("status=failed&q=x"), kSharer);
  for (int i = 0; i < 3; ++i)
    CHECK(get(running.port, "/badge/" + token + ".json").json().at("message") == "no jobs");
  REQUIRE(running.archive.boards().size() == 1);
  const auto query = running.archive.boards().back();
  CHECK(query.group == store::BoardQuery::Group::service);
  CHECK(query.text == "x");
  CHECK_FALSE(query.may_see_people);
  REQUIRE(query.scope);
  CHECK(query.scope->projects == std::vector<std::string>{kSharedProject});
}

TEST_CASE("A feed of a board has what settled of it, and its own address") {
  Options options;
  options.public_url = "https://jobs.example.com";
  SharingGateway running(sharing_tokens(), options);
  const std::string token =
      running.token_of(shared_board("service=eip", R"(,"label":"all & <b>")"), kSharer);
  const Reply atom = get(running.port, "/feed/" + token + ".atom");
  CHECK(atom.status == 200);
  CHECK(atom.header("content-type") == "application/atom+xml; charset=utf-8");
  CHECK(atom.header("cache-control") == "no-cache, max-age=0");
  CHECK(has(atom, "<title>all &amp; &lt;b&gt;</title>"));
  CHECK(has(atom, "href=\"https://jobs.example.com/feed/" + token + ".atom\""));
  CHECK(has(atom, "tag:jobtree,2026:job/cn-north-4/eip/" + kSharedProject + "/a/failed"));
  CHECK_FALSE(has(atom, kOtherProject));
  CHECK(get(running.port, "/feed/" + token + ".atom",
            "If-None-Match: " + atom.header("etag") + "\r\n")
            .status == 304);
  const auto query = running.archive.boards().back();
  CHECK(query.state == store::BoardQuery::State::lost);
  CHECK(query.statuses.size() == 4);
  CHECK(query.service == "eip");
  const Reply json = get(running.port, "/feed/" + token + ".json?lang=zh");
  CHECK(json.header("content-type") == "application/feed+json; charset=utf-8");
  CHECK(json.json().at("items").at(0).at("title").get<std::string>().starts_with("失败："));
  CHECK(json.json().at("home_page_url") == "https://jobs.example.com/s/" + token);
  CHECK(running.cloud.calls == 0);
}

TEST_CASE("A feed of a job has its own states, and one that ended says so") {
  SharingGateway running(sharing_tokens());
  const auto made = running.made(shared_job(), kSharer);
  const std::string path = "/feed/" + std::string(made.at("token"));
  CHECK(get(running.port, path + ".json").json().at("items").size() == 1);
  CHECK(get(running.port, path + ".rss").status == 404);
  CHECK(get(running.port, "/feed/" + kUnknown + ".atom").status == 404);
  CHECK(running.revoke(made.at("id"), kSharer).status == 204);
  const Reply ended = get(running.port, path + ".atom");
  CHECK(ended.status == 410);
  CHECK(ended.code() == "jobtree.share_ended");
}

TEST_CASE("Who tries addresses of links is no burden to the database, and hears the same") {
  SharingGateway running(sharing_tokens());
  const std::string token = running.token_of(shared_job(), kSharer);
  for (int i = 0; i < 65; ++i) {
    CHECK(get(running.port, "/badge/jts_" + std::string(41, 'B') + std::to_string(10 + i) + ".json")
              .json()
              .at("message") == "not found");
  }
  const int looks = running.archive.shares().looks();
  for (int i = 0; i < 50; ++i)
    (void)get(running.port, "/badge/" + kUnknown + ".svg");
  CHECK(running.archive.shares().looks() <= looks + 5);
  CHECK(get(running.port, "/badge/" + token + ".json").json().at("message") == "failed");
}

TEST_CASE("Who was shown what by a link is in the audit log, and who tried in vain") {
  SharingGateway running(sharing_tokens());
  const auto made = running.made(shared_job(), kSharer);
  const std::string token = made.at("token");
  const std::string line =
      "audit request_id= viewer=127.0.0.1 token=share:1 region=cn-north-4 service=eip project=" +
      kSharedProject + " job=a outcome=";
  CHECK(get(running.port, "/s/" + token).status == 200);
  CHECK_FALSE(running.logged(line));
  const Reply badge = get(running.port, "/badge/" + token + ".svg");
  CHECK(running.logged(line + "shown"));
  (void)get(running.port, "/badge/" + token + ".svg",
            "If-None-Match: " + badge.header("etag") + "\r\n");
  CHECK(running.logged(line + "unchanged"));
  (void)get(running.port, "/badge/" + kUnknown + ".svg");
  CHECK(running.logged("outcome=bad_token"));
  CHECK(running.revoke(made.at("id"), kSharer).status == 204);
  (void)get(running.port, "/feed/" + token + ".atom");
  CHECK(running.logged("outcome=ended_share"));
}

TEST_CASE("A link that another replica made is found at once") {
  SharingGateway running(sharing_tokens());
  SharingGateway other(sharing_tokens());
  const std::string token = other.token_of(shared_job(), kSharer);
  const auto made = other.archive.shares().all().value().at(0);
  store::NewShare same{.thing = made.thing, .created_by = "sharer", .lasts = std::chrono::hours(1)};
  same.digest = made.digest;
  (void)running.archive.shares().create(same);
  CHECK(get(running.port, "/badge/" + token + ".json").json().at("message") == "failed");
}

}  // namespace link_route_test

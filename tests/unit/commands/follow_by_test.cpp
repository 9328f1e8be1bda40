// A job is handed to a server.
#include "commands/job/follow_by.h"

#include <nlohmann/json.hpp>
#include <string>

#include "support/fake_network.h"
#include "unit/catch.h"

namespace follow_by_test {

using namespace jobtree;
using namespace jobtree::commands;
using tests::FakeNetwork;
using tests::http_reply;

namespace {

FollowOrder order_to(std::string server) {
  return {.server = std::move(server),
          .token = "jt.secret",
          .region = "cn-north-4",
          .service = "ecs",
          .project = "-",
          .job_id = "ff808082843684110184e155fdb36461",
          .label = "nightly \"128\""};
}

Result<Followed> follow(FakeNetwork& network, const FollowOrder& order) {
  return follow_by(*network.transport(), order);
}

}  // namespace

TEST_CASE(
    "The server is told which job, under which label, with the token, and its page comes back") {
  FakeNetwork network;
  network.replies = {http_reply(201, "{}"), http_reply(200, "{}"), http_reply(200, "{}"),
                     http_reply(200, "{}")};
  const auto page = follow(network, order_to("https://jobs.example.com/jobtree/"));
  REQUIRE(page);
  CHECK_FALSE(page.value().is_unknown);
  CHECK(page.value().page ==
        "https://jobs.example.com/jobtree/?job=cn-north-4/ecs/-/ff808082843684110184e155fdb36461");
  REQUIRE(network.sent.size() == 2);
  CHECK(network.sent[0].method == "POST");
  CHECK(network.sent[0].url == "https://jobs.example.com/jobtree/api/jobs");
  CHECK(network.sent[0].header("Content-Type") == "application/json");
  CHECK(network.sent[0].header("Authorization") == "Bearer jt.secret");
  const auto body = nlohmann::json::parse(network.sent[0].body);
  CHECK(body == nlohmann::json{{"region", "cn-north-4"},
                               {"service", "ecs"},
                               {"project_id", "-"},
                               {"job_id", "ff808082843684110184e155fdb36461"},
                               {"label", "nightly \"128\""}});
  CHECK(follow(network, order_to("http://127.0.0.1:8080")));  // it followed it already
}

TEST_CASE("Without a token none is sent, and without a label none") {
  FakeNetwork network;
  network.replies = {http_reply(201, "{}"), http_reply(200, "{}")};
  FollowOrder order = order_to("http://127.0.0.1:8080");
  order.token.clear();
  order.label.clear();
  REQUIRE(follow(network, order));
  CHECK(network.sent[0].header("Authorization") == "none");
  CHECK_FALSE(nlohmann::json::parse(network.sent[0].body).contains("label"));
}

TEST_CASE(
    "The job is looked at once through the server, and one that the cloud does not know is told") {
  struct Case {
    cloud::HttpReply reply;
    bool is_unknown;
  };
  for (const Case& it :
       {Case{http_reply(404, R"({"code":"jobtree.job_not_found"})"), true},
        Case{http_reply(404, R"({"code":"Common.0011"})"), true},
        Case{http_reply(404, R"({"code":"jobtree.not_found"})"), false},
        Case{http_reply(404, "<html>"), false},
        Case{http_reply(503, R"({"code":"jobtree.job_not_found"})"), false},
        Case{http_reply(200, "{}"), false},
        Case{tests::cut_off(cloud::HttpReply::End::connection_lost, "gone"), false}}) {
    FakeNetwork network;
    network.replies = {http_reply(201, "{}"), it.reply};
    const auto followed = follow(network, order_to("https://jobs.example.com"));
    REQUIRE(followed);
    CHECK(followed.value().is_unknown == it.is_unknown);
    CHECK(network.sent[1].method == "GET");
    CHECK(network.sent[1].url ==
          "https://jobs.example.com/api/cn-north-4/ecs/v1/-/jobs/ff808082843684110184e155fdb36461");
    CHECK(network.sent[1].header("Authorization") == "Bearer jt.secret");
  }
}

TEST_CASE("A refusal comes with the server's own words, safe to show, and never with the token") {
  FakeNetwork network;
  network.replies = {http_reply(403, R"({"detail":"The token has no right to follow.\u001b[2J"})")};
  const auto refused = follow(network, order_to("https://jobs.example.com"));
  REQUIRE_FALSE(refused);
  CHECK(refused.failure().kind() == Failure::Kind::usage);
  CHECK(refused.error().find("has no right to follow") != std::string::npos);
  CHECK(refused.error().find('\x1b') == std::string::npos);
  CHECK(refused.error().find("jt.secret") == std::string::npos);
}

TEST_CASE("What may pass is of another kind than what the user has to change") {
  struct Case {
    cloud::HttpReply reply;
    Failure::Kind kind;
    const char* says;
  };
  for (const Case& it :
       {Case{http_reply(404, "<html>"), Failure::Kind::usage, "is no jobtree server"},
        Case{http_reply(503, "{}"), Failure::Kind::unavailable, "HTTP 503"},
        Case{http_reply(429, R"({"title":"Too many"})"), Failure::Kind::unavailable, "Too many"},
        Case{tests::cut_off(cloud::HttpReply::End::no_connection, "Connection refused"),
             Failure::Kind::unavailable, "Connection refused"}}) {
    FakeNetwork network;
    network.replies = {it.reply};
    const auto refused = follow(network, order_to("https://jobs.example.com"));
    REQUIRE_FALSE(refused);
    INFO(refused.error());
    CHECK(refused.failure().kind() == it.kind);
    CHECK(refused.error().find(it.says) != std::string::npos);
  }
}

TEST_CASE("An address that is none is said before anything is sent") {
  FakeNetwork network;
  for (const char* server : {"", "jobs.example.com", "ftp://jobs.example.com"}) {
    const auto refused = follow(network, order_to(server));
    REQUIRE_FALSE(refused);
    CHECK(refused.failure().kind() == Failure::Kind::usage);
  }
  CHECK(network.sent.empty());
}

}  // namespace follow_by_test

// One signed question to a cloud that a fake transport plays: what is sent, what comes back as
// what, and when nothing is sent at all.
#include "cloud/cloud.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "cloud/ask/transport.h"
#include "cloud/key/key_ring.h"
#include "cloud/key/signer.h"
#include "cloud/where/catalogue.h"
#include "unit/catch.h"

namespace {

using namespace jobtree;
using namespace jobtree::cloud;  // NOLINT(google-build-using-namespace)
using namespace std::chrono;     // NOLINT(google-build-using-namespace)

constexpr const char* kProject = "0605767cc80010f42f1ec00bc0e6b7a8";
constexpr const char* kJob = "ff808082843684110184e155fdb36461";
constexpr const char* kAccess = "AKTESTVECTOR00000001";
constexpr const char* kSecret = "sk/Test+Vector=Key";
constexpr const char* kRefusal =
    R"({"error_msg":"Incorrect IAM authentication information","error_code":"APIGW.0301"})";

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

struct Call {
  std::string url;
  std::vector<Header> headers;

  std::string header(const std::string& name) const {
    for (const Header& header : headers) {
      if (header.name == name) return header.value;
    }
    return "none";
  }
};

/// What the test and the fake transport share; it outlives the cloud that owns the transport.
struct Wire {
  std::deque<HttpReply> replies;
  std::vector<Call> calls;
  system_clock::time_point wall = sys_days(2026y / 11 / 23) + 14h + 15min;
  steady_clock::time_point steady{};
  seconds each_call_takes{0};
  double chance = 0;  ///< of the pauses' spans
  std::vector<milliseconds> pauses;

  Clock clock() {
    return {.wall = [this] { return wall; },
            .steady = [this] { return steady; },
            .sleep =
                [this](milliseconds time) {
                  pauses.push_back(time);
                  steady += time;
                  wall += time;
                },
            .chance = [this] { return chance; }};
  }
};

class FakeTransport final : public Transport {
 public:
  explicit FakeTransport(Wire& wire) : wire_(wire) {}
  HttpReply send(std::string_view, const std::string& url,
                 std::span<const Header> headers) override {
    wire_.calls.push_back({url, {headers.begin(), headers.end()}});
    wire_.wall += wire_.each_call_takes;
    wire_.steady += wire_.each_call_takes;
    if (wire_.replies.empty()) return {};
    HttpReply reply = wire_.replies.front();
    if (wire_.replies.size() > 1) wire_.replies.pop_front();  // the last one goes on for ever
    return reply;
  }

 private:
  Wire& wire_;
};

HttpReply reply(int status, std::string body) {
  HttpReply reply;
  reply.end = HttpReply::End::complete;
  reply.status = status;
  reply.body = std::move(body);
  return reply;
}

HttpReply cut_off(HttpReply::End end, std::string trouble) {
  HttpReply reply;
  reply.end = end;
  reply.trouble = std::move(trouble);
  return reply;
}

Credentials credentials(const char* token = "", const char* project = kProject) {
  return {{kAccess, Secret(kSecret)}, Secret(token), project, "", "test"};
}

std::shared_ptr<const Catalogue> catalogue(const std::vector<std::string>& endpoints = {}) {
  auto made = Catalogue::make({.endpoints = endpoints});
  REQUIRE(made);
  return std::make_shared<const Catalogue>(std::move(made.value()));
}

std::unique_ptr<JobSource> cloud_on(Wire& wire, Credentials with = credentials(),
                                    const std::vector<std::string>& endpoints = {},
                                    Rate budget = {1000, 1s}) {
  return make_cloud(KeyRing::of(std::move(with), wire.clock()), catalogue(endpoints),
                    std::make_unique<FakeTransport>(wire), budget, wire.clock());
}

JobAddress address(const char* project = "-") {
  return {"cn-north-4", "eip", project, kJob};
}

/// Asks once a cloud that answers with `what`.
JobReply ask(const HttpReply& what) {
  Wire wire;
  wire.replies = {what};
  return cloud_on(wire)->job(address());
}

JobReply ask(int status, const std::string& body) {
  return ask(reply(status, body));
}

}  // namespace

TEST_CASE("A job is asked for at its service's host and path, signed") {
  Wire wire;
  wire.replies = {reply(200, "{}")};
  const JobReply answer = cloud_on(wire)->job(address(kProject));
  CHECK(answer.outcome == Outcome::succeeded);
  REQUIRE(wire.calls.size() == 1);
  const Call& call = wire.calls[0];
  CHECK(call.url ==
        std::string("https://vpc.cn-north-4.myhuaweicloud.com/v1/") + kProject + "/jobs/" + kJob);
  CHECK(call.header("Host") == "vpc.cn-north-4.myhuaweicloud.com");
  CHECK(call.header("X-Project-Id") == kProject);
  CHECK(call.header("X-Sdk-Date") == "20261123T141500Z");
  CHECK(call.header("Accept") == "application/json");
  CHECK(call.headers.size() == 5);  // the fifth is Authorization: nothing else is ever sent

  const std::vector<Header> to_sign{{"X-Project-Id", kProject}};
  const std::string path = std::string("/v1/") + kProject + "/jobs/" + kJob;
  const auto expected =
      Signer({kAccess, Secret(kSecret)})
          .sign({.host = call.header("Host"), .path = path, .query = "", .headers = to_sign},
                call.header("X-Sdk-Date"));
  REQUIRE(expected);
  CHECK(call.header("Authorization") == expected.value().authorization);
}

TEST_CASE("A temporary key sends and signs its token") {
  Wire wire;
  wire.replies = {reply(200, "{}")};
  cloud_on(wire, credentials("TOKEN"))->job(address());
  CHECK(wire.calls.at(0).header("X-Security-Token") == "TOKEN");
  CHECK(contains(wire.calls.at(0).header("Authorization"),
                 "SignedHeaders=host;x-project-id;x-sdk-date;x-security-token,"));
}

TEST_CASE("An operator's endpoint is asked and signed with its port") {
  Wire wire;
  wire.replies = {reply(200, "{}")};
  cloud_on(wire, credentials(), {"*=http://127.0.0.1:9443"})->job(address());
  CHECK(wire.calls.at(0).url.starts_with("http://127.0.0.1:9443/v1/"));
  CHECK(wire.calls.at(0).header("Host") == "127.0.0.1:9443");
}

TEST_CASE("The project \"-\" is the key's own, another one is just asked") {
  Wire wire;
  wire.replies = {reply(200, "{}")};
  const auto cloud = cloud_on(wire);
  cloud->job(address("-"));
  CHECK(contains(wire.calls.at(0).url, std::string("/v1/") + kProject + "/jobs/"));
  const std::string other(32, 'a');
  cloud->job(address(other.c_str()));
  CHECK(contains(wire.calls.at(1).url, "/v1/" + other + "/jobs/"));
  CHECK(wire.calls.at(1).header("X-Project-Id") == other);
}

TEST_CASE("A job id in the query is signed with it") {
  Wire wire;
  wire.replies = {reply(200, "{}")};
  CHECK(cloud_on(wire)->job({"cn-north-4", "rds", "-", kJob}).outcome == Outcome::succeeded);
  const Call& call = wire.calls.at(0);
  const std::string path = std::string("/v3/") + kProject + "/jobs";
  const std::string query = std::string("id=") + kJob;
  CHECK(call.url == "https://rds.cn-north-4.myhuaweicloud.com" + path + "?" + query);
  const std::vector<Header> to_sign{{"X-Project-Id", kProject}};
  const auto expected =
      Signer({kAccess, Secret(kSecret)})
          .sign({.host = call.header("Host"), .path = path, .query = query, .headers = to_sign},
                call.header("X-Sdk-Date"));
  REQUIRE(expected);
  CHECK(call.header("Authorization") == expected.value().authorization);
}

TEST_CASE("A global service is asked at its one host, for a domain") {
  Wire wire;
  wire.replies = {reply(200, "{}")};
  Credentials with = credentials();
  const std::string own(32, 'd');
  with.domain_id = own;
  const auto cloud = cloud_on(wire, std::move(with));
  cloud->job({"cn-north-4", "geip", "-", kJob});
  const Call& call = wire.calls.at(0);
  CHECK(call.url == "https://eip.myhuaweicloud.com/v3/" + own + "/geip/jobs/" + kJob);
  CHECK(call.header("X-Domain-Id") == own);
  CHECK(call.header("X-Project-Id") == "none");
  CHECK(contains(call.header("Authorization"), "SignedHeaders=host;x-domain-id;x-sdk-date,"));
  const std::string other(32, 'e');
  cloud->job({"cn-north-4", "geip", other, kJob});
  CHECK(wire.calls.at(1).header("X-Domain-Id") == other);
}

TEST_CASE("An address outside the catalogue is never asked") {
  Wire wire;
  const auto cloud = cloud_on(wire);
  for (const JobAddress& bad : std::vector<JobAddress>{{"evil.com/", "eip", "-", kJob},
                                                       {"cn-north-4", "obs", "-", kJob},
                                                       {"cn-north-4", "eip", "../..", kJob},
                                                       {"cn-north-4", "eip", "-", "a/../b"},
                                                       {"cn-north-4", "eip", "-", "a\r\nX: y"},
                                                       {"cn-north-4", "eip", "-", "{job_id}"}}) {
    CHECK(cloud->job(bad).outcome == Outcome::not_found);
  }
  CHECK(wire.calls.empty());
}

TEST_CASE("A job comes back byte for byte, with the cloud's request id") {
  const std::string body = "\xEF\xBB\xBF \r\n\t{\"status\" : \"RUNNING\", broken";
  HttpReply ok = reply(200, body);
  ok.request_id = "2b1c-9.x_Y";
  const JobReply answer = ask(ok);
  CHECK(answer.outcome == Outcome::succeeded);
  CHECK(answer.http_status == 200);
  CHECK(answer.body == body);
  CHECK(answer.request_id == "2b1c-9.x_Y");
  CHECK(answer.detail.empty());
  CHECK(ask(200, "[]").outcome == Outcome::succeeded);
}

TEST_CASE("An answer that is no object or array is malformed and not handed on") {
  for (const char* body : {"", " ", "\xEF\xBB\xBF", "null", "\"{}\"", "<html>", "<!DOCTYPE html>",
                           "\x1f\x8b\x08", "42", "OK"}) {
    CAPTURE(body);
    const JobReply answer = ask(200, body);
    CHECK(answer.outcome == Outcome::malformed);
    CHECK(answer.body.empty());
    CHECK_FALSE(answer.detail.empty());
  }
}

TEST_CASE("Each status becomes its outcome, and only a success has a body") {
  const std::vector<std::pair<int, Outcome>> table{
      {400, Outcome::denied},    {401, Outcome::denied},    {403, Outcome::denied},
      {404, Outcome::not_found}, {429, Outcome::throttled}, {500, Outcome::failed},
      {502, Outcome::failed},    {503, Outcome::failed},    {504, Outcome::failed},
      {302, Outcome::malformed}, {304, Outcome::malformed}, {418, Outcome::malformed}};
  for (const auto& [status, outcome] : table) {
    CAPTURE(status);
    const JobReply answer = ask(status, R"({"code":"VPC.0504","message":"words of the cloud"})");
    CHECK(answer.outcome == outcome);
    CHECK(answer.http_status == status);
    CHECK(answer.body.empty());
    CHECK(answer.error_code == "VPC.0504");
    CHECK_FALSE(answer.detail.empty());
    CHECK_FALSE(contains(answer.detail, "words of the cloud"));
    CHECK(answer.log_detail == "words of the cloud");
  }
}

TEST_CASE("The error code is found in every shape the cloud's services use") {
  const std::vector<std::pair<const char*, const char*>> table{
      {R"({"error_code":"APIGW.0101","error_msg":"x","request_id":"r"})", "APIGW.0101"},
      {R"({"code":"VPC.0504","message":"x"})", "VPC.0504"},
      {R"({"error":{"code":"EVS.0001","message":"x"}})", "EVS.0001"},
      {R"({"error":{"code":400,"message":"x","title":"Bad Request"}})", "400"},
      {R"({"itemNotFound":{"code":404,"message":"x"}})", "404"},
      {R"({"NeutronError":{"type":"T","message":"x","code":"N.1"}})", "N.1"},
      {R"({"errorCode":"CCE.01400001","errorMessage":"x"})", "CCE.01400001"},
      {R"({"errCode":"SFS.TURBO.0124","errMsg":"x"})", "SFS.TURBO.0124"},
      {R"({"errCode":"DBS.280001","externalMessage":"x"})", "DBS.280001"},
      {R"({"errors":[{"errorCode":"SWR.1","errorMessage":"x"}]})", "SWR.1"},
      {R"({"error":{"code":"404"},"error_code":"111400063","error_msg":"x"})", "111400063"},
      {R"({"error_code":"","message":{"code":"DEEP.1","message":"x"}})", "DEEP.1"},
      {R"({"error_code":400,"error_msg":"x"})", "400"},
      {R"({"error_code":"APIC.9000"})", "APIC.9000"},
      {R"({"message":"x","request_id":""})", ""},
      {R"({"code":null,"message":"x"})", ""},
      {R"({"code":true,"message":"x"})", ""},
      {R"({'code':'VPC.1'})", ""},
      {"[]", ""},
      {"7", ""}};
  for (const auto& [body, code] : table) {
    CAPTURE(body);
    const JobReply answer = ask(404, body);
    CHECK(answer.error_code == code);
    if (contains(body, "\"x\"")) CHECK(answer.log_detail == "x");
  }
}

TEST_CASE("A code or request id that is not a plain short word is dropped") {
  for (const std::string& bad :
       {std::string("<script>"), std::string("A B"), std::string("a\\r\\nX: y"),
        std::string("查询"), std::string(65, 'A')}) {
    CAPTURE(bad);
    CHECK(ask(404, R"({"code":")" + bad + R"(","message":"x"})").error_code.empty());
  }
  HttpReply odd = reply(200, "{}");
  odd.request_id = "a<b>";
  CHECK(ask(odd).request_id.empty());
  odd.request_id = std::string(129, 'a');
  CHECK(ask(odd).request_id.empty());
}

TEST_CASE("The request id is taken from the body when no header has it") {
  CHECK(ask(404, R"({"error_code":"A","request_id":"abc123"})").request_id == "abc123");
}

TEST_CASE("Error bodies of any shape are survived") {
  std::string deep;
  for (int i = 0; i < 20000; ++i)
    deep += "{\"a\":";
  CHECK(ask(500, deep).outcome == Outcome::failed);
  for (int i = 0; i < 20000; ++i)
    deep[static_cast<std::size_t>(i)] = '[';
  CHECK(ask(500, deep).outcome == Outcome::failed);
  CHECK(ask(500, std::string(200000, '{')).outcome == Outcome::failed);
  CHECK(ask(500, std::string("\0\xff\xfe", 3)).outcome == Outcome::failed);
  const JobReply html = ask(502, "<html>\r\n<title>Bad\tGateway \xff</title>");
  CHECK(html.error_code.empty());
  CHECK(html.log_detail == "<html>  <title>Bad Gateway ?</title>");
}

TEST_CASE("What goes to the log is one bounded line without key, secret or token") {
  Wire wire;
  wire.replies = {reply(401, std::string(R"({"error_msg":"ak )") + kAccess +
                                 R"( not exist\nx-security-token:TOKEN|)" + kSecret +
                                 R"(","error_code":"APIGW.0301"})")};
  const JobReply answer = cloud_on(wire, credentials("TOKEN"))->job(address());
  CHECK(answer.log_detail == "ak AKTE… not exist x-security-token:…|…");
  CHECK(ask(500, std::string(5000, 'x')).log_detail.size() == 2048);
  std::string chinese(1925, 'x');
  for (int i = 0; i < 50; ++i)
    chinese += "询";  // three bytes each
  const std::string cut = ask(500, R"({"message":")" + chinese + "\"}").log_detail;
  CHECK(cut.size() == 1925 + 3 * 41);
  chinese.insert(0, 1, 'x');
  CHECK(ask(500, R"({"message":")" + chinese + "\"}").log_detail.size() == 1926 + 3 * 40);
}

TEST_CASE("A signature that something on the way echoes is not in the log") {
  Wire wire;
  class Echo final : public Transport {
   public:
    HttpReply send(std::string_view, const std::string&, std::span<const Header> headers) override {
      const auto authorization = std::ranges::find(headers, "Authorization", &Header::name);
      return reply(403, "<html>we saw " + authorization->value + "</html>");
    }
  };
  const auto cloud = make_cloud(KeyRing::of(credentials(), wire.clock()), catalogue(),
                                std::make_unique<Echo>(), {1000, 1s}, wire.clock());
  const std::string log = cloud->job(address()).log_detail;
  CHECK(contains(log, "Access=AKTE…"));
  CHECK(log.ends_with("Signature=…</html>"));
}

TEST_CASE("A transport's trouble says unreachable or too large, with the cause for the log") {
  const JobReply off = ask(cut_off(HttpReply::End::unreachable, "Could not resolve host"));
  CHECK(off.outcome == Outcome::unreachable);
  CHECK(off.http_status == 0);
  CHECK(off.log_detail == "Could not resolve host");
  CHECK_FALSE(off.detail.empty());
  CHECK(ask(cut_off(HttpReply::End::too_large, "big")).outcome == Outcome::too_large);
}

TEST_CASE("A connection that broke before an answer is tried again at once, signed anew") {
  Wire wire;
  wire.each_call_takes = seconds(2);
  wire.replies = {cut_off(HttpReply::End::connection_lost, "dead"), reply(200, "{}")};
  CHECK(cloud_on(wire)->job(address()).outcome == Outcome::succeeded);
  REQUIRE(wire.calls.size() == 2);
  CHECK(wire.pauses.empty());
  CHECK(wire.calls[0].header("X-Sdk-Date") == "20261123T141500Z");
  CHECK(wire.calls[1].header("X-Sdk-Date") == "20261123T141502Z");
  CHECK(wire.calls[0].header("Authorization") != wire.calls[1].header("Authorization"));
}

TEST_CASE("Silence and the cloud's own trouble are tried five times, each try signed anew") {
  for (const HttpReply& bad : {cut_off(HttpReply::End::unreachable, "x"), reply(500, "{}"),
                               reply(503, "{}"), cut_off(HttpReply::End::connection_lost, "x")}) {
    Wire wire;
    wire.replies = {bad};
    wire.each_call_takes = 1s;
    const JobReply answer = cloud_on(wire)->job(address());
    CHECK((answer.outcome == Outcome::unreachable || answer.outcome == Outcome::failed));
    CHECK(wire.calls.size() == 5);
    for (std::size_t i = 1; i < wire.calls.size(); ++i) {
      CHECK(wire.calls[i].header("X-Sdk-Date") != wire.calls[0].header("X-Sdk-Date"));
    }
  }
}

TEST_CASE("Tries stop as soon as one succeeds") {
  Wire wire;
  wire.replies = {reply(502, "<html>"), cut_off(HttpReply::End::unreachable, "x"),
                  reply(200, "{}")};
  CHECK(cloud_on(wire)->job(address()).outcome == Outcome::succeeded);
  CHECK(wire.calls.size() == 3);
}

TEST_CASE("The span a pause is drawn from doubles, and the whole of it counts from nothing on") {
  Wire longest;
  longest.replies = {reply(500, "{}")};
  longest.chance = 0.5;
  cloud_on(longest)->job(address());
  CHECK(longest.pauses == std::vector<milliseconds>{100ms, 200ms, 400ms, 800ms});
  Wire shortest;
  shortest.replies = {reply(500, "{}")};
  cloud_on(shortest)->job(address());
  CHECK(shortest.pauses.empty());
  CHECK(shortest.calls.size() == 5);
}

TEST_CASE("No try begins after ten seconds") {
  Wire wire;
  wire.replies = {cut_off(HttpReply::End::unreachable, "timed out")};
  wire.each_call_takes = 4s;
  cloud_on(wire)->job(address());
  CHECK(wire.calls.size() == 3);
}

TEST_CASE("A refusal is never tried again") {
  for (const HttpReply& bad :
       {reply(400, "{}"), reply(401, "{}"), reply(403, "{}"), reply(404, "{}"), reply(429, "{}"),
        reply(302, ""), reply(200, "<html>"), cut_off(HttpReply::End::too_large, "big"),
        cut_off(HttpReply::End::untrusted, "self-signed")}) {
    Wire wire;
    wire.replies = {bad};
    cloud_on(wire)->job(address());
    CHECK(wire.calls.size() == 1);
  }
}

TEST_CASE("A certificate that is not trusted is named as the cause") {
  const JobReply answer = ask(cut_off(HttpReply::End::untrusted, "self-signed certificate"));
  CHECK(answer.outcome == Outcome::unreachable);
  CHECK(contains(answer.detail, "--ca-file"));
}

TEST_CASE("After a throttled answer the service is left alone until its pause is over") {
  Wire wire;
  wire.replies = {reply(429, R"({"error_msg":"over ratelimit,limit:5,time:1 minute"})")};
  const auto cloud = cloud_on(wire);
  CHECK(cloud->job(address()).http_status == 429);
  const JobReply held = cloud->job(address());
  CHECK(held.outcome == Outcome::throttled);
  CHECK(held.http_status == 0);
  CHECK(held.retry_after == 12s);
  CHECK(wire.calls.size() == 1);
  wire.steady += 12s;
  wire.replies = {reply(200, "{}")};
  CHECK(cloud->job(address()).outcome == Outcome::succeeded);
}

TEST_CASE("The budget is over all jobs; whoever is soon to have a turn waits for it") {
  Wire wire;
  wire.replies = {reply(200, "{}")};
  const auto cloud = cloud_on(wire, credentials(), {}, {1, 1s});
  for (int i = 0; i < 4; ++i)
    CHECK(cloud->job(address()).outcome == Outcome::succeeded);
  CHECK(wire.pauses == std::vector<milliseconds>{1000ms, 1000ms});
  Wire slow;
  slow.replies = {reply(200, "{}")};
  const auto held = cloud_on(slow, credentials(), {}, {1, 60s});
  CHECK(held->job(address()).outcome == Outcome::succeeded);
  const JobReply answer = held->job(address());
  CHECK(answer.outcome == Outcome::throttled);
  CHECK(answer.retry_after == 60s);
  CHECK(contains(answer.detail, "--budget"));
}

TEST_CASE("A throttled answer says when to come back, never sooner than in five seconds") {
  const auto pause = [](const std::string& message) {
    return ask(429, R"({"error_code":"APIGW.0308","error_msg":")" + message + "\"}").retry_after;
  };
  CHECK(pause("policy user over ratelimit,limit:200,time:5 minute") == 5s);
  CHECK(pause("over ratelimit,limit:5,time:1 minute") == 12s);
  CHECK(pause("over ratelimit,limit:7,time:60 second") == 9s);
  CHECK(pause("over ratelimit,limit:1,time:1 hour") == 1h);
  CHECK(pause("over ratelimit,limit:1,time:30 day") == 1h);
  CHECK(pause("limit:4294967295,time:4294967295 day") == 1h);
  for (const char* odd :
       {"", "limit:", "limit:0,time:1 minute", "limit:5", "limit:5,time:", "limit:5,time:x minute",
        "limit:-5,time:1 minute", "limit:5,time:1 fortnight", "limit:99999999999,time:1 minute"}) {
    CAPTURE(odd);
    CHECK(pause(odd) == 5s);
  }
  HttpReply told = reply(429, R"({"error_msg":"limit:5,time:1 minute"})");
  told.retry_after = 90s;
  CHECK(ask(told).retry_after == 90s);
  told.retry_after = 1s;
  CHECK(ask(told).retry_after == 12s);
}

TEST_CASE("A pause the cloud asks for is handed on with other failures too") {
  HttpReply busy = reply(503, "");
  busy.retry_after = 30s;
  CHECK(ask(busy).retry_after == 30s);
  CHECK_FALSE(ask(503, "").retry_after);
}

TEST_CASE("A refused signature names a wrong clock when the answer shows one") {
  HttpReply late = reply(401, kRefusal);
  const system_clock::time_point here = Wire().wall;
  late.date = here + 20min;
  CHECK(contains(ask(late).detail, "20 minutes behind"));
  late.date = here - 3h;
  CHECK(contains(ask(late).detail, "180 minutes ahead"));
  late.date = here + 13min;
  CHECK_FALSE(contains(ask(late).detail, "clock"));
}

TEST_CASE("A clock more than a minute off is said to the operator once, whatever the answer") {
  Wire wire;
  HttpReply ok = reply(200, "{}");
  ok.date = wire.wall - 3min;
  wire.replies = {ok};
  const auto cloud = cloud_on(wire);
  const JobReply first = cloud->job(address());
  REQUIRE(first.notices.size() == 1);
  CHECK(contains(first.notices[0], "3 minutes ahead"));
  CHECK(cloud->job(address()).notices.empty());
  ok.date = wire.wall - 8min;
  wire.replies = {ok};
  CHECK(cloud->job(address()).notices.size() == 1);
  ok.date = wire.wall - 40s;
  wire.replies = {ok};
  CHECK(cloud->job(address()).notices.empty());
}

TEST_CASE("What the gateway saw otherwise than we signed is named to the operator alone") {
  Wire wire;
  const auto cloud = cloud_on(wire);
  wire.replies = {reply(
      401,
      R"({"error_msg":"verify aksk signature fail, canonicalRequest:POST|/v1/","error_code":"APIGW.0301"})")};
  const JobReply answer = cloud->job(address());
  REQUIRE(answer.notices.size() == 1);
  CHECK(contains(answer.notices[0], "line 1"));
  CHECK(contains(answer.notices[0], "POST"));
  CHECK_FALSE(contains(answer.detail, "POST"));
}

TEST_CASE("No part of a token is in what the gateway saw otherwise") {
  Wire wire;
  const std::string token(1000, 'T');
  // The token's is the sixth line of what was signed: path, query, host, project and date go
  // before.
  const std::string path = std::string("/v1/") + kProject + "/jobs/" + kJob + "/";
  wire.replies = {reply(401, R"({"error_msg":"canonicalRequest:GET|)" + path +
                                 "||host:vpc.cn-north-4.myhuaweicloud.com|x-project-id:" +
                                 kProject + R"(|x-sdk-date:20261123T141500Z|via:a proxy"})")};
  const JobReply answer = cloud_on(wire, credentials(token.c_str()))->job(address());
  REQUIRE(answer.notices.size() == 1);
  CHECK(contains(answer.notices[0], "via:a proxy"));
  CHECK(contains(answer.notices[0], "x-security-token:…"));
  CHECK_FALSE(contains(answer.notices[0], "TTT"));
}

TEST_CASE("A refusal whose words break off is a refusal, and is not asked for again") {
  for (const auto end : {HttpReply::End::unreachable, HttpReply::End::too_large}) {
    Wire wire;
    wire.replies = {cut_off(end, "transfer closed")};
    wire.replies[0].status = 401;
    const auto cloud = cloud_on(wire);
    for (std::size_t asked = 1; asked <= 3; ++asked) {
      CHECK(cloud->job(address()).outcome == Outcome::denied);
      CHECK(wire.calls.size() == asked);
    }
    CHECK(cloud->job(address()).outcome == Outcome::refused);
    CHECK(wire.calls.size() == 3);
  }
}

TEST_CASE("After three refused keys in a row nothing is asked for five and a half minutes") {
  Wire wire;
  wire.replies = {reply(401, kRefusal)};
  const auto cloud = cloud_on(wire);
  for (int i = 0; i < 3; ++i) {
    const JobReply refused = cloud->job(address());
    CHECK(refused.http_status == 401);
    CHECK_FALSE(refused.retry_after);
  }
  CHECK(wire.calls.size() == 3);

  JobReply held = cloud->job(address());
  CHECK(held.outcome == Outcome::refused);
  CHECK(held.http_status == 0);
  CHECK(held.retry_after == 330s);
  wire.steady += 329s;
  wire.wall += 24h;  // the wall's clock may be set; it does not count
  CHECK(cloud->job(address()).retry_after == 1s);
  CHECK(wire.calls.size() == 3);

  wire.steady += 1s;
  CHECK(cloud->job(address()).http_status == 401);  // one more try, and shut again
  CHECK(cloud->job(address()).http_status == 0);
  CHECK(wire.calls.size() == 4);

  wire.steady += 330s;
  wire.replies = {reply(200, "{}")};
  CHECK(cloud->job(address()).outcome == Outcome::succeeded);
  wire.replies = {reply(401, kRefusal)};
  for (int i = 0; i < 3; ++i)
    CHECK(cloud->job(address()).http_status == 401);
  CHECK(cloud->job(address()).http_status == 0);
}

TEST_CASE("Only refusals in a row count, and silence says nothing about a key") {
  Wire wire;
  const auto cloud = cloud_on(wire);
  for (int round = 0; round < 4; ++round) {
    wire.replies = {reply(401, kRefusal)};
    cloud->job(address());
    cloud->job(address());
    wire.replies = {reply(403, "{}")};  // the key was good, the right was missing
    CHECK(cloud->job(address()).http_status == 403);
  }
  wire.replies = {reply(401, kRefusal), cut_off(HttpReply::End::unreachable, "x"),
                  reply(401, kRefusal), reply(401, kRefusal)};
  for (int i = 0; i < 4; ++i)
    cloud->job(address());
  CHECK(cloud->job(address()).http_status == 0);
}

TEST_CASE("A wrong key that is asked for many jobs at once is refused three times, not more") {
  class Slow final : public Transport {
   public:
    explicit Slow(std::atomic<int>& calls) : calls_(calls) {}
    HttpReply send(std::string_view, const std::string&, std::span<const Header>) override {
      ++calls_;
      std::this_thread::sleep_for(5ms);
      return reply(401, kRefusal);
    }

   private:
    std::atomic<int>& calls_;
  };
  std::atomic<int> calls = 0;
  const auto cloud = make_cloud(KeyRing::of(credentials(), real_clock()), catalogue(),
                                std::make_unique<Slow>(calls), Rate{1000, 1s});
  std::vector<std::thread> viewers;
  viewers.reserve(40);
  for (int i = 0; i < 40; ++i)
    viewers.emplace_back([&cloud] { cloud->job(address()); });
  for (std::thread& viewer : viewers)
    viewer.join();
  CHECK(calls == 3);
}

TEST_CASE("Health is told without a question, and follows key and budget") {
  Wire wire;
  wire.replies = {reply(401, kRefusal)};
  const auto cloud = cloud_on(wire, credentials(), {}, {10, 1s});
  CHECK_FALSE(cloud->health().no_key);
  CHECK(cloud->health().shut_for == 0s);
  CHECK(cloud->health().budget.per_second == 10);
  CHECK(cloud->health().budget.left == 20);
  CHECK(wire.calls.empty());
  for (int i = 0; i < 3; ++i) {
    cloud->job(address(kProject));
  }
  CHECK(cloud->health().shut_for == 330s);
  CHECK(cloud->health().budget.left == 17);
  wire.steady += 330s;
  CHECK(cloud->health().shut_for == 0s);
  CHECK(cloud->health().budget.left == 20);
  CHECK(wire.calls.size() == 3);
}

TEST_CASE("Health tells how many services rest, until they do no longer") {
  Wire wire;
  wire.replies = {reply(429, "{}")};
  const auto cloud = cloud_on(wire);
  cloud->job(address(kProject));
  CHECK(cloud->health().budget.paused_services == 1);
  wire.steady += 1h;
  CHECK(cloud->health().budget.paused_services == 0);
}

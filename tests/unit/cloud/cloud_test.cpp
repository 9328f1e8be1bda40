// One signed question to a cloud that a fake transport plays: what is sent, what comes back as
// what, and when nothing is sent at all.
#include "cloud/cloud.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cloud/ask/transport.h"
#include "cloud/key/key_ring.h"
#include "cloud/key/signer.h"
#include "cloud/where/catalogue.h"
#include "support/fake_network.h"
#include "unit/catch.h"

namespace cloud_test {

namespace {

using namespace jobtree;
using namespace jobtree::cloud;  // NOLINT(google-build-using-namespace)
using namespace jobtree::tests;  // NOLINT(google-build-using-namespace)
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

Credentials credentials(const char* token = "", const char* project = kProject) {
  return {{kAccess, Secret(kSecret)}, Secret(token), project, "", "test"};
}

std::shared_ptr<const Catalogue> catalogue(const std::vector<std::string>& endpoints = {}) {
  auto made = Catalogue::make({.endpoints = endpoints});
  REQUIRE(made);
  return std::make_shared<const Catalogue>(std::move(made.value()));
}

std::unique_ptr<JobSource> cloud_on(FakeNetwork& network, Credentials with = credentials(),
                                    const std::vector<std::string>& endpoints = {},
                                    Rate budget = {1000, 1s}) {
  return make_cloud(KeyRing::of(std::move(with), network.clock()), catalogue(endpoints),
                    network.transport(), budget, network.clock());
}

JobAddress address(const char* project = "-") {
  return {"cn-north-4", "eip", project, kJob};
}

/// Asks once a cloud that answers with `what`.
JobReply ask(const HttpReply& what) {
  FakeNetwork network;
  network.replies = {what};
  return network.job(*cloud_on(network), address());
}

JobReply ask(int status, const std::string& body) {
  return ask(http_reply(status, body));
}

}  // namespace

TEST_CASE("A job is asked for at its service's host and path, signed") {
  FakeNetwork network;
  network.replies = {http_reply(200, "{}")};
  const JobReply answer = network.job(*cloud_on(network), address(kProject));
  CHECK(answer.outcome == Outcome::succeeded);
  REQUIRE(network.sent.size() == 1);
  const SentRequest& call = network.sent[0];
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
  FakeNetwork network;
  network.replies = {http_reply(200, "{}")};
  network.job(*cloud_on(network, credentials("TOKEN")), address());
  CHECK(network.sent.at(0).header("X-Security-Token") == "TOKEN");
  CHECK(contains(network.sent.at(0).header("Authorization"),
                 "SignedHeaders=host;x-project-id;x-sdk-date;x-security-token,"));
}

TEST_CASE("An operator's endpoint is asked and signed with its port") {
  FakeNetwork network;
  network.replies = {http_reply(200, "{}")};
  network.job(*cloud_on(network, credentials(), {"*=http://127.0.0.1:9443"}), address());
  CHECK(network.sent.at(0).url.starts_with("http://127.0.0.1:9443/v1/"));
  CHECK(network.sent.at(0).header("Host") == "127.0.0.1:9443");
}

namespace {

/// Two hosts, of which a test says how each fares; which were asked, in their order.
struct TwoHosts {
  explicit TwoHosts(HttpReply::End first, HttpReply::End second = HttpReply::End::complete)
      : ends{first, second} {
    network.respond = [this](const SentRequest& request) {
      const bool is_first = contains(request.url, "one.example");
      asked += is_first ? '1' : '2';
      CHECK(request.header("Host") == (is_first ? "one.example" : "two.example"));
      const HttpReply::End end = ends[is_first ? 0 : 1];
      return end == HttpReply::End::complete ? http_reply(200, "{}") : cut_off(end, "no way");
    };
  }
  JobReply job() {
    asked.clear();
    return network.job(*cloud, address());
  }

  HttpReply::End ends[2];
  FakeNetwork network;
  std::string asked;
  std::unique_ptr<JobSource> cloud =
      cloud_on(network, credentials(), {"eip=one.example,two.example"});
};

}  // namespace

TEST_CASE("Where a host is not reached the next one is asked at once, and from then on") {
  for (const auto end : {HttpReply::End::no_connection, HttpReply::End::untrusted}) {
    TwoHosts hosts(end);
    const JobReply answer = hosts.job();
    CHECK(answer.outcome == Outcome::succeeded);
    CHECK(hosts.asked == "12");
    CHECK(hosts.network.pauses.empty());
    REQUIRE(answer.notices.size() == 1);
    CHECK(answer.notices[0].en ==
          "https://one.example could not be reached (no way); using https://two.example in its "
          "place");
    CHECK(hosts.job().notices.empty());
    CHECK(hosts.asked == "2");
  }
}

TEST_CASE("When the host in its place fails too, the first is tried again") {
  TwoHosts hosts(HttpReply::End::no_connection);
  hosts.job();
  hosts.ends[0] = HttpReply::End::complete;
  hosts.ends[1] = HttpReply::End::no_connection;
  CHECK(hosts.job().outcome == Outcome::succeeded);
  CHECK(hosts.asked == "21");
  CHECK(hosts.job().outcome == Outcome::succeeded);
  CHECK(hosts.asked == "1");
}

TEST_CASE("A host that was reached is not passed over, whatever it says") {
  for (const auto end :
       {HttpReply::End::unreachable, HttpReply::End::connection_lost, HttpReply::End::too_large}) {
    TwoHosts hosts(end);
    CHECK(hosts.job().outcome != Outcome::succeeded);
    CHECK(hosts.asked.find('2') == std::string::npos);
  }
}

TEST_CASE("When no host is reached, a try has gone through all of them, and there are pauses") {
  TwoHosts hosts(HttpReply::End::no_connection, HttpReply::End::no_connection);
  hosts.network.chance = 0.5;
  CHECK(hosts.job().outcome == Outcome::unreachable);
  CHECK(hosts.asked == "1212121212");
  CHECK(hosts.network.pauses.size() == 4);
}

TEST_CASE("The project \"-\" is the key's own, another one is just asked") {
  FakeNetwork network;
  network.replies = {http_reply(200, "{}")};
  const auto cloud = cloud_on(network);
  network.job(*cloud, address("-"));
  CHECK(contains(network.sent.at(0).url, std::string("/v1/") + kProject + "/jobs/"));
  const std::string other(32, 'a');
  network.job(*cloud, address(other.c_str()));
  CHECK(contains(network.sent.at(1).url, "/v1/" + other + "/jobs/"));
  CHECK(network.sent.at(1).header("X-Project-Id") == other);
}

TEST_CASE("A job id in the query is signed with it") {
  FakeNetwork network;
  network.replies = {http_reply(200, "{}")};
  CHECK(network.job(*cloud_on(network), {"cn-north-4", "rds", "-", kJob}).outcome ==
        Outcome::succeeded);
  const SentRequest& call = network.sent.at(0);
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
  FakeNetwork network;
  network.replies = {http_reply(200, "{}")};
  Credentials with = credentials();
  const std::string own(32, 'd');
  with.domain_id = own;
  const auto cloud = cloud_on(network, std::move(with));
  network.job(*cloud, {"cn-north-4", "geip", "-", kJob});
  const SentRequest& call = network.sent.at(0);
  CHECK(call.url == "https://eip.myhuaweicloud.com/v3/" + own + "/geip/jobs/" + kJob);
  CHECK(call.header("X-Domain-Id") == own);
  CHECK(call.header("X-Project-Id") == "none");
  CHECK(contains(call.header("Authorization"), "SignedHeaders=host;x-domain-id;x-sdk-date,"));
  const std::string other(32, 'e');
  network.job(*cloud, {"cn-north-4", "geip", other, kJob});
  CHECK(network.sent.at(1).header("X-Domain-Id") == other);
}

TEST_CASE("An address outside the catalogue is never asked") {
  FakeNetwork network;
  const auto cloud = cloud_on(network);
  for (const JobAddress& bad : std::vector<JobAddress>{{"evil.com/", "eip", "-", kJob},
                                                       {"cn-north-4", "obs", "-", kJob},
                                                       {"cn-north-4", "eip", "../..", kJob},
                                                       {"cn-north-4", "eip", "-", "a/../b"},
                                                       {"cn-north-4", "eip", "-", "a\r\nX: y"},
                                                       {"cn-north-4", "eip", "-", "{job_id}"}}) {
    CHECK(network.job(*cloud, bad).outcome == Outcome::not_found);
  }
  CHECK(network.sent.empty());
}

TEST_CASE("A job comes back byte for byte, with the cloud's request id") {
  const std::string body = "\xEF\xBB\xBF \r\n\t{\"status\" : \"RUNNING\", broken";
  HttpReply ok = http_reply(200, body);
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
    CHECK_FALSE(contains(answer.detail.en, "words of the cloud"));
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
  HttpReply odd = http_reply(200, "{}");
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
  FakeNetwork network;
  network.replies = {http_reply(401, std::string(R"({"error_msg":"ak )") + kAccess +
                                         R"( not exist\nx-security-token:TOKEN|)" + kSecret +
                                         R"(","error_code":"APIGW.0301"})")};
  const JobReply answer = network.job(*cloud_on(network, credentials("TOKEN")), address());
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
  FakeNetwork network;
  class Echo final : public Transport {
   public:
    HttpReply send(const HttpRequest& request) override {
      const auto authorization = std::ranges::find(request.headers, "Authorization", &Header::name);
      return http_reply(403, "<html>we saw " + authorization->value + "</html>");
    }
  };
  const auto cloud = make_cloud(KeyRing::of(credentials(), network.clock()), catalogue(),
                                std::make_unique<Echo>(), {1000, 1s}, network.clock());
  const std::string log = network.job(*cloud, address()).log_detail;
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
  CHECK(ask(cut_off(HttpReply::End::no_room, "big")).outcome == Outcome::too_large);
}

TEST_CASE("A connection that broke before an answer is tried again at once, signed anew") {
  FakeNetwork network;
  network.each_takes = seconds(2);
  network.replies = {cut_off(HttpReply::End::connection_lost, "dead"), http_reply(200, "{}")};
  CHECK(network.job(*cloud_on(network), address()).outcome == Outcome::succeeded);
  REQUIRE(network.sent.size() == 2);
  CHECK(network.pauses.empty());
  CHECK(network.sent[0].header("X-Sdk-Date") == "20261123T141500Z");
  CHECK(network.sent[1].header("X-Sdk-Date") == "20261123T141502Z");
  CHECK(network.sent[0].header("Authorization") != network.sent[1].header("Authorization"));
}

TEST_CASE("Silence and the cloud's own trouble are tried five times, each try signed anew") {
  for (const HttpReply& bad :
       {cut_off(HttpReply::End::unreachable, "x"), http_reply(500, "{}"), http_reply(503, "{}"),
        cut_off(HttpReply::End::connection_lost, "x")}) {
    FakeNetwork network;
    network.replies = {bad};
    network.each_takes = 1s;
    const JobReply answer = network.job(*cloud_on(network), address());
    CHECK((answer.outcome == Outcome::unreachable || answer.outcome == Outcome::failed));
    CHECK(network.sent.size() == 5);
    for (std::size_t i = 1; i < network.sent.size(); ++i) {
      CHECK(network.sent[i].header("X-Sdk-Date") != network.sent[0].header("X-Sdk-Date"));
    }
  }
}

TEST_CASE("Tries stop as soon as one succeeds") {
  FakeNetwork network;
  network.replies = {http_reply(502, "<html>"), cut_off(HttpReply::End::unreachable, "x"),
                     http_reply(200, "{}")};
  CHECK(network.job(*cloud_on(network), address()).outcome == Outcome::succeeded);
  CHECK(network.sent.size() == 3);
}

TEST_CASE("The span a pause is drawn from doubles, and the whole of it counts from nothing on") {
  FakeNetwork longest;
  longest.replies = {http_reply(500, "{}")};
  longest.chance = 0.5;
  longest.job(*cloud_on(longest), address());
  CHECK(longest.pauses == std::vector<milliseconds>{100ms, 200ms, 400ms, 800ms});
  FakeNetwork shortest;
  shortest.replies = {http_reply(500, "{}")};
  shortest.job(*cloud_on(shortest), address());
  CHECK(shortest.pauses.empty());
  CHECK(shortest.sent.size() == 5);
}

TEST_CASE("No try begins after ten seconds") {
  FakeNetwork network;
  network.replies = {cut_off(HttpReply::End::unreachable, "timed out")};
  network.each_takes = 4s;
  network.job(*cloud_on(network), address());
  CHECK(network.sent.size() == 3);
}

TEST_CASE("A refusal is never tried again") {
  for (const HttpReply& bad :
       {http_reply(400, "{}"), http_reply(401, "{}"), http_reply(403, "{}"), http_reply(404, "{}"),
        http_reply(429, "{}"), http_reply(302, ""), http_reply(200, "<html>"),
        cut_off(HttpReply::End::too_large, "big"), cut_off(HttpReply::End::no_room, "big"),
        cut_off(HttpReply::End::untrusted, "self-signed")}) {
    FakeNetwork network;
    network.replies = {bad};
    network.job(*cloud_on(network), address());
    CHECK(network.sent.size() == 1);
  }
}

TEST_CASE("A certificate that is not trusted is named as the cause") {
  const JobReply answer = ask(cut_off(HttpReply::End::untrusted, "self-signed certificate"));
  CHECK(answer.outcome == Outcome::untrusted);
  CHECK(contains(answer.detail.en, "--ca-file"));
}

TEST_CASE("After a throttled answer the service is left alone until its pause is over") {
  FakeNetwork network;
  network.replies = {http_reply(429, R"({"error_msg":"over ratelimit,limit:5,time:1 minute"})")};
  const auto cloud = cloud_on(network);
  CHECK(network.job(*cloud, address()).http_status == 429);
  const JobReply held = network.job(*cloud, address());
  CHECK(held.outcome == Outcome::throttled);
  CHECK(held.http_status == 0);
  CHECK(held.retry_after == 12s);
  CHECK(network.sent.size() == 1);
  network.steady += 12s;
  network.replies = {http_reply(200, "{}")};
  CHECK(network.job(*cloud, address()).outcome == Outcome::succeeded);
}

TEST_CASE("The budget is over all jobs; whoever is soon to have a turn waits for it") {
  FakeNetwork network;
  network.replies = {http_reply(200, "{}")};
  const auto cloud = cloud_on(network, credentials(), {}, {1, 1s});
  for (int i = 0; i < 4; ++i)
    CHECK(network.job(*cloud, address()).outcome == Outcome::succeeded);
  CHECK(network.pauses == std::vector<milliseconds>{1000ms, 1000ms});
  FakeNetwork slow;
  slow.replies = {http_reply(200, "{}")};
  const auto held = cloud_on(slow, credentials(), {}, {1, 60s});
  CHECK(slow.job(*held, address()).outcome == Outcome::succeeded);
  const JobReply answer = slow.job(*held, address());
  CHECK(answer.outcome == Outcome::throttled);
  CHECK(answer.retry_after == 60s);
  CHECK(contains(answer.detail.en, "--budget"));
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
  HttpReply told = http_reply(429, R"({"error_msg":"limit:5,time:1 minute"})");
  told.retry_after = 90s;
  CHECK(ask(told).retry_after == 90s);
  told.retry_after = 1s;
  CHECK(ask(told).retry_after == 12s);
}

TEST_CASE("A pause the cloud asks for is handed on with other failures too") {
  HttpReply busy = http_reply(503, "");
  busy.retry_after = 30s;
  CHECK(ask(busy).retry_after == 30s);
  CHECK_FALSE(ask(503, "").retry_after);
}

TEST_CASE("A refused signature names a wrong clock when the answer shows one") {
  HttpReply late = http_reply(401, kRefusal);
  late.clock_ahead = -20min;
  CHECK(contains(ask(late).detail.en, "20 minutes behind"));
  late.clock_ahead = 3h;
  CHECK(contains(ask(late).detail.en, "180 minutes ahead"));
  late.clock_ahead = -13min;
  CHECK_FALSE(contains(ask(late).detail.en, "clock"));
}

TEST_CASE("A clock more than a minute off is said to the operator once, whatever the answer") {
  FakeNetwork network;
  HttpReply ok = http_reply(200, "{}");
  ok.clock_ahead = 3min;
  network.replies = {ok};
  const auto cloud = cloud_on(network);
  const JobReply first = network.job(*cloud, address());
  REQUIRE(first.notices.size() == 1);
  CHECK(contains(first.notices[0].en, "3 minutes ahead"));
  CHECK(network.job(*cloud, address()).notices.empty());
  ok.clock_ahead = 8min;
  network.replies = {ok};
  CHECK(network.job(*cloud, address()).notices.size() == 1);
  ok.clock_ahead = 40s;
  network.replies = {ok};
  CHECK(network.job(*cloud, address()).notices.empty());
}

TEST_CASE("What the gateway saw otherwise than we signed is named to the operator alone") {
  FakeNetwork network;
  const auto cloud = cloud_on(network);
  network.replies = {http_reply(
      401,
      R"({"error_msg":"verify aksk signature fail, canonicalRequest:POST|/v1/","error_code":"APIGW.0301"})")};
  const JobReply answer = network.job(*cloud, address());
  REQUIRE(answer.notices.size() == 1);
  CHECK(contains(answer.notices[0].en, "line 1"));
  CHECK(contains(answer.notices[0].en, "POST"));
  CHECK_FALSE(contains(answer.detail.en, "POST"));
}

TEST_CASE("No part of a token is in what the gateway saw otherwise") {
  FakeNetwork network;
  const std::string token(1000, 'T');
  // The token's is the sixth line of what was signed: path, query, host, project and date go
  // before.
  const std::string path = std::string("/v1/") + kProject + "/jobs/" + kJob + "/";
  network.replies = {
      http_reply(401, R"({"error_msg":"canonicalRequest:GET|)" + path +
                          "||host:vpc.cn-north-4.myhuaweicloud.com|x-project-id:" + kProject +
                          R"(|x-sdk-date:20261123T141500Z|via:a proxy"})")};
  const JobReply answer = network.job(*cloud_on(network, credentials(token.c_str())), address());
  REQUIRE(answer.notices.size() == 1);
  CHECK(contains(answer.notices[0].en, "via:a proxy"));
  CHECK(contains(answer.notices[0].en, "x-security-token:…"));
  CHECK_FALSE(contains(answer.notices[0].en, "TTT"));
}

TEST_CASE("A refusal whose words break off is a refusal, and is not asked for again") {
  for (const auto end : {HttpReply::End::unreachable, HttpReply::End::too_large}) {
    FakeNetwork network;
    network.replies = {cut_off(end, "transfer closed")};
    network.replies[0].status = 401;
    const auto cloud = cloud_on(network);
    for (std::size_t asked = 1; asked <= 3; ++asked) {
      CHECK(network.job(*cloud, address()).outcome == Outcome::denied);
      CHECK(network.sent.size() == asked);
    }
    CHECK(network.job(*cloud, address()).outcome == Outcome::refused);
    CHECK(network.sent.size() == 3);
  }
}

TEST_CASE("After three refused keys in a row nothing is asked for five and a half minutes") {
  FakeNetwork network;
  network.replies = {http_reply(401, kRefusal)};
  const auto cloud = cloud_on(network);
  for (int i = 0; i < 3; ++i) {
    const JobReply refused = network.job(*cloud, address());
    CHECK(refused.http_status == 401);
    CHECK_FALSE(refused.retry_after);
  }
  CHECK(network.sent.size() == 3);

  JobReply held = network.job(*cloud, address());
  CHECK(held.outcome == Outcome::refused);
  CHECK(held.http_status == 0);
  CHECK(held.retry_after == 330s);
  network.steady += 329s;
  network.wall += 24h;  // the wall's clock may be set; it does not count
  CHECK(network.job(*cloud, address()).retry_after == 1s);
  CHECK(network.sent.size() == 3);

  network.steady += 1s;
  CHECK(network.job(*cloud, address()).http_status == 401);  // one more try, and shut again
  CHECK(network.job(*cloud, address()).http_status == 0);
  CHECK(network.sent.size() == 4);

  network.steady += 330s;
  network.replies = {http_reply(200, "{}")};
  CHECK(network.job(*cloud, address()).outcome == Outcome::succeeded);
  network.replies = {http_reply(401, kRefusal)};
  for (int i = 0; i < 3; ++i)
    CHECK(network.job(*cloud, address()).http_status == 401);
  CHECK(network.job(*cloud, address()).http_status == 0);
}

TEST_CASE("Only refusals in a row count, and silence says nothing about a key") {
  FakeNetwork network;
  const auto cloud = cloud_on(network);
  for (int round = 0; round < 4; ++round) {
    network.replies = {http_reply(401, kRefusal)};
    network.job(*cloud, address());
    network.job(*cloud, address());
    network.replies = {http_reply(403, "{}")};  // the key was good, the right was missing
    CHECK(network.job(*cloud, address()).http_status == 403);
  }
  network.replies = {http_reply(401, kRefusal), cut_off(HttpReply::End::unreachable, "x"),
                     http_reply(401, kRefusal), http_reply(401, kRefusal)};
  for (int i = 0; i < 4; ++i)
    network.job(*cloud, address());
  CHECK(network.job(*cloud, address()).http_status == 0);
}

TEST_CASE("A wrong key that is used for many jobs at once is refused three times, not more") {
  /// Says nothing until all that may come at once have come.
  class Slow final : public Transport {
   public:
    HttpReply send(const HttpRequest&) override {
      if (++calls == 3) all_came.set_value();
      let_go.wait();
      return http_reply(401, kRefusal);
    }
    std::atomic<int> calls = 0;
    std::promise<void> all_came;
    std::promise<void> go;
    std::shared_future<void> let_go = go.get_future().share();
  };
  auto made = std::make_unique<Slow>();
  Slow& slow = *made;
  const auto cloud = make_cloud(KeyRing::of(credentials(), real_clock()), catalogue(),
                                std::move(made), Rate{1000, 1s});
  std::vector<std::future<JobReply>> viewers;
  viewers.reserve(3);
  for (int i = 0; i < 3; ++i) {
    viewers.push_back(
        std::async(std::launch::async, [&cloud] { return query_once(*cloud, address()); }));
  }
  slow.all_came.get_future().wait();
  for (int i = 0; i < 40; ++i) {
    const JobReply reply =
        query_once(*cloud, {"cn-north-4", "eip", "-", "job-" + std::to_string(i)});
    CHECK(reply.outcome == Outcome::deferred);  // and no thread waits
  }
  slow.go.set_value();
  for (auto& viewer : viewers)
    CHECK(viewer.get().http_status == 401);
  CHECK(query_once(*cloud, address()).outcome == Outcome::refused);
  CHECK(slow.calls == 3);
}

TEST_CASE("A query that is deferred keeps its place: it goes on where it was, and pays once") {
  FakeNetwork network;
  network.replies = {http_reply(500, "{}"), http_reply(200, "{}")};
  network.chance = 0.5;
  const auto cloud = cloud_on(network, credentials(), {}, {10, 1s});
  const JobReply first = query_once(*cloud, address());
  REQUIRE(first.outcome == Outcome::deferred);
  CHECK(first.not_before == network.steady + 100ms);
  CHECK(query_once(*cloud, address()).outcome == Outcome::deferred);  // too soon: nothing is sent
  CHECK(network.sent.size() == 1);
  network.pass(100ms);
  CHECK(query_once(*cloud, address()).outcome == Outcome::succeeded);
  CHECK(network.sent.size() == 2);
  CHECK(cloud->health().budget.left == 19);
}

TEST_CASE("A turn that was waited for is paid for once") {
  FakeNetwork network;
  network.replies = {http_reply(200, "{}")};
  const auto cloud = cloud_on(network, credentials(), {}, {1, 1s});
  for (int i = 0; i < 3; ++i)
    network.job(*cloud, address());
  CHECK(network.pauses == std::vector<milliseconds>{1000ms});
  CHECK(cloud->health().budget.left == 0);
}

TEST_CASE("Who comes back much too late begins anew") {
  FakeNetwork network;
  network.replies = {http_reply(500, "{}")};
  network.chance = 0.5;
  const auto cloud = cloud_on(network);
  CHECK(query_once(*cloud, address()).outcome == Outcome::deferred);
  network.pass(1min);
  network.sent.clear();
  CHECK(network.job(*cloud, address()).outcome == Outcome::failed);
  CHECK(network.sent.size() == 5);
}

TEST_CASE("A service that throttles is not told as a budget of ours that is used up") {
  FakeNetwork network;
  network.replies = {http_reply(429, R"({"error_msg":"over ratelimit,limit:5,time:1 minute"})")};
  const auto cloud = cloud_on(network);
  network.job(*cloud, address());
  const JobReply held = network.job(*cloud, address());
  CHECK(held.outcome == Outcome::throttled);
  CHECK(contains(held.detail.en, "eip"));
  CHECK_FALSE(contains(held.detail.en, "budget"));
}

TEST_CASE("Status 200 with an error in the place of a job is no job") {
  for (const char* body :
       {R"({"code":"Ecs.0614","message":"The server does not exist."})",
        R"({"error_code":"Ecs.0614","error_msg":"The server does not exist.","request_id":"x"})",
        R"({"error":{"code":"Ecs.0614","message":"The server does not exist."}})"}) {
    CAPTURE(body);
    const JobReply reply = ask(200, body);
    CHECK(reply.outcome == Outcome::denied);
    CHECK(reply.error_code == "Ecs.0614");
    CHECK(reply.log_detail == "The server does not exist.");
    CHECK(reply.body.empty());
    CHECK(contains(reply.detail.en, "instead of a job"));
  }
  for (const char* body :
       {R"({"error_code":"A.1","error_msg":"x","job_id":"j"})",
        R"({"error_code":"A.1","error_msg":"x","status":"FAIL"})",
        R"({"error_code":null,"error_msg":null})", R"({"error_code":"A.1"})",
        R"({"code":200,"message":"ok"})", R"({"code":0,"message":"ok"})", "{}"}) {
    CAPTURE(body);
    CHECK(ask(200, body).outcome == Outcome::succeeded);  // others judge what it is
  }
}

TEST_CASE("After stop() nothing is sent any more, and nothing is tried again") {
  FakeNetwork network;
  network.replies = {http_reply(200, "{}")};
  const auto cloud = cloud_on(network);
  cloud->stop();
  const JobReply reply = query_once(*cloud, address());
  CHECK(reply.outcome == Outcome::unreachable);
  CHECK(contains(reply.detail.en, "is stopping"));
  CHECK(network.sent.size() == 1);
}

TEST_CASE("A ring without a key says why, and nothing is sent") {
  FakeNetwork network;
  auto ring = KeyRing::open(CredentialChain(), "", network.clock());
  REQUIRE(ring);
  const auto cloud = make_cloud(std::move(ring.value()), catalogue(), network.transport(),
                                {1000, 1s}, network.clock());
  const JobReply reply = query_once(*cloud, address());
  CHECK(reply.outcome == Outcome::no_key);
  CHECK(reply.retry_after == 10s);
  CHECK_FALSE(reply.detail.empty());
  REQUIRE(cloud->health().no_key);
  CHECK(cloud->health().no_key->message() == reply.detail.en);
  CHECK(network.sent.empty());
}

TEST_CASE("Health is told without a question, and follows key and budget") {
  FakeNetwork network;
  network.replies = {http_reply(401, kRefusal)};
  const auto cloud = cloud_on(network, credentials(), {}, {10, 1s});
  CHECK_FALSE(cloud->health().no_key);
  CHECK(cloud->health().shut_for == 0s);
  CHECK(cloud->health().budget.per_second == 10);
  CHECK(cloud->health().budget.left == 20);
  CHECK(network.sent.empty());
  for (int i = 0; i < 3; ++i) {
    network.job(*cloud, address(kProject));
  }
  CHECK(cloud->health().shut_for == 330s);
  CHECK(cloud->health().budget.left == 17);
  network.steady += 330s;
  CHECK(cloud->health().shut_for == 0s);
  CHECK(cloud->health().budget.left == 20);
  CHECK(network.sent.size() == 3);
}

TEST_CASE("Health tells how many services rest, until they do no longer") {
  FakeNetwork network;
  network.replies = {http_reply(429, "{}")};
  const auto cloud = cloud_on(network);
  network.job(*cloud, address(kProject));
  CHECK(cloud->health().budget.paused_services == 1);
  network.steady += 1h;
  CHECK(cloud->health().budget.paused_services == 0);
}

}  // namespace cloud_test

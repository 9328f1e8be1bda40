// Who may ask, over real sockets: tokens, origins, budgets, the audit line, and what every answer
// tells browsers.
#include <stdexcept>
#include <string>
#include <vector>

#include "gateway/access/tokens.h"
#include "gateway/gateway.h"
#include "unit/catch.h"
#include "unit/gateway/client.h"
#include "unit/gateway/running.h"

namespace access_test {

using namespace jobtree::gateway;  // NOLINT(google-build-using-namespace)
using jobtree::cloud::JobAddress;
using jobtree::cloud::JobReply;
using jobtree::cloud::Outcome;

namespace {

const std::string kMine = "0605767cc80010f42f1ec00bc0e6b7a8";
const std::string kOthers = "0605767cc80010f42f1ec00bc0e6b7a9";
constexpr const char* kPortal = "https://portal.example.com";

std::string path_of(const std::string& project, const std::string& job = "a",
                    const std::string& service = "eip") {
  return "/api/cn-north-4/" + service + "/v1/" + project + "/jobs/" + job;
}

std::string bearer(const std::string& token) {
  return "Authorization: Bearer " + token + "\r\n";
}

/// Of a cloud in which jobs whose id begins with "no" are not there.
JobReply answer_of(const JobAddress& address) {
  JobReply answer;
  const bool is_there = address.job_id().find("no") != 0;
  answer.outcome = is_there ? Outcome::succeeded : Outcome::not_found;
  answer.http_status = is_there ? 200 : 404;
  answer.body = is_there ? "{\"project\":\"" + address.project_id() + "\"}" : "";
  answer.request_id = "cloud-" + address.job_id();
  answer.error_code = is_there ? "" : "VPC.0603";
  answer.detail = is_there ? "" : "The cloud's own sort of nothing.";
  return answer;
}

/// With `lines`, those are its tokens file.
class Running : public RunningGateway {
 public:
  explicit Running(const std::string& lines = "", Options options = {})
      : RunningGateway(std::move(options), lines) {
    cloud.answer = answer_of;
  }
};

std::string two_tokens() {
  return line_of({"mine", {kMine, "-"}, {}}, "jt.mine") + "\n" +
         line_of({"others", {kOthers}, {"ecs"}}, "jt.others") + "\n";
}

Options with_portal() {
  Options options;
  options.allow_origins = {kPortal};
  return options;
}

/// All of an answer that may tell one case from another: everything but the ids and the date.
std::string without_ids(Reply reply) {
  std::string id = reply.json().at("request_id");
  reply.body.replace(reply.body.find(id), id.size(), "ID");
  std::string text = std::to_string(reply.status) + reply.body;
  for (const auto& [name, value] : reply.headers) {
    text += "\n" + name;
    if (name != "x-request-id" && name != "date") text += ": " + value;
  }
  return text;
}

}  // namespace

TEST_CASE("Once tokens are in use, a question needs one") {
  struct Case {
    std::string header;
    std::string code;
    std::string challenge;
  };
  const std::vector<Case> cases{
      {"", "jobtree.token_required", "Bearer"},
      {"Authorization: jt.mine\r\n", "jobtree.token_required", "Bearer"},
      {"Authorization: Bearer\r\n", "jobtree.token_required", "Bearer"},
      {"Authorization: Basic anQubWluZQ==\r\n", "jobtree.token_required", "Bearer"},
      {bearer("jt.canary"), "jobtree.bad_token", "Bearer error=\"invalid_token\""},
      {bearer("jt.mine jt.mine"), "jobtree.bad_token", "Bearer error=\"invalid_token\""},
      {bearer("jt.mine") + bearer("jt.mine"), "jobtree.bad_token",
       "Bearer error=\"invalid_token\""},
      {bearer(std::string(1000, 'a')), "jobtree.bad_token", "Bearer error=\"invalid_token\""},
  };
  Running running(two_tokens());
  for (const auto& [header, code, challenge] : cases) {
    INFO(header);
    // Whatever is asked for, real, absent or malformed: the token is looked at first.
    for (const std::string& path : {path_of(kMine), path_of(kMine, "none"), path_of("canary"),
                                    std::string("/api/canary/eip/v1/-/jobs/a")}) {
      const Reply reply = get(running.port, path, header);
      CHECK(reply.status == 401);
      CHECK(reply.code() == code);
      CHECK(reply.header("www-authenticate") == challenge);
    }
  }
  CHECK(running.cloud.calls == 0);
  CHECK(running.logged("outcome=no_token"));
  CHECK(running.logged("outcome=bad_token"));
  CHECK_FALSE(running.logged("canary"));
  CHECK_FALSE(running.logged("jt.mine"));
  for (const char* header :
       {"Authorization: Bearer jt.mine\r\n", "authorization: bearer jt.mine\r\n",
        "Authorization: BEARER   jt.mine\r\n"}) {
    INFO(header);
    CHECK(get(running.port, path_of(kMine), header).status == 200);
  }
}

TEST_CASE("A token past its last day opens nothing, and its holder is told why") {
  Running running(
      line_of({"mine", {"-"}, {}, jobtree::gateway::parse_day("2020-02-29").value()}, "jt.mine") +
      "\n");
  const Reply reply = get(running.port, path_of("-"), bearer("jt.mine"));
  CHECK(reply.status == 401);
  CHECK(reply.code() == "jobtree.bad_token");
  CHECK(reply.header("www-authenticate") == "Bearer error=\"invalid_token\"");
  CHECK(reply.json().at("detail").get<std::string>().find("2020-02-29") != std::string::npos);
  CHECK(running.cloud.calls == 0);
  CHECK(running.logged("outcome=expired_token"));
}

TEST_CASE("Who is shut out again and again does not fill the log") {
  Running running(two_tokens());
  for (int i = 0; i < 50; ++i) {
    get(running.port, path_of(kMine));
  }
  const std::string log = running.log();
  int lines = 0;
  for (std::size_t at = log.find("outcome=no_token"); at != std::string::npos;
       at = log.find("outcome=no_token", at + 1))
    ++lines;
  CHECK(lines == 1);
  CHECK(running.logged("viewer=127.0.0.1 token= region="));
}

TEST_CASE("What needs no token stays open, and tells of the tokens") {
  Options options;
  options.default_project = kMine;
  Running running(two_tokens(), options);
  for (const char* path : {"/", "/job-tree.js", "/healthz", "/readyz", "/api/config",
                           "/api/error-codes.json", "/api/error-codes/Ecs.0319"}) {
    INFO(path);
    CHECK(get(running.port, path).status == 200);
  }
  const auto config = get(running.port, "/api/config").json();
  CHECK(config.at("token_required") == true);
  CHECK(config.at("default_project") == "-");
}

TEST_CASE("The metrics need a token where others do, and none on a port of their own") {
  Options options;
  Running running(two_tokens(), options);
  CHECK(get(running.port, "/metrics").status == 401);
  CHECK(get(running.port, "/metrics", "Authorization: Bearer jt.other\r\n").status == 401);
  const Reply shown = get(running.port, "/metrics", "Authorization: Bearer jt.mine\r\n");
  CHECK(shown.status == 200);
  CHECK(shown.body.find("outcome=\"unauthorized\"} 2\n") != std::string::npos);
  CHECK(shown.body.find("mine") == std::string::npos);

  options.metrics = {.host = "127.0.0.1", .port = 0};
  Running apart(two_tokens(), options);
  const std::string url = apart.gateway->metrics_url();
  CHECK(get(std::stoi(url.substr(url.rfind(':') + 1)), "/metrics").status == 200);
}

TEST_CASE("Each token sees its own, and the rest as if it were not there") {
  struct Case {
    std::string token;
    std::string path;
    int status;
  };
  const std::vector<Case> cases{
      {"jt.mine", path_of(kMine), 200},
      {"jt.mine", path_of("-"), 200},
      {"jt.mine", path_of(kMine, "a", "ecs"), 200},
      {"jt.mine", path_of(kMine, "none"), 404},
      {"jt.mine", path_of(kOthers), 404},
      {"jt.mine", path_of(kOthers, "none"), 404},
      {"jt.others", path_of(kOthers, "a", "ecs"), 200},
      {"jt.others", path_of(kOthers, "a", "eip"), 404},
      {"jt.others", path_of(kMine, "a", "ecs"), 404},
      {"jt.others", path_of("-", "a", "ecs"), 404},
      {"jt.others", path_of(kOthers, "none", "ecs"), 404},
  };
  Running running(two_tokens());
  int asked = 0;
  std::string nothing;
  for (const auto& [token, path, status] : cases) {
    INFO(token << " " << path);
    const bool in_scope =
        status == 200 || path == path_of(kMine, "none") || path == path_of(kOthers, "none", "ecs");
    asked += in_scope ? 1 : 0;
    const Reply reply = get(running.port, path, bearer(token) + "If-None-Match: \"x\"\r\n");
    CHECK(reply.status == status);
    CHECK(running.cloud.calls == asked);
    if (status != 404) continue;
    CHECK(reply.code() == "jobtree.job_not_found");
    if (nothing.empty()) nothing = without_ids(reply);
    CHECK(without_ids(reply) == nothing);
  }
  CHECK(running.logged("outcome=not_allowed cache= upstream_request_id=\n"));
  CHECK(running.logged("outcome=unknown cache=jobtree; fwd=miss upstream_request_id=cloud-none\n"));
}

TEST_CASE("A token for the key's own project sees it by its id too, once that is known") {
  Running running(line_of({"own", {"-"}, {}}, "jt.own") + "\n");
  CHECK(get(running.port, path_of(kMine), bearer("jt.own")).status == 404);
  running.cloud.own = kMine;
  CHECK(get(running.port, path_of(kMine), bearer("jt.own")).status == 200);
  CHECK(get(running.port, path_of(kOthers), bearer("jt.own")).status == 404);
  // The same job is fetched once, whichever way it is named.
  const int calls = running.cloud.calls;
  CHECK(get(running.port, path_of("-"), bearer("jt.own")).status == 200);
  CHECK(running.cloud.calls == calls);
}

TEST_CASE("An SDK's token is its security token, and nothing else") {
  Running running(two_tokens());
  const std::string sdk = "X-Sdk-Date: 20261129T000000Z\r\n";
  const std::string signature = "Authorization: SDK-HMAC-SHA256 Access=A, SignedHeaders=b\r\n";
  const std::string token = "X-Security-Token: jt.mine\r\n";
  CHECK(get(running.port, path_of(kMine), sdk + signature + token).status == 200);
  CHECK(get(running.port, path_of(kOthers), sdk + token).status == 404);
  CHECK(get(running.port, path_of(kMine), token).status == 401);
  const Reply refused = get(running.port, path_of(kMine), sdk + bearer("jt.mine"));
  CHECK(refused.status == 401);
  CHECK(refused.header("content-type") == "application/json");
  CHECK(refused.json().at("error_code") == "jobtree.token_required");
  CHECK(get(running.port, path_of(kMine), sdk + token + token).status == 401);
}

TEST_CASE("Every decision is one line, of names that are known") {
  Running running(two_tokens());
  const Reply shown = get(running.port, path_of(kMine), bearer("jt.mine"));
  CHECK(
      running.logged("audit request_id=cloud-a viewer=127.0.0.1 token=mine region=cn-north-4 "
                     "service=eip project=" +
                     kMine +
                     " job=a outcome=shown cache=jobtree; fwd=miss "
                     "upstream_request_id=cloud-a\n"));
  get(running.port, path_of(kMine),
      bearer("jt.mine") + "If-None-Match: " + shown.header("etag") + "\r\n");
  CHECK(running.logged("outcome=unchanged"));
  const Reply unseen = get(running.port, path_of(kOthers), bearer("jt.mine"));
  CHECK(running.logged("audit request_id=" + unseen.header("x-request-id") +
                       " viewer=127.0.0.1 token=mine region=cn-north-4 service=eip project=" +
                       kOthers + " job=a outcome=not_allowed"));
  const std::string log = running.log();
  int lines = 0;
  for (std::size_t at = log.find("audit "); at != std::string::npos;
       at = log.find("audit ", at + 1))
    ++lines;
  CHECK(lines == 3);
}

TEST_CASE("Nothing that was not checked gets into the log") {
  Running running(two_tokens());
  for (const char* path :
       {"/canary", "/api/canary/eip/v1/-/jobs/a", "/api/cn-north-4/canary/x", "/?token=canary",
        "/api/cn-north-4/eip/v1/-/jobs/jt.canary", "/api/cn-north-4/eip/v1/-/jobs/a?canary",
        "/api/cn-north-4/eip/v1/canary/jobs/a", "/api/config?canary"}) {
    INFO(path);
    get(running.port, path, bearer("jt.mine") + "Origin: https://canary\r\n");
    get(running.port, path, bearer("jt.mine") + "If-None-Match: canary\r\nX-Canary: canary\r\n");
  }
  request(running.port, "CANARYcanary", "/", "Origin: canary\r\n");
  CHECK(running.logged("response "));
  CHECK_FALSE(running.logged("canary"));
}

TEST_CASE("A walk through random ids ends, but not for jobs that were there") {
  Running running;
  CHECK(get(running.port, path_of("-")).status == 200);
  int unknown = 0;
  Reply last;
  for (int i = 0; i < 100; ++i) {
    last = get(running.port, path_of("-", "no" + std::to_string(i)));
    if (last.status != 404) break;
    ++unknown;
  }
  CHECK(unknown >= 60);
  CHECK(unknown < 70);  // a few more, as time goes by
  CHECK(last.status == 429);
  CHECK(last.code() == "jobtree.too_many_unknown");
  CHECK(last.header("retry-after") == "1");
  CHECK(last.json().at("retry_after") == 1);
  CHECK(running.cloud.calls == unknown + 1);
  CHECK(get(running.port, path_of("-")).status == 200);
  CHECK(running.logged("outcome=too_many_unknown"));
}

TEST_CASE("The budget of unknown jobs tells nothing of what a token may not see") {
  Running running(two_tokens());
  // The others' job is known here, for it was seen.
  CHECK(get(running.port, path_of(kOthers, "a", "ecs"), bearer("jt.others")).status == 200);
  for (int i = 0; i < 70; ++i) {
    get(running.port, path_of(kOthers, "no" + std::to_string(i), "ecs"), bearer("jt.mine"));
  }
  const Reply real = get(running.port, path_of(kOthers, "a", "ecs"), bearer("jt.mine"));
  const Reply absent = get(running.port, path_of(kOthers, "none", "ecs"), bearer("jt.mine"));
  CHECK(real.status == 429);
  CHECK(without_ids(real) == without_ids(absent));
  CHECK(running.cloud.calls == 1);
}

TEST_CASE("Pages of an allowed origin may read every answer, and no other page may") {
  Running running(two_tokens(), with_portal());
  const std::string origin = std::string("Origin: ") + kPortal + "\r\n";
  const std::string cross = origin + "Sec-Fetch-Site: cross-site\r\n";
  struct Case {
    std::string path;
    std::string headers;
    int status;
  };
  const std::vector<Case> cases{
      {path_of(kMine), bearer("jt.mine"), 200},
      {path_of(kMine), bearer("jt.mine") + "If-None-Match: *\r\n", 304},
      {path_of("bad"), bearer("jt.mine"), 400},
      {path_of(kMine), "", 401},
      {path_of(kMine, "none"), bearer("jt.mine"), 404},
      {"/api/config", "", 200},
      {"/nothing", "", 404},
      {"/" + std::string(7500, 'a'), "", 414},
      {"/", "Content-Length: x\r\n", 400},
  };
  for (const auto& [path, headers, status] : cases) {
    INFO(path.substr(0, 80) << " " << headers);
    const Reply allowed = get(running.port, path, headers + cross);
    CHECK(allowed.status == status);
    CHECK(allowed.header("access-control-allow-origin") == kPortal);
    CHECK(allowed.header("access-control-expose-headers").find("ETag, Age, Date, Cache-Status") ==
          0);
    CHECK(allowed.header("access-control-allow-credentials").empty());
    CHECK(allowed.header("vary").find("Origin") != std::string::npos);
    for (const char* other :
         {"https://portal.example.com.evil.com", "https://portal.example.com:8443",
          "http://portal.example.com", "https://evilportal.example.com", "https://example.com",
          "https://portal.example.com:443", "HTTPS://portal.example.com",
          "https://portal.example.com/", "https://portal.example.com, https://evil.com", "null",
          "*"}) {
      INFO(other);
      const Reply refused = get(running.port, path, headers + "Origin: " + other + "\r\n");
      CHECK(refused.header("access-control-allow-origin").empty());
      CHECK(refused.header("vary").find("Origin") != std::string::npos);
      if (path.find("/api/") == 0) CHECK(refused.status == 403);
    }
  }
  // Two are none.
  CHECK(get(running.port, path_of(kMine), bearer("jt.mine") + origin + origin).status == 403);
}

TEST_CASE("A browser's own question before a question is answered without a token, for two hours") {
  Running running(two_tokens(), with_portal());
  const std::string origin = std::string("Origin: ") + kPortal + "\r\n";
  const Reply reply = request(running.port, "OPTIONS", path_of(kMine),
                              origin +
                                  "Access-Control-Request-Method: GET\r\n"
                                  "Access-Control-Request-Headers: authorization\r\n");
  CHECK(reply.status == 204);
  CHECK(reply.header("access-control-allow-origin") == kPortal);
  CHECK(reply.header("access-control-allow-methods") == "GET");
  CHECK(reply.header("access-control-allow-headers") == "Authorization, If-None-Match, Prefer");
  CHECK(reply.header("access-control-max-age") == "7200");
  CHECK(reply.header("vary") == "Origin");
  for (const char* other : {"Origin: https://evil.com\r\n", "Origin: null\r\n"}) {
    INFO(other);
    const Reply refused = request(running.port, "OPTIONS", path_of(kMine), other);
    CHECK(refused.status == 403);
    CHECK(refused.header("access-control-allow-methods").empty());
  }
  CHECK(request(running.port, "OPTIONS", path_of(kMine)).status == 405);
  // A batch may be ordered from our own pages alone.
  CHECK(request(running.port, "OPTIONS", "/api/demo/batches", origin).status == 403);
  CHECK(request(running.port, "POST", "/api/demo/batches",
                origin + "Content-Type: application/json\r\n", "{}")
            .status == 403);
}

TEST_CASE("Only what portals load may be loaded by them") {
  Running running("", with_portal());
  for (const char* path : {"/job-tree.js", "/element.js"}) {
    INFO(path);
    const Reply reply = get(running.port, path, "Origin: https://any.example\r\n");
    CHECK(reply.header("access-control-allow-origin") == "*");
    CHECK(reply.header("cross-origin-resource-policy") == "cross-origin");
    CHECK(reply.header("vary") == "Accept-Encoding");
  }
  for (const char* path : {"/", "/dashboard.js", "/dashboard.css", "/favicon.svg", "/api/config"}) {
    INFO(path);
    const Reply reply = get(running.port, path);
    CHECK(reply.header("access-control-allow-origin").empty());
    CHECK(reply.header("cross-origin-resource-policy") == "same-origin");
  }
  const auto integrity = get(running.port, "/api/config").json().at("integrity");
  CHECK(integrity.at("job-tree.js").get<std::string>().find("sha384-") == 0);
  CHECK(integrity.at("job-tree.js").get<std::string>().size() == 7 + 64);
  CHECK(integrity.contains("element.js"));
  CHECK_FALSE(integrity.contains("dashboard.js"));
}

TEST_CASE("Every answer, of whatever status, tells browsers to be strict") {
  Running running(two_tokens());
  running.cloud.answer = [](const JobAddress& address) -> JobReply {
    if (address.job_id() == "throws") throw std::runtime_error("canary");
    JobReply answer;
    answer.outcome = address.job_id() == "slow" ? Outcome::throttled : Outcome::succeeded;
    answer.body = "{}";
    return answer;
  };
  const std::string mine = bearer("jt.mine");
  const std::string json = "Content-Type: application/json\r\n";
  struct Case {
    int status;
    std::string method, target, headers, body;
  };
  const std::vector<Case> cases{
      {200, "GET", path_of(kMine), mine, ""},
      {200, "GET", "/", "", ""},
      {304, "GET", path_of(kMine), mine + "If-None-Match: *\r\n", ""},
      {304, "GET", "/", "If-None-Match: *\r\n", ""},
      {400, "GET", path_of("x"), mine, ""},
      {401, "GET", path_of(kMine), "", ""},
      {403, "GET", path_of(kMine), mine + "Origin: null\r\n", ""},
      {404, "GET", "/nothing", "", ""},
      {405, "DELETE", "/", "", ""},
      {413, "POST", "/api/demo/batches", json, std::string(70'000, ' ')},
      {429, "GET", path_of(kMine, "slow"), mine, ""},
      {500, "GET", path_of(kMine, "throws"), mine, ""},
  };
  for (const auto& [status, method, target, headers, body] : cases) {
    INFO(status << " " << target);
    const Reply reply = request(running.port, method, target, headers, body);
    CHECK(reply.status == status);
    CHECK(reply.header("x-content-type-options") == "nosniff");
    CHECK(reply.header("referrer-policy") == "no-referrer");
    CHECK(reply.header("cross-origin-opener-policy") == "same-origin");
    CHECK(reply.header("cross-origin-resource-policy") == "same-origin");
    CHECK(reply.header("access-control-allow-origin").empty());
    const std::string policy = reply.header("content-security-policy");
    if (status == 304) {
      CHECK(policy.empty());  // or it would take the place of the one that was kept
    } else {
      CHECK(policy.find("default-src 'none'") == 0);
      CHECK(policy.find("frame-ancestors 'none'") != std::string::npos);
      CHECK(policy.find("unsafe-inline") == std::string::npos);
      CHECK(policy.find("'unsafe-eval'") == std::string::npos);
    }
  }
}

TEST_CASE("Who loses its token while it waits is told so, and no longer what it waited for") {
  struct Case {
    std::string lines;
    int status;
    std::string code;
  };
  const std::vector<Case> cases{
      {"# nobody\n", 401, "jobtree.bad_token"},
      {line_of({"mine", {"-"}, {}}, "jt.another") + "\n", 401, "jobtree.bad_token"},
      {line_of({"mine", {kOthers}, {}}, "jt.mine") + "\n", 404, "jobtree.job_not_found"},
  };
  for (const auto& [lines, status, code] : cases) {
    INFO(lines);
    Running running(two_tokens());
    const Reply first = get(running.port, path_of(kMine), bearer("jt.mine"));
    REQUIRE(first.status == 200);
    Connection waiting(running.port);
    waiting.send("GET " + path_of(kMine) +
                 " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(running.port) +
                 "\r\nPrefer: wait=60\r\nIf-None-Match: " + first.header("etag") + "\r\n" +
                 bearer("jt.mine") + "\r\n");
    running.write_tokens(lines);
    const Reply told = waiting.read();
    CHECK(told.status == status);
    CHECK(told.code() == code);
    CHECK(told.header("etag").empty());
    CHECK(told.header("x-content-type-options") == "nosniff");
  }
}

TEST_CASE("With tokens a gateway may listen anywhere, and knows no host it was not told") {
  Options options;
  options.host = "0.0.0.0";
  options.allow_hosts = {"jobs.example.com"};
  Running running(two_tokens(), options);
  const auto status_of = [&](const std::string& host) {
    Connection connection(running.port);
    connection.send("GET /healthz HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    return connection.read().status;
  };
  const std::string port = ":" + std::to_string(running.port);
  CHECK(status_of("127.0.0.1" + port) == 200);
  CHECK(status_of("jobs.example.com") == 200);
  CHECK(status_of("0.0.0.0" + port) == 421);
  CHECK(status_of("10.0.0.1" + port) == 421);
}

}  // namespace access_test

#include "gateway/gateway.h"

#include <atomic>
#include <chrono>
#include <future>
#include <stdexcept>
#include <string>
#include <vector>

#include "gateway/site/assets.h"
#include "support/until.h"
#include "unit/catch.h"
#include "unit/gateway/client.h"
#include "unit/gateway/running.h"

namespace gateway_test {

using namespace std::chrono_literals;
using jobtree::Failure;
using jobtree::Result;
using jobtree::cloud::Catalogue;
using jobtree::cloud::Health;
using jobtree::cloud::JobAddress;
using jobtree::cloud::JobReply;
using jobtree::cloud::Outcome;
using jobtree::gateway::assets;
using jobtree::gateway::Connection;
using jobtree::gateway::Demo;
using jobtree::gateway::DemoJob;
using jobtree::gateway::FakeCloud;
using jobtree::gateway::Gateway;
using jobtree::gateway::get;
using jobtree::gateway::Judgement;
using jobtree::gateway::Options;
using jobtree::gateway::Reply;
using jobtree::gateway::request;
using jobtree::tests::until;
using Running = jobtree::gateway::RunningGateway;

namespace {

const std::string kProject = "0605767cc80010f42f1ec00bc0e6b7a8";
const std::string kJob = "ff808082843684110184e155fdb36461";
const std::string kJobs = "/api/cn-north-4/eip/v1/" + kProject + "/jobs/";
const std::string kPath = kJobs + kJob;
constexpr const char* kJson = "Content-Type: application/json\r\n";

JobReply succeeded(std::string body) {
  JobReply answer;
  answer.outcome = Outcome::succeeded;
  answer.http_status = 200;
  answer.body = std::move(body);
  answer.request_id = "cloud-1";
  return answer;
}

std::shared_ptr<const Catalogue> any_catalogue() {
  return std::make_shared<const Catalogue>(Catalogue::make().value());
}

/// The one form that fits every service.
std::string common_path(std::string_view owner, std::string_view ids) {
  return std::string("/v1/").append(owner).append("/jobs/").append(ids);
}

DemoJob demo_job(const std::string& id) {
  return {"cn-north-4", "eip", kProject, id, "A job", "任务"};
}

Options with_demo() {
  Options options;
  options.demo = Demo{.jobs = [] { return std::vector<DemoJob>{demo_job("one")}; },
                      .start_batch = [](int count, int failing) -> Result<DemoJob> {
                        if (failing > count) return Failure::usage("More fail than there are.");
                        return demo_job(std::to_string(count) + "-" + std::to_string(failing));
                      }};
  return options;
}

bool has_security_headers(const Reply& reply) {
  return reply.header("content-security-policy").find("default-src 'none'") == 0 &&
         reply.header("x-content-type-options") == "nosniff" &&
         reply.header("referrer-policy") == "no-referrer" &&
         reply.header("cross-origin-opener-policy") == "same-origin" &&
         !reply.header("cross-origin-resource-policy").empty();
}

}  // namespace

TEST_CASE("A job's answer is the cloud's, byte for byte, with the headers of the contract") {
  Running running;
  using namespace std::string_literals;
  const std::string body = "{ \"job_id\" : \"\xff\xfe\",\r\n\t\"x\":\"\\u0000<b>\" }\n\0end"s;
  running.cloud.say(succeeded(body));
  const Reply reply = get(running.port, kPath);
  CHECK(reply.status == 200);
  CHECK(reply.body == body);
  CHECK(reply.header("content-type") == "application/json; charset=utf-8");
  CHECK(reply.header("age") == "0");
  CHECK(reply.header("cache-control") == "private, no-cache");
  CHECK(reply.header("cache-status") == "jobtree; fwd=miss");
  CHECK(reply.header("x-request-id") == "cloud-1");
  CHECK(reply.header("etag").size() == 34);
  CHECK(reply.header("access-control-allow-origin").empty());
  CHECK(has_security_headers(reply));
}

TEST_CASE("Who takes no encoding gets a large answer as it is") {
  Running running;
  running.cloud.say(succeeded("[" + std::string(1 << 20, ' ') + "]"));
  const Reply reply = get(running.port, kPath);
  CHECK(reply.header("content-encoding").empty());
  CHECK(reply.body.size() == (1 << 20) + 2);
}

TEST_CASE("A viewer who leaves while it waits gives its place and its connection back") {
  Options options;
  options.limits.max_parked = 2;
  Running running(options);
  running.cloud.say(succeeded("{}"));
  const Reply known = get(running.port, kPath);
  const auto figure = [&running](const std::string& name) {
    const std::string text = get(running.port, "/metrics").body;
    const std::size_t at = text.find("\n" + name + " ");
    REQUIRE(at != std::string::npos);
    return std::stoi(text.substr(at + name.size() + 2));
  };
  const std::string wait =
      "GET " + kPath + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(running.port) +
      "\r\nPrefer: wait=25\r\nIf-None-Match: " + known.header("etag") + "\r\n\r\n";
  {
    Connection first(running.port);
    Connection second(running.port);
    first.send(wait);
    second.send(wait + wait);  // one more is on its way when it leaves
    CHECK(until([&] { return figure("jobtree_viewers_parked") == 2; }));
  }
  CHECK(until([&] {
    return figure("jobtree_viewers_parked") == 0 && figure("jobtree_open_connections") <= 1;
  }));
}

TEST_CASE("The cloud is asked for exactly the job of the address") {
  Running running;
  JobAddress asked;
  running.cloud.answer = [&](const JobAddress& address) {
    asked = address;
    return succeeded("{}");
  };
  get(running.port, kPath + "?x=../../etc");
  CHECK(asked.region() == "cn-north-4");
  CHECK(asked.service() == "eip");
  CHECK(asked.project_id() == kProject);
  CHECK(asked.job_id() == kJob);
  get(running.port, "/api/eu-west-101/ecs/v1/-/jobs/A_b-9");
  CHECK(asked.region() == "eu-west-101");
  CHECK(asked.service() == "ecs");
  CHECK(asked.project_id() == "-");
  CHECK(asked.job_id() == "A_b-9");
}

TEST_CASE("Every service is asked by its own path or the one form that fits all: it is one job") {
  Running running;
  JobAddress asked;
  running.cloud.answer = [&](const JobAddress& address) {
    asked = address;
    return succeeded("{}");
  };
  const auto catalogue = any_catalogue();
  for (const auto& service : catalogue->services()) {
    std::string ids = kJob;
    for (std::size_t i = 1; i < service.ids.size(); ++i) {
      ids.append("/").append(kJob);
    }
    const bool has_owner = service.pattern.has_owner();
    const auto [path, query] = service.pattern.fill(kProject, ids);
    const std::string base = "/api/cn-north-4/" + service.name;
    const std::string own = query.empty() ? path : std::string(path).append("?").append(query);
    running.cloud.calls = 0;
    asked = {};
    for (const std::string& target : {own, common_path(kProject, ids), common_path("-", ids)}) {
      INFO(base << target);
      CHECK(get(running.port, base + target).status == 200);
      CHECK(asked.service() == service.name);
      CHECK(asked.project_id() == (has_owner && target != common_path("-", ids) ? kProject : "-"));
      CHECK(asked.job_id() == ids);
    }
    // The first two are one job, and where the path has no owner, all three.
    CHECK(running.cloud.calls == (has_owner ? 2 : 1));
  }
}

TEST_CASE("A job id in the query is judged on its bytes, and no other parameter stands beside it") {
  struct Case {
    std::string query;
    int status;
    std::string code;
  };
  const std::vector<Case> cases{
      {"", 404, "jobtree.unknown_path"},
      {"?", 404, "jobtree.unknown_path"},
      {"?id", 404, "jobtree.unknown_path"},
      {"?id=", 404, "jobtree.unknown_path"},
      {"?ID=a", 404, "jobtree.unknown_path"},
      {"?job_id=a", 404, "jobtree.unknown_path"},
      {"?%69d=a", 404, "jobtree.unknown_path"},
      {"?id=a&id=b", 404, "jobtree.unknown_path"},
      {"?id=a&", 404, "jobtree.unknown_path"},
      {"?&id=a", 404, "jobtree.unknown_path"},
      {"?x=1&id=a", 404, "jobtree.unknown_path"},
      {"?id=a&x=1", 404, "jobtree.unknown_path"},
      {"??id=a", 404, "jobtree.unknown_path"},
      {"/?id=a", 404, "jobtree.unknown_path"},
      {"/a", 404, "jobtree.unknown_path"},
      {"/a?id=a", 404, "jobtree.unknown_path"},
      {"%3fid=a", 404, "jobtree.unknown_path"},
      {"?id%3da", 404, "jobtree.unknown_path"},
      {"?id=%61", 400, "jobtree.bad_job_id"},
      {"?id=a%26id=b", 400, "jobtree.bad_job_id"},
      {"?id=a%00", 400, "jobtree.bad_request"},
      {"?id=a;id=b", 400, "jobtree.bad_job_id"},
      {"?id=a/../b", 400, "jobtree.bad_job_id"},
      {"?id=a+b", 400, "jobtree.bad_job_id"},
      {"?id==a", 400, "jobtree.bad_job_id"},
      {"?id=" + std::string(65, 'a'), 400, "jobtree.bad_job_id"},
  };
  Running running;
  const std::string jobs = "/api/cn-north-4/rds/v3/" + kProject + "/jobs";
  for (const auto& [query, status, code] : cases) {
    INFO(query);
    const Reply reply = get(running.port, jobs + query);
    CHECK(reply.status == status);
    CHECK(reply.code() == code);
  }
  // By the HTTP library already, or by us.
  CHECK(get(running.port, "/api/cn-north-4/rds/v3/-/jobs?id=a?id=b").status == 400);
  for (const char* project : {"%2d", "..", "--", "0605767CC80010F42F1EC00BC0E6B7A8"}) {
    INFO(project);
    const Reply reply =
        get(running.port, std::string("/api/cn-north-4/rds/v3/") + project + "/jobs?id=a");
    CHECK(reply.status == 400);
    CHECK(reply.code() == "jobtree.bad_project_id");
  }
  CHECK(running.cloud.calls == 0);
}

TEST_CASE("A fragment, which clients never send, hides nothing: it is refused") {
  Running running;
  CHECK(get(running.port, "/api/cn-north-4/rds/v3/-/jobs?id=a#b").code() == "jobtree.bad_request");
  CHECK(running.cloud.calls == 0);
}

TEST_CASE("A service's own path is not another's") {
  Running running;
  for (const char* target :
       {"/api/cn-north-4/eip/v3/-/jobs?id=a", "/api/cn-north-4/elb/v3/-/jobs/a",
        "/api/cn-north-4/rds/v3/-/elb/jobs/a", "/api/cn-north-4/cce/v3/projects/-/jobs/a",
        "/api/cn-north-4/dws/v1/-/job/a", "/api/cn-north-4/dcs/v3/-/jobs/a"}) {
    INFO(target);
    CHECK(get(running.port, target).code() == "jobtree.unknown_path");
  }
  CHECK(running.cloud.calls == 0);
}

TEST_CASE("A client that has the answer gets 304") {
  Running running;
  running.cloud.say(succeeded("{\"status\":\"RUNNING\"}"));
  const std::string etag = get(running.port, kPath).header("etag");
  for (const std::string& header : {etag, "W/" + etag, "\"other\", " + etag, std::string("*")}) {
    INFO(header);
    const Reply reply = get(running.port, kPath, "If-None-Match: " + header + "\r\n");
    CHECK(reply.status == 304);
    CHECK(reply.body.empty());
    CHECK(reply.header("etag") == etag);
    CHECK(reply.header("content-type").empty());
    CHECK(reply.header("x-content-type-options") == "nosniff");
    // A policy in a 304 would take the place of the one the browser has kept.
    CHECK(reply.header("content-security-policy").empty());
  }
  running.cloud.say(succeeded("{\"status\":\"SUCCESS\"}"));
  const Reply changed = get(running.port, kJobs + "other", "If-None-Match: " + etag + "\r\n");
  CHECK(changed.status == 200);
  CHECK(changed.header("etag") != etag);
}

TEST_CASE("HEAD answers like GET, without the body") {
  Running running;
  running.cloud.say(succeeded("{\"a\":1}"));
  const Reply head = request(running.port, "HEAD", kPath);
  CHECK(head.status == 200);
  CHECK(head.header("content-length") == "7");
  CHECK(head.header("etag") == get(running.port, kPath).header("etag"));
  CHECK(request(running.port, "HEAD", "/nothing").status == 404);
}

TEST_CASE("Every trouble of the cloud has its own status and code") {
  struct Case {
    Outcome outcome;
    int cloud_status;
    std::string cloud_code;
    int status;
    std::string code;
  };
  const std::vector<Case> cases{
      {Outcome::not_found, 404, "", 404, "jobtree.job_not_found"},
      {Outcome::not_found, 404, "Common.0011", 404, "Common.0011"},
      {Outcome::denied, 401, "APIGW.0301", 401, "APIGW.0301"},
      {Outcome::denied, 401, "", 401, "jobtree.denied"},
      {Outcome::denied, 403, "VPC.0010", 403, "VPC.0010"},
      {Outcome::denied, 400, "VPC.0007", 400, "VPC.0007"},
      {Outcome::denied, 0, "", 403, "jobtree.denied"},
      {Outcome::throttled, 429, "APIGW.0308", 429, "APIGW.0308"},
      {Outcome::throttled, 429, "", 429, "jobtree.throttled"},
      {Outcome::unreachable, 0, "", 504, "jobtree.unreachable"},
      {Outcome::untrusted, 0, "", 502, "jobtree.untrusted_certificate"},
      {Outcome::failed, 500, "", 502, "jobtree.cloud_failed"},
      {Outcome::failed, 503, "VPC.0503", 502, "VPC.0503"},
      {Outcome::malformed, 200, "", 502, "jobtree.malformed"},
      {Outcome::too_large, 200, "", 502, "jobtree.too_large"},
      {Outcome::unknown_project, 0, "", 400, "jobtree.unknown_project"},
  };
  Running running;
  for (const auto& [outcome, cloud_status, cloud_code, status, code] : cases) {
    INFO(code << " " << cloud_status);
    JobReply answer;
    answer.outcome = outcome;
    answer.http_status = cloud_status;
    answer.error_code = cloud_code;
    answer.detail = "A sentence to show.";
    answer.request_id = "cloud-7";
    answer.log_detail = "canonicalRequest: confidential";
    answer.body = "confidential";
    running.cloud.say(answer);
    // A job of its own for each, because trouble is remembered for a while.
    const Reply reply = get(running.port, kJobs + std::to_string(running.cloud.calls));
    CHECK(reply.status == status);
    CHECK(reply.header("content-type") == "application/problem+json; charset=utf-8");
    CHECK(reply.code() == code);
    CHECK(reply.json().at("status") == status);
    CHECK(reply.json().at("detail") == "A sentence to show.");
    CHECK(reply.json().at("request_id") == "cloud-7");
    CHECK(reply.json().at("retry_after").is_null());
    CHECK(reply.header("x-request-id") == "cloud-7");
    CHECK(reply.header("retry-after").empty());
    CHECK(reply.header("www-authenticate").empty());
    CHECK(reply.body.find("confidential") == std::string::npos);
    CHECK(has_security_headers(reply));
  }
  CHECK(running.log().find("upstream_message=canonicalRequest: confidential") != std::string::npos);
  CHECK(running.log().find("request_id=cloud-7") != std::string::npos);
}

TEST_CASE("When to come back is told in header and body") {
  Running running;
  JobReply answer;
  answer.outcome = Outcome::throttled;
  answer.http_status = 429;
  answer.retry_after = 12s;
  running.cloud.say(answer);
  const Reply reply = get(running.port, kPath);
  CHECK(reply.header("retry-after") == "12");
  CHECK(reply.json().at("retry_after") == 12);
}

TEST_CASE("Ids are judged on the bytes of the address, and nothing else is asked") {
  struct Case {
    std::string path;
    int status;
    std::string code;
  };
  const std::string base = "/api/cn-north-4/eip/v1/";
  const std::string ours = base + kProject + "/jobs/";
  const std::vector<Case> cases{
      {ours + "%2e%2e", 400, "jobtree.bad_job_id"},
      {ours + "..", 400, "jobtree.bad_job_id"},
      {ours + "a%2fb", 400, "jobtree.bad_job_id"},
      {ours + "a%00", 400, "jobtree.bad_request"},
      {ours + "..;", 400, "jobtree.bad_job_id"},
      {ours + "%252e%252e", 400, "jobtree.bad_job_id"},
      {ours + "a%0d%0aHost:x", 400, "jobtree.bad_request"},
      {ours + "%66f", 400, "jobtree.bad_job_id"},  // "ff", had anyone decoded it
      {ours + "\xe4\xbb\xbb", 400, "jobtree.bad_request"},
      {ours + "a@evil.com", 400, "jobtree.bad_job_id"},
      {ours + "a\\b", 400, "jobtree.bad_job_id"},
      {ours + "<script>", 400, "jobtree.bad_job_id"},
      {ours + std::string(65, 'a'), 400, "jobtree.bad_job_id"},
      {ours, 404, "jobtree.unknown_path"},
      {ours + "a/", 404, "jobtree.unknown_path"},
      {ours + "a/../b", 404, "jobtree.unknown_path"},
      {ours + "/a", 404, "jobtree.unknown_path"},
      {base + "/jobs/a", 404, "jobtree.unknown_path"},
      {base + "../jobs/a", 400, "jobtree.bad_project_id"},
      {base + "%2d/jobs/a", 400, "jobtree.bad_project_id"},
      {base + "--/jobs/a", 400, "jobtree.bad_project_id"},
      {base + kProject + "0/jobs/a", 400, "jobtree.bad_project_id"},
      {base + "0605767CC80010F42F1EC00BC0E6B7A8/jobs/a", 400, "jobtree.bad_project_id"},
      {"/api/cn-north-4/eip/v2/-/jobs/a", 404, "jobtree.unknown_path"},
      {"/api/cn-north-4/eip/v1/-/%6aobs/a", 404, "jobtree.unknown_path"},
      {"/api/cn-north-4/eip/", 404, "jobtree.not_found"},
      {"/api/mars/eip/v1/-/jobs/a", 404, "jobtree.unknown_region"},
      {"/api/cn-north-4%00/eip/v1/-/jobs/a", 400, "jobtree.bad_request"},
      {"/api/CN-NORTH-4/eip/v1/-/jobs/a", 404, "jobtree.unknown_region"},
      {"/api/evil.com%2f/eip/v1/-/jobs/a", 404, "jobtree.unknown_region"},
      {"/api/cn-north-4/iam/v1/-/jobs/a", 404, "jobtree.unknown_service"},
      {"/api/cn-north-4/e%69p/v1/-/jobs/a", 404, "jobtree.unknown_service"},
      {"//api/cn-north-4/eip/v1/-/jobs/a", 404, "jobtree.not_found"},
      {"/api//cn-north-4/eip/v1/-/jobs/a", 404, "jobtree.not_found"},
  };
  Running running;
  for (const auto& [path, status, code] : cases) {
    INFO(path);
    const Reply reply = get(running.port, path);
    CHECK(reply.status == status);
    CHECK(reply.code() == code);
  }
  CHECK(running.cloud.calls == 0);
}

TEST_CASE("Nothing of a request is said back") {
  Running running;
  for (const char* path : {"/canary", "/api/canary/eip/v1/-/jobs/a", "/api/cn-north-4/canary/x",
                           "/api/cn-north-4/eip/canary", "/api/cn-north-4/eip/v1/canary/jobs/a",
                           "/api/cn-north-4/eip/v1/-/jobs/canary%00"}) {
    INFO(path);
    const Reply reply = get(running.port, path, "Origin: http://canary\r\nX-Canary: canary\r\n");
    CHECK(reply.status >= 400);
    CHECK(reply.body.find("canary") == std::string::npos);
    for (const auto& [name, value] : reply.headers) {
      CHECK(value.find("canary") == std::string::npos);
    }
  }
}

TEST_CASE("A request for another host is misdirected, whatever it asks for") {
  Running running;
  running.cloud.say(succeeded("{}"));
  const std::string port = std::to_string(running.port);
  const auto status_of = [&](const std::string& target, const std::string& hosts) {
    Connection connection(running.port);
    connection.send("GET " + target + " HTTP/1.1\r\n" + hosts + "\r\n");
    return connection.read().status;
  };
  const std::string ours = "Host: 127.0.0.1:" + port + "\r\n";
  CHECK(status_of(kPath, ours) == 200);
  CHECK(status_of(kPath, "Host: LOCALHOST:" + port + "\r\n") == 200);
  CHECK(status_of(kPath, "Host: [::1]:" + port + "\r\n") == 200);
  for (const std::string& target : {kPath, std::string("/"), std::string("/healthz")}) {
    CHECK(status_of(target, "") == 400);
    CHECK(status_of(target, "Host:\r\n") == 421);
    CHECK(status_of(target, "Host: localhost.evil.com:" + port + "\r\n") == 421);
    CHECK(status_of(target, "Host: localhost.:" + port + "\r\n") == 421);
    CHECK(status_of(target, "Host: 127.0.0.1:1\r\n") == 421);
    CHECK(status_of(target, ours + ours) == 400);
    CHECK(status_of(target, ours + "Host: evil.com\r\n") == 400);
  }
  // A target in absolute form names the host itself (RFC 9112 section 3.2.2).
  CHECK(status_of("http://127.0.0.1:" + port + "/", ours) == 200);
  CHECK(status_of("http://evil.com/", "Host: evil.com\r\n") == 421);
  CHECK(status_of("http://evil.com/", ours) == 400);
  for (const char* host : {"a b", "user@127.0.0.1", "127.0.0.1:8x", "[::1", "evil.com/"}) {
    INFO(host);
    CHECK(status_of("/", std::string("Host: ") + host + "\r\n") == 400);
  }
  CHECK(running.cloud.calls == 1);
}

TEST_CASE("Further names of the server are good hosts") {
  Options options;
  options.allow_hosts = {"jobs.example.com"};
  Running running(options);
  Connection connection(running.port);
  connection.send("GET /healthz HTTP/1.1\r\nHost: jobs.example.com\r\n\r\n");
  CHECK(connection.read().status == 200);
}

TEST_CASE("Pages of other sites get no answer from the cloud, but may load the element") {
  Running running(with_demo());
  running.cloud.say(succeeded("{}"));
  for (const char* header : {"Origin: http://evil.com\r\n", "Origin: null\r\n",
                             "Sec-Fetch-Site: cross-site\r\n", "Sec-Fetch-Site: same-site\r\n"}) {
    INFO(header);
    for (const std::string& path : {kPath, std::string("/api/config")}) {
      const Reply reply = get(running.port, path, header);
      CHECK(reply.status == 403);
      CHECK(reply.code() == "jobtree.cross_site");
      CHECK(reply.header("access-control-allow-origin").empty());
    }
    CHECK(request(running.port, "POST", "/api/demo/batches", std::string(kJson) + header, "{}")
              .status == 403);
    CHECK(get(running.port, "/job-tree.js", header).status == 200);
  }
  CHECK(running.cloud.calls == 0);
  const std::string own = "Origin: http://127.0.0.1:" + std::to_string(running.port) + "\r\n";
  CHECK(get(running.port, kPath, own).status == 200);
}

TEST_CASE("Methods an address does not take are named with those it does") {
  Running running(with_demo());
  for (const char* method : {"OPTIONS", "POST"}) {
    INFO(method);
    for (const std::string& path : {kPath, std::string("/"), std::string("/api/config")}) {
      const Reply reply = request(running.port, method, path);
      CHECK(reply.status == 405);
      CHECK(reply.header("allow") == "GET, HEAD");
      CHECK(reply.code() == "jobtree.wrong_method");
      CHECK(has_security_headers(reply));
    }
  }
  for (const char* method : {"PUT", "DELETE", "PATCH"}) {  // which nothing here takes
    const Reply reply = request(running.port, method, kPath);
    CHECK(reply.status == 405);
    CHECK(reply.code() == "jobtree.wrong_method");
    CHECK(has_security_headers(reply));
  }
  CHECK(get(running.port, "/api/demo/batches").status == 405);
  CHECK(get(running.port, "/api/demo/batches").header("allow") == "POST");
  CHECK(running.cloud.calls == 0);
}

TEST_CASE("The page is served with its files, compressed as the browser takes them") {
  Running running;
  const Reply page = get(running.port, "/");
  CHECK(page.status == 200);
  CHECK(page.header("content-type") == "text/html; charset=utf-8");
  CHECK(page.header("content-security-policy").find("script-src 'self'") != std::string::npos);
  CHECK(has_security_headers(page));
  CHECK(get(running.port, "/?job=cn-north-4/eip/-/x").body == page.body);
  CHECK(get(running.port, "/index.html").body == page.body);
  REQUIRE_FALSE(assets().empty());
  for (const auto& asset : assets()) {
    const std::string path(asset.path);
    INFO(path);
    const Reply plain = get(running.port, path);
    CHECK(plain.body == asset.plain);
    CHECK(plain.header("content-encoding").empty());
    CHECK_FALSE(plain.header("content-type").empty());
    const Reply best = get(running.port, path, "Accept-Encoding: gzip, br\r\n");
    CHECK(best.body.size() <= plain.body.size());
    const std::string encoding = best.header("content-encoding");
    if (encoding == "br") CHECK(best.body == asset.brotli);
    if (encoding == "gzip") CHECK(best.body == asset.gzip);
    const Reply again =
        get(running.port, path,
            "Accept-Encoding: gzip, br\r\nIf-None-Match: " + best.header("etag") + "\r\n");
    CHECK(again.status == 304);
  }
}

TEST_CASE("A file that is not there is a problem") {
  Running running;
  for (const char* path : {"/nothing", "/index.html/", "/../etc/passwd", "/%2e%2e/x", "/web/x.js",
                           "/.git", "/job-tree.js%20"}) {
    INFO(path);
    const Reply reply = get(running.port, path);
    CHECK(reply.status == 404);
    CHECK(reply.code() == "jobtree.not_found");
    CHECK(has_security_headers(reply));
  }
}

TEST_CASE("The page learns what it may know") {
  Options options;
  options.default_region = "eu-west-101";
  options.default_project = kProject;
  Running running(options);
  const Reply reply = get(running.port, "/api/config");
  CHECK(reply.header("cache-control") == "private, no-cache");
  const auto config = reply.json();
  CHECK(config.at("version") == "1.2.3");
  CHECK(config.at("default_region") == "eu-west-101");
  CHECK(config.at("default_project") == kProject);
  CHECK(config.at("token_required") == false);
  CHECK(config.at("demo").is_null());
  CHECK(config.at("regions").size() == 35);
  CHECK(config.at("region_titles").size() == 35);
  const nlohmann::json dublin{{"en", "EU-Dublin"}, {"zh", "欧洲-都柏林"}};
  CHECK(config.at("region_titles").at("eu-west-101") == dublin);
  const auto& service = config.at("services").at(0);
  CHECK(service.at("name") == "eip");
  CHECK(service.at("path") == "/v1/{project_id}/jobs/{job_id}");
  CHECK(service.at("title").at("en") == "Elastic IP");
  CHECK(service.at("title").at("zh") == "弹性公网IP");
}

TEST_CASE("A demo offers its jobs and starts batches") {
  Running running(with_demo());
  const auto jobs = get(running.port, "/api/config").json().at("demo").at("jobs");
  REQUIRE(jobs.size() == 1);
  const nlohmann::json expected{{"region", "cn-north-4"},
                                {"service", "eip"},
                                {"project_id", kProject},
                                {"job_id", "one"},
                                {"title", {{"en", "A job"}, {"zh", "任务"}}}};
  CHECK(jobs.at(0) == expected);

  const auto post = [&](const std::string& body) {
    return request(running.port, "POST", "/api/demo/batches", kJson, body);
  };
  CHECK(post(R"({"count":20,"failing":3})").status == 201);
  CHECK(post(R"({"count":20,"failing":3})").json().at("job_id") == "20-3");
  CHECK(post("{}").json().at("job_id") == "20-0");
  CHECK(post(R"({"count":1,"failing":2})").json().at("detail") == "More fail than there are.");
  for (const char* body :
       {"", "x", "[]", "20", R"({"count":"20"})", R"({"count":1.5})", R"({"count":-1})",
        R"({"count":99999999999})", R"({"count":18446744073709551615})", R"({"failing":null})",
        R"({"count":20)"}) {
    INFO(body);
    const Reply reply = post(body);
    CHECK(reply.status == 400);
    CHECK(reply.code() == "jobtree.bad_order");
  }
}

TEST_CASE("A batch is ordered in JSON alone") {
  Running running(with_demo());
  for (const char* type : {"application/json", "Application/JSON", "application/json;charset=utf-8",
                           "APPLICATION/JSON ; charset=\"utf-8\""}) {
    INFO(type);
    const std::string header = std::string("Content-Type: ") + type + "\r\n";
    CHECK(request(running.port, "POST", "/api/demo/batches", header, "{}").status == 201);
    CHECK(request(running.port, "POST", "/api/demo/batches", header + "Content-Encoding: gzip\r\n",
                  "{}")
              .status == 415);
  }
  for (const char* type :
       {"", "Content-Type: text/plain\r\n", "Content-Type: application/x-www-form-urlencoded\r\n",
        "Content-Type: application/json-patch+json\r\n"}) {
    INFO(type);
    CHECK(request(running.port, "POST", "/api/demo/batches", type, "{}").status == 415);
  }
}

TEST_CASE("Without a demo there are no batches to start") {
  Running running;
  CHECK(request(running.port, "POST", "/api/demo/batches", kJson, "{}").status == 404);
}

TEST_CASE("Health is told without asking the cloud") {
  Running running;
  CHECK(get(running.port, "/healthz").status == 200);
  CHECK(get(running.port, "/readyz").status == 200);
  CHECK(get(running.port, "/metrics").status == 200);
  CHECK(running.cloud.calls == 0);
}

TEST_CASE("Ready is who could ask, and says when the cloud last answered") {
  Running running;
  running.cloud.say(succeeded("{}"));
  CHECK(get(running.port, "/readyz").json() ==
        nlohmann::json{{"status", "ready"}, {"last_success_age", nullptr}, {"memory", "off"}});
  REQUIRE(get(running.port, kPath).status == 200);
  const auto age = get(running.port, "/readyz").json().at("last_success_age");
  REQUIRE(age.is_number_integer());
  CHECK(age.get<int>() >= 0);
  CHECK(age.get<int>() < 60);
}

TEST_CASE("Without a key, or while it is paused, a server is alive but not ready, and says why") {
  const std::pair<Health, const char*> known[] = {
      {{.no_key = Failure::unavailable("none")}, "no_key"}, {{.shut_for = 330s}, "key_paused"}};
  for (const auto& [health, status] : known) {
    INFO(status);
    Running running;
    running.cloud.state = health;
    const Reply reply = get(running.port, "/readyz");
    CHECK(reply.status == 503);
    CHECK(reply.json().at("status") == status);
    CHECK_FALSE(reply.json().at("detail").get<std::string>().empty());
    CHECK(reply.header("retry-after") == (health.no_key ? "" : "330"));
    CHECK(has_security_headers(reply));
    CHECK(get(running.port, "/healthz").status == 200);
    CHECK(running.cloud.calls == 0);
  }
}

TEST_CASE("The metrics count requests by route, and hold nothing of what was asked for") {
  Running running;
  running.cloud.say(succeeded("{}"));
  for (int i = 0; i < 3; ++i) {
    CHECK(get(running.port, kPath).status == 200);
  }
  CHECK(get(running.port, "/a-stranger's-word").status == 404);
  CHECK(get(running.port, "/api/x/y/another-word").status == 404);
  running.cloud.answer = [](const JobAddress&) -> JobReply { throw std::runtime_error("broken"); };
  CHECK(get(running.port, kJobs + "other").status == 500);
  {
    Connection connection(running.port);
    connection.send("GET / HTTP/1.1\nHost: x\n\n");
    CHECK(connection.read().status == 400);
  }
  const Reply reply = get(running.port, "/metrics");
  CHECK(reply.status == 200);
  CHECK(reply.header("content-type") == "text/plain; version=0.0.4; charset=utf-8");
  CHECK(reply.header("cache-control") == "no-store");
  CHECK(has_security_headers(reply));
  const auto has = [&reply](const std::string& line) {
    return reply.body.find("\n" + line + "\n") != std::string::npos;
  };
  const std::string requests = R"(jobtree_http_requests_total{route=)";
  const std::string job = requests + R"("/api/{region}/{service}/{upstream...}",outcome=)";
  CHECK(has(job + R"("ok"} 3)"));
  CHECK(has(job + R"("not_found"} 1)"));
  CHECK(has(job + R"("failed"} 1)"));
  CHECK(has(requests + R"("/{file}",outcome="not_found"} 1)"));
  CHECK(has(requests + R"("none",outcome="bad_request"} 1)"));
  CHECK(has(R"(jobtree_upstream_calls_total{outcome="succeeded"} 1)"));
  CHECK(has(R"(jobtree_upstream_calls_total{outcome="broken"} 1)"));
  CHECK(has("jobtree_served_age_seconds_count 3"));
  CHECK(has("jobtree_jobs_remembered 2"));
  CHECK(has(R"(jobtree_build_info{version="1.2.3"} 1)"));
  for (const std::string& word : {kProject, kJob, std::string("word"), std::string("cn-north-4")}) {
    CHECK(reply.body.find(word) == std::string::npos);
  }
}

TEST_CASE("Another site's page cannot read the metrics, on either port") {
  Options options;
  SECTION("on the main one") {}
  SECTION("on one of their own") {
    options.metrics = {.host = "127.0.0.1", .port = 0};
  }
  Running running(options);
  const int port = options.metrics ? running.metrics_port : running.port;
  CHECK(get(port, "/metrics").status == 200);
  CHECK(get(port, "/metrics", "Origin: https://evil.example\r\n").status == 403);
  CHECK(get(port, "/metrics", "Sec-Fetch-Site: cross-site\r\n").status == 403);
  CHECK(request(port, "POST", "/metrics", kJson, "{}").status == 405);
  Connection connection(port);
  connection.send("GET /metrics HTTP/1.1\r\nHost: evil.example\r\n\r\n");
  CHECK(connection.read().status == 421);
}

TEST_CASE("On a port of their own the metrics are there alone, and nothing else is there") {
  Options options;
  options.metrics = {.host = "127.0.0.1", .port = 0};
  Running running(options);
  CHECK(running.gateway->metrics_url() ==
        "http://127.0.0.1:" + std::to_string(running.metrics_port));
  CHECK(running.metrics_port != running.port);
  CHECK(get(running.port, "/metrics").status == 404);
  CHECK(get(running.metrics_port, "/metrics").body.find("jobtree_flights 0\n") !=
        std::string::npos);
  for (const std::string& path : {std::string("/"), std::string("/healthz"),
                                  std::string("/api/config"), std::string("/metrics/"), kPath}) {
    INFO(path);
    const Reply reply = get(running.metrics_port, path);
    CHECK(reply.status == 404);
    CHECK(has_security_headers(reply));
  }
  CHECK(running.cloud.calls == 0);
}

TEST_CASE("More open questions than the bound are told to come back") {
  Options options;
  options.limits.max_fetches = 1;
  Running running(options);
  std::promise<void> entered;
  std::promise<void> released;
  running.cloud.answer = [&](const JobAddress&) {
    if (running.cloud.calls == 1) {
      entered.set_value();
      released.get_future().wait();
    }
    return succeeded("{}");
  };
  auto slow = std::async(std::launch::async, [&] { return get(running.port, kPath); });
  entered.get_future().wait();
  const Reply busy = get(running.port, kJobs + "other");
  CHECK(busy.status == 503);
  CHECK(busy.code() == "jobtree.busy");
  CHECK(busy.header("retry-after") == "1");
  CHECK(get(running.port, "/").status == 200);
  released.set_value();
  CHECK(slow.get().status == 200);
  CHECK(get(running.port, kJobs + "other").status == 200);
}

TEST_CASE("Viewers of one job share a question, and are told how their answers came about") {
  Running running;
  std::promise<void> entered;
  std::promise<void> released;
  running.cloud.answer = [&](const JobAddress&) {
    entered.set_value();
    released.get_future().wait();
    return succeeded("{}");
  };
  auto first = std::async(std::launch::async, [&] { return get(running.port, kPath); });
  entered.get_future().wait();
  // On one connection, so that it is known to have been read when the next answer is there.
  Connection second(running.port);
  second.send("GET " + kPath + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(running.port) +
              "\r\n\r\n");
  released.set_value();
  CHECK(first.get().header("cache-status") == "jobtree; fwd=miss");
  const std::string status = second.read().header("cache-status");
  CHECK((status == "jobtree; fwd=miss; collapsed" || status == "jobtree; hit"));
  const Reply third = get(running.port, kPath);
  CHECK(third.header("cache-status") == "jobtree; hit");
  CHECK(third.header("age") == "0");
  CHECK(third.header("x-request-id") == "cloud-1");
  CHECK(running.cloud.calls == 1);
}

TEST_CASE("Trouble is told to all from memory, under one request id, that of the log") {
  Running running;
  JobReply answer;
  answer.outcome = Outcome::throttled;
  answer.retry_after = 30s;
  running.cloud.say(answer);
  const Reply first = get(running.port, kPath);
  const Reply second = get(running.port, kPath);
  CHECK(first.header("cache-status") == "jobtree; fwd=miss");
  CHECK(second.header("cache-status") == "jobtree; hit");
  CHECK(second.header("age") == "0");
  CHECK(second.header("retry-after") == "30");
  CHECK(first.header("x-request-id") == second.header("x-request-id"));
  CHECK(running.log().find("request_id=" + first.header("x-request-id")) != std::string::npos);
  CHECK(running.cloud.calls == 1);
}

TEST_CASE("A job that has ended is not asked for again") {
  Options options;
  options.judge = [](const JobAddress&, std::string_view body) {
    return Judgement{.is_final = body == "{\"status\":\"SUCCESS\"}"};
  };
  Running running(options);
  running.cloud.say(succeeded("{\"status\":\"SUCCESS\"}"));
  const std::string etag = get(running.port, kPath).header("etag");
  // Nor is anybody made to wait for a change of it.
  const Reply reply =
      get(running.port, kPath, "If-None-Match: " + etag + "\r\nPrefer: wait=60\r\n");
  CHECK(reply.status == 304);
  CHECK(reply.header("preference-applied").empty());
  CHECK(reply.header("cache-status") == "jobtree; hit");
}

TEST_CASE("A request that prefers to wait is answered when the job changes") {
  Running running;
  running.cloud.answer = [&](const JobAddress&) {
    return succeeded(running.cloud.calls == 1 ? "{\"status\":\"RUNNING\"}"
                                              : "{\"status\":\"SUCCESS\"}");
  };
  const std::string etag = get(running.port, kPath).header("etag");
  const Reply changed =
      get(running.port, kPath, "If-None-Match: " + etag + "\r\nPrefer: wait=9\r\n");
  CHECK(changed.status == 200);
  CHECK(changed.body == "{\"status\":\"SUCCESS\"}");
  CHECK(changed.header("preference-applied") == "wait=9");
  CHECK(changed.header("cache-status") == "jobtree; fwd=stale; collapsed");
  CHECK(running.cloud.calls == 2);
}

TEST_CASE("A request that waited in vain gets 304") {
  Running running;
  running.cloud.say(succeeded("{}"));
  const std::string etag = get(running.port, kPath).header("etag");
  const Reply same = get(running.port, kPath, "If-None-Match: " + etag + "\r\nPrefer: wait=1\r\n");
  CHECK(same.status == 304);
  CHECK(same.body.empty());
  CHECK(same.header("etag") == etag);
  CHECK(same.header("preference-applied") == "wait=1");
  CHECK(same.header("cache-status") == "jobtree; hit");
  CHECK(same.header("age") == "1");
  for (const char* headers : {"Prefer: wait=60\r\n", "If-None-Match: \"x\"\r\nPrefer: wait=60\r\n",
                              "If-None-Match: *\r\nPrefer: wait=soon\r\n"}) {
    INFO(headers);
    CHECK(get(running.port, kPath, headers).header("preference-applied").empty());
  }
}

TEST_CASE("More who wait than the bound are answered at once, and a stop answers them all") {
  Options options;
  options.limits.max_parked = 1;
  Running running(options);
  running.cloud.say(succeeded("{}"));
  const std::string etag = get(running.port, kPath).header("etag");
  const std::string wait = "If-None-Match: " + etag + "\r\nPrefer: wait=60\r\n";
  // Whichever of the two comes second.
  std::vector<std::future<Reply>> replies;
  replies.reserve(2);
  std::promise<void> one_answered;
  std::atomic<int> answered = 0;
  for (int i = 0; i < 2; ++i) {
    replies.push_back(std::async(std::launch::async, [&] {
      Reply reply = get(running.port, kPath, wait);
      if (++answered == 1) one_answered.set_value();
      return reply;
    }));
  }
  one_answered.get_future().wait();
  running.gateway->stop();
  int parked = 0;
  for (auto& reply : replies) {
    const Reply same = reply.get();
    CHECK(same.status == 304);
    if (!same.header("preference-applied").empty()) ++parked;
  }
  CHECK(parked == 1);
}

TEST_CASE("A question that throws is an internal error, and gives its place back") {
  Options options;
  options.limits.max_fetches = 1;
  Running running(options);
  running.cloud.answer = [](const JobAddress&) -> JobReply { throw std::runtime_error("canary"); };
  for (int i = 0; i < 3; ++i) {
    const Reply reply = get(running.port, kPath);
    CHECK(reply.status == 500);
    CHECK(reply.code() == "jobtree.internal");
    CHECK(reply.body.find("canary") == std::string::npos);
    CHECK(has_security_headers(reply));
  }
  CHECK(running.log().find("reason=canary") != std::string::npos);
}

TEST_CASE("What the HTTP server refuses is a problem document too") {
  Running running;
  for (const std::string& target :
       {std::string("/") + std::string(7500, 'a'), std::string("/") + std::string(9000, 'a')}) {
    const Reply reply = get(running.port, target);
    CHECK(reply.status == 414);
    CHECK(reply.code() == "jobtree.target_too_long");
    CHECK(has_security_headers(reply));
  }
  const Reply large =
      request(running.port, "POST", "/api/demo/batches", kJson, std::string(65537, ' '));
  CHECK(large.status == 413);
  CHECK(large.code() == "jobtree.body_too_large");
}

TEST_CASE("A refusal waits for no body") {
  struct Case {
    std::string line;
    std::string headers;
    int status;
  };
  const std::string json = kJson;
  const std::vector<Case> cases{
      {"POST /nothing/at/all", json, 404},
      {"POST " + kPath, json, 405},
      {"POST /api/demo/batches", "", 415},
      {"POST /api/demo/batches", json + "Origin: https://evil.example\r\n", 403},
      {"POST /api/demo/batches", json + "Content-Length: 65537\r\n", 413},
      {"POST /api/demo/batches", json + "Transfer-Encoding: chunked\r\n", 411},
  };
  Running running(with_demo());
  for (const auto& [line, headers, status] : cases) {
    INFO(line << " " << headers);
    Connection connection(running.port);
    std::string head =
        line + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(running.port) + "\r\n";
    head += headers;
    const bool has_length = status == 413 || status == 411;
    connection.send(head + (has_length ? "" : "Content-Length: 60000\r\n") + "\r\n");
    CHECK(connection.read().status == status);
  }
  // Where there is no demo nobody waits for an order either.
  Running plain;
  Connection connection(plain.port);
  connection.send("POST /api/demo/batches HTTP/1.1\r\nHost: 127.0.0.1:" +
                  std::to_string(plain.port) + "\r\n" + json + "Content-Length: 60000\r\n\r\n");
  CHECK(connection.read().status == 404);
}

TEST_CASE("An order that comes in pieces is an order") {
  Running running(with_demo());
  const std::string order = R"({"count":20,"failing":3})";
  Connection connection(running.port);
  connection.send(
      "POST /api/demo/batches HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(running.port) +
      "\r\n" + kJson + "Content-Length: " + std::to_string(order.size()) + "\r\n\r\n");
  connection.send(order.substr(0, 5));
  connection.send(order.substr(5));
  const Reply reply = connection.read();
  CHECK(reply.status == 201);
  CHECK(reply.json().at("job_id") == "20-3");
}

TEST_CASE("What is asked for beyond what is served here is let be") {
  Running running;
  running.cloud.say(succeeded("{\"a\":1}"));
  for (const std::string& headers :
       {std::string("Range: bytes=0-1\r\n"), "Cookie: other=" + std::string(30'000, 'a') + "\r\n",
        std::string("Referer: https://x.example/%0d%0a\r\n"), std::string("X-Other: %00\r\n")}) {
    INFO(headers.substr(0, 40));
    for (const std::string& path : {kPath, std::string("/favicon.svg")}) {
      const Reply reply = get(running.port, path, headers);
      CHECK(reply.status == 200);
      CHECK(reply.header("content-range").empty());
    }
  }
  const Reply expecting = get(running.port, kPath, "Expect: a-miracle\r\n");
  CHECK(expecting.status == 417);
  CHECK(expecting.code() == "jobtree.expectation_failed");
  CHECK(has_security_headers(expecting));
}

TEST_CASE("What the server takes as a whole is told to who asks for it") {
  Running running;
  const Reply reply = request(running.port, "OPTIONS", "*");
  CHECK(reply.status == 204);
  CHECK(reply.header("allow") == "DELETE, GET, HEAD, OPTIONS, POST");
}

TEST_CASE("A link of as many jobs as the page takes is answered") {
  Running running;
  std::string link = "/?";
  for (int i = 0; i < 50; ++i) {
    link += "job=ap-southeast-3/gaussdb/" + kProject + "/" + std::string(64, 'f') + "&";
  }
  CHECK(get(running.port, link).status == 200);
}

TEST_CASE("A page learns how the key stands") {
  Running running;
  CHECK(get(running.port, "/api/config").json().at("cloud") ==
        nlohmann::json{{"status", "ready"}, {"detail", ""}});
  Running without;
  without.cloud.state = {.no_key = Failure::unavailable("No key was found.")};
  const auto cloud = get(without.port, "/api/config").json().at("cloud");
  CHECK(cloud.at("status") == "no_key");
  CHECK(cloud.at("detail") == "No key was found. Retrying.");
  CHECK(get(without.port, "/readyz").json().at("comes_back") == true);
  Running wrong;
  wrong.cloud.state = {.no_key = Failure::usage("The profile is not there.")};
  CHECK(get(wrong.port, "/api/config").json().at("cloud").at("detail") ==
        "The profile is not there.");
  CHECK(get(wrong.port, "/readyz").json().at("comes_back") == false);
}

TEST_CASE("A query that is deferred is counted once, when it is over") {
  Running running;
  running.cloud.answer = [&](const JobAddress&) {
    if (running.cloud.calls == 1) {
      JobReply later;
      later.outcome = Outcome::deferred;
      later.not_before = std::chrono::steady_clock::now() + 10ms;
      return later;
    }
    return succeeded("{}");
  };
  CHECK(get(running.port, kPath).status == 200);
  CHECK(running.cloud.calls == 2);
  const std::string text = get(running.port, "/metrics").body;
  CHECK(text.find("jobtree_upstream_calls_total{outcome=\"succeeded\"} 1\n") != std::string::npos);
  CHECK(text.find("jobtree_upstream_calls_total{outcome=\"broken\"} 0\n") != std::string::npos);
}

TEST_CASE("Lines of the log that were lost are counted") {
  Options options;
  options.log_lost = [] { return std::uint64_t{7}; };
  Running running(options);
  CHECK(get(running.port, "/metrics").body.find("\njobtree_log_lost_total 7\n") !=
        std::string::npos);
}

TEST_CASE("A gateway does not start where it must not or cannot") {
  FakeCloud cloud;
  Options options;
  options.port = 0;
  CHECK_FALSE(Gateway::start(options, cloud));
  options.catalogue = any_catalogue();
  options.host = "0.0.0.0";
  const auto open = Gateway::start(options, cloud);
  REQUIRE_FALSE(open);
  CHECK(open.error().find("loopback") != std::string::npos);

  options.host = "127.0.0.1";
  options.allow_hosts = {"http://no.host/"};
  CHECK_FALSE(Gateway::start(options, cloud));
  options.allow_hosts = {};
  options.web_root = "/nonexistent/folder";
  const auto folder = Gateway::start(options, cloud);
  REQUIRE_FALSE(folder);
  CHECK(folder.failure().kind() == Failure::Kind::usage);
  options.web_root = "";

  Running running;
  options.port = running.port;
  const auto second = Gateway::start(options, cloud);
  REQUIRE_FALSE(second);
  CHECK(second.error().find("in use") != std::string::npos);
  CHECK(second.failure().kind() == Failure::Kind::system);
}

TEST_CASE("A stopped gateway ends and takes no more connections") {
  Running running;
  CHECK(running.gateway->url() == "http://127.0.0.1:" + std::to_string(running.port));
  CHECK(get(running.port, "/healthz").status == 200);
  running.gateway->stop();
  running.gateway->wait();
  CHECK_THROWS(get(running.port, "/healthz"));
}

}  // namespace gateway_test

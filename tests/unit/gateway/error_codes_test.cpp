// What error codes mean, as pages and programs are told it: on routes of its own, and in problems.
#include "gateway/site/error_codes.h"

#include <string>
#include <vector>

#include "explain/error_codes.h"
#include "unit/catch.h"
#include "unit/gateway/client.h"
#include "unit/gateway/running.h"

namespace error_codes_test {

using jobtree::cloud::JobReply;
using jobtree::cloud::Outcome;
using jobtree::explain::error_codes_file;
using jobtree::gateway::get;
using jobtree::gateway::Options;
using jobtree::gateway::Reply;
using jobtree::gateway::request;
using Running = jobtree::gateway::RunningGateway;

namespace {

constexpr const char* kTable = "/api/error-codes.json";

std::string tag_line(const Reply& reply) {
  return "If-None-Match: " + reply.header("etag") + "\r\n";
}

}  // namespace

TEST_CASE("One code is told in both languages, and can be cached whoever reads it") {
  Running running;
  const Reply reply = get(running.port, "/api/error-codes/vpc.0532");
  CHECK(reply.status == 200);
  CHECK(reply.header("content-type") == "application/json; charset=utf-8");
  CHECK(reply.header("cache-control") == "no-cache");
  CHECK(reply.header("vary").find("Accept-Language") == std::string::npos);
  const auto json = reply.json();
  CHECK(json.at("code").get<std::string>() == "VPC.0532");
  CHECK(json.at("known").get<bool>());
  CHECK(json.at("meaning").at("en").get<std::string>() ==
        "The public IP pool has no free addresses.");
  CHECK(json.at("remedy").at("zh").get<std::string>() == "稍后重试，或更换线路类型、区域。");

  const Reply again = get(running.port, "/api/error-codes/vpc.0532", tag_line(reply));
  CHECK(again.status == 304);
  CHECK(again.body.empty());
  CHECK(again.header("etag") == reply.header("etag"));
  CHECK(get(running.port, "/api/error-codes/EVS.2024", tag_line(reply)).status == 200);
}

TEST_CASE("A code that is not known is told by its number, and says so") {
  Running running;
  const auto json = get(running.port, "/api/error-codes/VPC.0299").json();
  CHECK(json.at("code").get<std::string>() == "VPC.0299");
  CHECK_FALSE(json.at("known").get<bool>());
  CHECK(json.at("meaning").at("en").get<std::string>() == "The subnet operation failed.");
}

TEST_CASE("With the text that came with a code, the cause that it names goes before") {
  Running running;
  const auto json = [&](const std::string& rest) {
    return get(running.port, "/api/error-codes/" + rest).json();
  };
  const auto nested = json("Ecs.0204?text=CreateServerTask-fail%3AEcs.0319");
  CHECK(nested.at("code").get<std::string>() == "Ecs.0319");
  const auto escaped = json("-?a=b&text=%7B%5C%22code%5C%22%3A%5C%22VPC.0532%5C%22%7D");
  CHECK(escaped.at("code").get<std::string>() == "VPC.0532");
  const auto phrase = json("Ecs.0204?text=No+valid+host+was+found");
  CHECK(phrase.at("code").get<std::string>() == "Ecs.0204");
  CHECK_FALSE(phrase.at("known").get<bool>());
  CHECK(phrase.at("meaning").at("en").get<std::string>() ==
        "No host has enough capacity for the server.");
  const auto no_code = json("%3Cb%3E?text=No%20valid%20host");
  CHECK(no_code.at("code").is_null());
  CHECK(json("Ecs.0204?text=100%&text=Ecs.0319").at("code").get<std::string>() == "Ecs.0204");
  CHECK(json("Ecs.0204?text").at("code").get<std::string>() == "Ecs.0204");
}

TEST_CASE("Of what nothing is known there is a problem that repeats nothing") {
  Running running;
  for (const std::string& code :
       {std::string("XYZ.0001"), std::string("Ecs.9999%20"), std::string("VPC.%3Cb%3E0299"),
        std::string("SVCSTG.\xff.4000999"), std::string(3000, 'a') + ".0299"}) {
    const Reply reply = get(running.port, "/api/error-codes/" + code);
    CHECK((reply.status == 404 || reply.status == 400));
    CHECK(reply.code().starts_with("jobtree."));
    CHECK(reply.body.find(code) == std::string::npos);
  }
  CHECK(get(running.port, "/api/error-codes/XYZ.0001").code() == "jobtree.not_found");
}

TEST_CASE("The table is sent as any file: compressed, with a tag, and 304 for who has it") {
  Running running;
  const Reply plain = get(running.port, kTable);
  CHECK(plain.status == 200);
  CHECK(plain.header("content-type") == "application/json; charset=utf-8");
  CHECK(plain.header("vary").starts_with("Accept-Encoding"));
  CHECK(plain.body == error_codes_file().plain);
  const Reply brotli = get(running.port, kTable, "Accept-Encoding: gzip, br\r\n");
  CHECK(brotli.header("content-encoding") == "br");
  CHECK(brotli.body == error_codes_file().brotli);
  const Reply gzip = get(running.port, kTable, "Accept-Encoding: gzip\r\n");
  CHECK(gzip.body == error_codes_file().gzip);
  CHECK(gzip.header("etag") != brotli.header("etag"));
  for (const Reply& known : {plain, brotli, gzip}) {
    const Reply again = get(running.port, kTable, tag_line(known));
    CHECK(again.status == 304);
    CHECK(again.body.empty());
    CHECK(again.header("etag") == known.header("etag"));
  }
}

TEST_CASE("Both are for our own pages and for those of allowed origins, by GET and HEAD") {
  Options options;
  options.allow_origins = {"https://portal.example.com"};
  Running running(options);
  for (const char* path : {kTable, "/api/error-codes/Ecs.0319"}) {
    CHECK(get(running.port, path, "Origin: https://evil.example.com\r\n").status == 403);
    const Reply allowed = get(running.port, path, "Origin: https://portal.example.com\r\n");
    CHECK(allowed.status == 200);
    CHECK(allowed.header("access-control-allow-origin") == "https://portal.example.com");
    CHECK(request(running.port, "HEAD", path).status == 200);
    CHECK(request(running.port, "POST", path).status == 405);
  }
  CHECK(running.cloud.calls == 0);
}

TEST_CASE("A problem explains the cloud's code in the language that the viewer reads") {
  Running running;
  JobReply reply;
  reply.outcome = Outcome::denied;
  reply.http_status = 403;
  reply.error_code = "Ecs.0067";
  running.cloud.say(reply);
  const std::string path = "/api/cn-north-4/ecs/v1/-/jobs/a";
  const auto english = get(running.port, path).json();
  CHECK(english.at("explanation").get<std::string>() == "The account balance is insufficient.");
  CHECK(english.at("remedy").get<std::string>() ==
        "Check the account's balance and status, top up if needed, then retry.");
  // From memory, for another viewer.
  const auto chinese = get(running.port, path, "Accept-Language: zh-CN,en;q=0.5\r\n").json();
  CHECK(chinese.at("explanation").get<std::string>() == "账号余额不足。");
  CHECK(running.cloud.calls == 1);
}

}  // namespace error_codes_test

#include "gateway/problem.h"

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "gateway/sdk/sdk_error.h"
#include "net/http_server.h"
#include "net/request/request_head.h"
#include "unit/catch.h"

namespace problem_test {

using namespace std::chrono_literals;
using jobtree::cloud::JobReply;
using jobtree::cloud::Outcome;
using jobtree::gateway::JobProblem;
using jobtree::gateway::Language;
using jobtree::gateway::Problem;
using jobtree::gateway::problem_of;
using jobtree::gateway::problem_of_status;
using jobtree::gateway::response_of;
using jobtree::gateway::RouteResponse;
using jobtree::gateway::word_for_sdk;
namespace problems = jobtree::gateway::problems;

TEST_CASE("A problem document has the members of the contract") {
  const Problem problem{.status = 429,
                        .code = "APIGW.0308",
                        .title = "Too many requests",
                        .detail = "Wait.",
                        .request_id = "r-1",
                        .retry_after = 7s};
  const auto response = response_of(problem);
  CHECK(response.status == 429);
  CHECK(response.get_header_value("Content-Type") == "application/problem+json; charset=utf-8");
  const nlohmann::json expected{{"type", "about:blank"}, {"status", 429},
                                {"code", "APIGW.0308"},  {"title", "Too many requests"},
                                {"detail", "Wait."},     {"request_id", "r-1"},
                                {"retry_after", 7}};
  CHECK(nlohmann::json::parse(response.body) == expected);
}

TEST_CASE("A problem without a time to wait says so") {
  const auto body = nlohmann::json::parse(response_of(problem_of(problems::kNotFound)).body);
  CHECK(body.at("retry_after").is_null());
  CHECK(body.at("request_id").get<std::string>().size() == 19);
}

TEST_CASE("Each problem of ours has a request id of its own") {
  CHECK(problem_of(problems::kBusy).request_id != problem_of(problems::kBusy).request_id);
}

TEST_CASE("A refusal of the cloud keeps its status and its code") {
  for (const int status : {400, 401, 403}) {
    JobReply answer;
    answer.outcome = Outcome::denied;
    answer.http_status = status;
    answer.error_code = "APIGW.0301";
    answer.request_id = "cloud-1";
    const Problem problem = problem_of(answer);
    CHECK(problem.status == status);
    CHECK(problem.code == "APIGW.0301");
    CHECK(problem.request_id == "cloud-1");
  }
}

TEST_CASE("A refusal that was not even sent is forbidden") {
  JobReply answer;
  answer.outcome = Outcome::denied;
  answer.detail = "The key is resting.";
  answer.retry_after = 330s;
  const Problem problem = problem_of(answer);
  CHECK(problem.status == 403);
  CHECK(problem.code == "jobtree.denied");
  CHECK(problem.detail == "The key is resting.");
  CHECK(problem.retry_after == 330s);
}

TEST_CASE("What the HTTP server itself refuses has a code as well") {
  CHECK(problem_of_status(413).code == "jobtree.body_too_large");
  CHECK(problem_of_status(500).code == "jobtree.internal");
  CHECK(problem_of_status(400).code == "jobtree.bad_request");
  CHECK(problem_of_status(405).code == "jobtree.wrong_method");
  CHECK(problem_of_status(417).code == "jobtree.expectation_failed");
  CHECK(problem_of_status(431).code == "jobtree.head_too_large");
  CHECK(problem_of_status(503).code == "jobtree.too_many_connections");
  CHECK(problem_of_status(499).status == 400);
}

TEST_CASE("Why there is no job to show is a problem too, and says when to come back") {
  JobReply reply;
  reply.outcome = Outcome::throttled;
  reply.http_status = 429;
  reply.error_code = "APIGW.0308";
  reply.request_id = "cloud-1";
  reply.retry_after = 30s;
  const Problem throttled = problem_of(JobProblem{.kind = JobProblem::Kind::cloud,
                                                  .reply = std::make_shared<JobReply>(reply),
                                                  .retry_after = 12s},
                                       Language::en);
  CHECK(throttled.status == 429);
  CHECK(throttled.code == "APIGW.0308");
  CHECK(throttled.request_id == "cloud-1");
  CHECK(throttled.retry_after == 12s);  // what is left of it

  const Problem busy =
      problem_of(JobProblem{.kind = JobProblem::Kind::busy, .retry_after = 1s}, Language::en);
  CHECK(busy.status == 503);
  CHECK(busy.code == "jobtree.busy");
  CHECK(busy.retry_after == 1s);

  const Problem broken = problem_of(
      JobProblem{.kind = JobProblem::Kind::internal, .why = "confidential"}, Language::en);
  CHECK(broken.status == 500);
  CHECK(broken.detail.find("confidential") == std::string::npos);
}

TEST_CASE(
    "A code of the cloud is explained in the reader's language, its cause where one is named") {
  const auto explained = [](const std::string& code, const std::string& inner, Language language) {
    JobReply reply;
    reply.outcome = Outcome::denied;
    reply.http_status = 400;
    reply.error_code = code;
    reply.inner_error_code = inner;
    return problem_of(
        JobProblem{.kind = JobProblem::Kind::cloud, .reply = std::make_shared<JobReply>(reply)},
        language);
  };
  const Problem english = explained("VPC.0532", "", Language::en);
  CHECK(english.explanation == "The public IP pool has no free addresses.");
  CHECK(english.remedy == "Retry later, or choose another EIP type or region.");
  const Problem chinese = explained("VPC.0532", "", Language::zh);
  CHECK(chinese.explanation == "公网 IP 地址池已用完。");
  CHECK(chinese.remedy == "稍后重试，或更换线路类型、区域。");
  const Problem inner = explained("Ecs.0005", "Ecs.0057", Language::en);
  CHECK(inner.code == "Ecs.0005");
  CHECK(inner.explanation == "The disk is already attached to this ECS.");

  const auto body = nlohmann::ordered_json::parse(response_of(chinese).body);
  std::string members;
  for (const auto& [name, value] : body.items())
    members += name + " ";
  CHECK(members == "type status code title detail explanation remedy request_id retry_after ");
  CHECK(body.at("explanation").get<std::string>() == chinese.explanation);

  for (const char* unknown : {"", "XYZ.0001", "VPC.0299"}) {
    const auto plain =
        nlohmann::json::parse(response_of(explained(unknown, "", Language::en)).body);
    CHECK_FALSE(plain.contains("explanation"));
    CHECK_FALSE(plain.contains("remedy"));
  }
}

TEST_CASE("The limits that problems name are those of the HTTP server") {
  const auto kib = [](std::size_t bytes) { return std::to_string(bytes >> 10) + " KiB"; };
  const auto names = [](const jobtree::gateway::ProblemType& type, const std::string& text) {
    return type.detail.find(text) != std::string_view::npos;
  };
  CHECK(names(problems::kTargetTooLong, kib(jobtree::net::kMaxTarget)));
  CHECK(names(problems::kBodyTooLarge, kib(jobtree::net::kMaxBody)));
  CHECK(names(problems::kHeadTooLarge, kib(jobtree::net::kMaxHead - jobtree::net::kMaxCookie)));
  CHECK(names(problems::kHeadTooLarge, kib(jobtree::net::kMaxCookie)));
}

namespace {

RouteResponse worded(const Problem& problem) {
  RouteResponse answer = jobtree::gateway::refusal(problem);
  word_for_sdk(answer);
  return answer;
}

}  // namespace

TEST_CASE("To an SDK a failure of the cloud is told as the cloud told it") {
  JobReply reply;
  reply.outcome = Outcome::failed;
  reply.http_status = 503;
  reply.error_code = "VPC.0002";
  reply.request_id = "cloud-1";
  reply.message = "Internal error.";
  reply.retry_after = 7s;
  const RouteResponse answer = worded(problem_of(reply));
  CHECK(answer.response.status == 503);
  CHECK(answer.response.get_header_value("Content-Type") == "application/json");
  CHECK(answer.response.get_header_value("X-Request-Id") == "cloud-1");
  CHECK(answer.response.get_header_value("Retry-After") == "7");
  CHECK(answer.response.body ==
        R"({"error_code":"VPC.0002","error_msg":"Internal error.","request_id":"cloud-1"})");
}

TEST_CASE("To an SDK an error in a response that succeeded is a failure") {
  JobReply reply;
  reply.outcome = Outcome::denied;
  reply.http_status = 200;
  reply.error_code = "Ecs.0614";
  reply.message = "The server does not exist.";
  CHECK(worded(problem_of(reply)).response.status == 403);
}

TEST_CASE("To an SDK a problem of ours has our words, and is never without any") {
  const auto body = nlohmann::json::parse(worded(problem_of(problems::kNotFound)).response.body);
  CHECK(body.at("error_msg") == problems::kNotFound.detail);
  JobReply reply;
  reply.outcome = Outcome::unreachable;
  const auto bare = nlohmann::json::parse(worded(problem_of(reply)).response.body);
  CHECK(bare.at("error_msg") == problems::kUnreachable.title);
}

TEST_CASE("To an SDK what is no problem stays as it is") {
  RouteResponse answer = jobtree::gateway::json_response(200, "{}");
  word_for_sdk(answer);
  CHECK(answer.response.body == "{}");
}

TEST_CASE("To an SDK every problem of ours has exactly what all its clients read") {
  for (const auto& type :
       {problems::kBadRequest,   problems::kBadProject,     problems::kBadJob,
        problems::kBadOrder,     problems::kNoToken,        problems::kBadToken,
        problems::kCrossSite,    problems::kNotFound,       problems::kNoRegion,
        problems::kNoService,    problems::kNoPath,         problems::kWrongMethod,
        problems::kNoLength,     problems::kBodyTooLarge,   problems::kTargetTooLong,
        problems::kWrongType,    problems::kNoExpectation,  problems::kWrongHost,
        problems::kHeadTooLarge, problems::kInternal,       problems::kBusy,
        problems::kCrowded,      problems::kUnknownProject, problems::kDenied,
        problems::kKeyPaused,    problems::kNoKey,          problems::kNoJob,
        problems::kNoJobToSee,   problems::kTooManyUnknown, problems::kThrottled,
        problems::kFailed,       problems::kMalformed,      problems::kTooLarge,
        problems::kUntrusted,    problems::kUnreachable}) {
    INFO(type.code);
    const auto answer = worded(problem_of(type));
    CHECK(answer.response.status == type.status);
    CHECK(answer.response.get_header_value("Content-Type") == "application/json");
    const auto body = nlohmann::ordered_json::parse(answer.response.body);
    std::vector<std::string> names;
    for (const auto& [name, value] : body.items()) {
      names.push_back(name);
      CHECK_FALSE(value.get<std::string>().empty());
    }
    CHECK(names == std::vector<std::string>{"error_code", "error_msg", "request_id"});
    CHECK(body.at("request_id") == answer.response.get_header_value("X-Request-Id"));
  }
}

}  // namespace problem_test

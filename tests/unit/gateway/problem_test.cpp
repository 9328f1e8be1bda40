#include "gateway/problem.h"

#include <nlohmann/json.hpp>
#include <string>

#include "unit/catch.h"

using namespace std::chrono_literals;
using jobtree::cloud::JobReply;
using jobtree::cloud::Outcome;
using jobtree::gateway::Problem;
using jobtree::gateway::problem_of;
using jobtree::gateway::problem_of_status;
using jobtree::gateway::response_of;
namespace trouble = jobtree::gateway::trouble;

TEST_CASE("A problem document has the members of the contract") {
  const Problem problem{.status = 429,
                        .code = "APIGW.0308",
                        .title = "Too many requests",
                        .detail = "Wait.",
                        .request_id = "r-1",
                        .retry_after = 7s};
  const auto response = response_of(problem);
  CHECK(response.status == 429);
  CHECK(response.content_type == "application/problem+json; charset=utf-8");
  const nlohmann::json expected{{"type", "about:blank"}, {"status", 429},
                                {"code", "APIGW.0308"},  {"title", "Too many requests"},
                                {"detail", "Wait."},     {"request_id", "r-1"},
                                {"retry_after", 7}};
  CHECK(nlohmann::json::parse(response.body) == expected);
}

TEST_CASE("A problem without a time to wait says so") {
  const auto body = nlohmann::json::parse(response_of(problem_of(trouble::kNotFound)).body);
  CHECK(body.at("retry_after").is_null());
  CHECK(body.at("request_id").get<std::string>().size() == 19);
}

TEST_CASE("Each problem of ours has a request id of its own") {
  CHECK(problem_of(trouble::kBusy).request_id != problem_of(trouble::kBusy).request_id);
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
  CHECK(problem_of_status(431).code == "jobtree.head_too_large");
  CHECK(problem_of_status(503).code == "jobtree.too_many_connections");
  CHECK(problem_of_status(499).status == 400);
}

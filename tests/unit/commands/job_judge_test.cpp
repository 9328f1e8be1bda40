#include "commands/job/job_judge.h"

#include <string>

#include "unit/catch.h"
#include "unit/jobs.h"

namespace job_judge_test {

using namespace jobtree;
using namespace jobtree::commands;
using testing::batch;
using testing::document;

TEST_CASE("A job is final when it and all of its parts have ended") {
  CHECK(judge_job(document(batch("SUCCESS", {"SUCCESS", "FAIL"})), "").is_final);
  CHECK(judge_job(document(batch("FAIL", {})), "").is_final);
  CHECK_FALSE(judge_job(document(batch("RUNNING", {"SUCCESS"})), "").is_final);
  CHECK_FALSE(judge_job(document(batch("SUCCESS", {"RUNNING"})), "").is_final);
  CHECK_FALSE(judge_job(document(batch("NEVER_HEARD_OF", {})), "").is_final);
}

TEST_CASE("A job that has another id is another; what is no job is none and is not final") {
  CHECK_FALSE(judge_job(document(batch("RUNNING", {"INIT"})), "root").is_another);
  CHECK_FALSE(judge_job(document(batch("RUNNING", {"INIT"})), "").is_another);
  CHECK(judge_job(document(batch("RUNNING", {"INIT"})), "p0").is_another);
  for (const char* body : {"", "{", "[]", R"({"error_code":"VPC.0010","error_msg":"no"})"}) {
    INFO(body);
    CHECK_FALSE(judge_job(body, "root").is_another);
    CHECK_FALSE(judge_job(body, "root").is_final);
  }
}

TEST_CASE("A list is never final: it may yet grow") {
  const std::string job = document(batch("SUCCESS", {}));
  CHECK_FALSE(judge_job(R"({"jobs":[)" + job + "," + job + "]}", "").is_final);
}

TEST_CASE("A tree is about a job when its root, or an item of a list, has that id or none") {
  const auto tree = [](const std::string& body) { return engine::parse_job(body).tree; };
  const auto job = tree(document(batch("SUCCESS", {"SUCCESS"})));
  CHECK(is_about(job, "root"));
  CHECK(is_about(job, ""));
  CHECK_FALSE(is_about(job, "p0"));
  CHECK_FALSE(is_about(job, "another"));
  CHECK(is_about(job, "instance/root"));
  CHECK_FALSE(is_about(job, "instance/task"));
  const auto uuid = tree(R"({"id":"8A2F5E1C-53A2-11EF-0000-000000000001","status":"SUCCESS"})");
  CHECK(is_about(uuid, "8a2f5e1c53a211ef0000000000000001"));
  CHECK(is_about(tree(R"({"status":"SUCCESS","job_type":"create"})"), "another"));

  const auto list =
      tree(R"({"jobs":[{"job_id":"a","status":"SUCCESS"},{"job_id":"b","status":"FAIL"}]})");
  REQUIRE(list.is_list);
  CHECK(is_about(list, "b"));
  CHECK_FALSE(is_about(list, "c"));
}

}  // namespace job_judge_test

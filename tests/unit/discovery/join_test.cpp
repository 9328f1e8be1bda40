// Several records of one job are one job.
#include <string>
#include <vector>

#include "discovery/found_job.h"
#include "unit/catch.h"
#include "unit/discovery/found.h"

namespace join_test {

namespace {

using namespace jobtree;
using namespace jobtree::discovery;  // NOLINT(google-build-using-namespace)
using namespace jobtree::tests;      // NOLINT(google-build-using-namespace)

FoundJob traced(const char* id, const char* at = "2026-11-26T10:00:00Z") {
  FoundJob job;
  job.address = {"cn-north-4", "rds", kProject, id};
  job.is_queryable = true;
  job.operation = "createInstance";
  job.user = "anna";
  job.resource_name = "orders";
  job.said_at = time_at(at);
  return job;
}

FoundJob listed(const char* id, const char* status, const char* at = "2026-11-26T10:05:00Z") {
  FoundJob job;
  job.address = {"cn-north-4", "rds", kProject, id};
  job.is_queryable = true;
  job.source = FoundJob::Source::list;
  job.operation = job.type = "CreateMysqlSingleHAInstance";
  job.status_text = status;
  job.status = status_of(status);
  job.begun_at = time_at("2026-11-26T10:00:01Z");
  job.said_at = time_at(at);
  return job;
}

TEST_CASE("A trace says who it was, a list how it is") {
  for (const bool is_trace_first : {true, false}) {
    std::vector<FoundJob> both{traced("a"), listed("a", "Running")};
    if (!is_trace_first) std::swap(both[0], both[1]);
    const auto jobs = join(both);
    REQUIRE(jobs.size() == 1);
    CHECK(jobs[0].user == "anna");
    CHECK(jobs[0].status == store::Status::running);
    CHECK(jobs[0].operation == "createInstance");
    CHECK(jobs[0].type == "CreateMysqlSingleHAInstance");
    CHECK(jobs[0].resource_name == "orders");
    CHECK(jobs[0].begun_at == time_at("2026-11-26T10:00:01Z"));
    CHECK(jobs[0].said_at == time_at("2026-11-26T10:05:00Z"));
  }
}

TEST_CASE("The latest state counts, and an end before all") {
  const FoundJob early = listed("a", "Pending", "2026-11-26T10:01:00Z");
  const FoundJob late = listed("a", "Running", "2026-11-26T10:02:00Z");
  CHECK(join({early, late})[0].status_text == "Running");
  CHECK(join({late, early})[0].status_text == "Running");
  FoundJob ended = listed("a", "Completed", "2026-11-26T10:00:30Z");
  ended.ended_at = time_at("2026-11-26T10:00:29Z");
  for (const auto& jobs : {join({late, ended}), join({ended, late}), join({early, ended, late})}) {
    CHECK(jobs[0].status_text == "Completed");
    CHECK(jobs[0].ended_at == ended.ended_at);
  }
}

TEST_CASE("What one record says of an end is not taken for another state") {
  FoundJob failed = listed("a", "Failed", "2026-11-26T10:09:00Z");
  failed.error_code = "DBS.1";
  failed.body = "{\"status\":\"Failed\"}";
  const FoundJob done = listed("a", "Completed", "2026-11-26T10:10:00Z");
  const auto jobs = join({failed, done});
  CHECK(jobs[0].status_text == "Completed");
  CHECK(jobs[0].error_code.empty());
  CHECK(jobs[0].body.empty());
  FoundJob again = listed("a", "Failed", "2026-11-26T10:11:00Z");
  CHECK(join({failed, again})[0].body == failed.body);
  CHECK(join({failed, again})[0].error_code == "DBS.1");
}

TEST_CASE("Jobs of another address are others, and keep their order") {
  FoundJob elsewhere = traced("a");
  elsewhere.address = {"cn-east-3", "rds", kProject, "a"};
  const auto jobs = join({traced("b"), traced("a"), elsewhere, traced("b")});
  REQUIRE(jobs.size() == 3);
  CHECK(jobs[0].address.job_id() == "b");
  CHECK(jobs[1].address.job_id() == "a");
  CHECK(jobs[2].address.region() == "cn-east-3");
  CHECK(join({}).empty());
}

TEST_CASE("A sub-job that has a record of its own is no second job") {
  FoundJob parent = traced("a");
  parent.sub_jobs = {"b", "c", "a"};
  FoundJob stranger = traced("c");
  stranger.address = {"cn-north-4", "ecs", kProject, "c"};
  const auto jobs = join({traced("b"), parent, stranger});
  REQUIRE(jobs.size() == 2);
  CHECK(jobs[0].address.job_id() == "a");
  CHECK(jobs[1].address.service() == "ecs");
}

TEST_CASE("What can be queried by one record can be queried") {
  FoundJob batch = traced("a");
  batch.is_queryable = false;
  CHECK(join({batch, traced("a")})[0].is_queryable);
  CHECK_FALSE(join({batch, batch})[0].is_queryable);
}

Submission submission(const char* user, const char* at) {
  return {.region = "cn-north-4",
          .project_id = kProject,
          .service = "rds",
          .operation = "createInstance",
          .resource_type = "",
          .resource_name = "orders",
          .user = user,
          .at = time_at(at)};
}

std::string submitter(FoundJob job, const std::vector<Submission>& submissions) {
  std::vector<FoundJob> jobs{std::move(job)};
  name_submitters(jobs, submissions);
  CHECK(jobs[0].is_user_guessed == (!jobs[0].user.empty() && jobs[0].user != "anna"));
  return jobs[0].user;
}

TEST_CASE("Who is not named is perhaps who called last for the same resource") {
  FoundJob unnamed = traced("a");
  unnamed.user.clear();
  unnamed.begun_at = time_at("2026-11-26T09:00:00Z");
  CHECK(submitter(unnamed, {}).empty());
  CHECK(submitter(unnamed, {submission("dora", "2026-11-26T08:59:59Z")}) == "dora");
  CHECK(submitter(unnamed, {submission("dora", "2026-11-26T08:00:00Z"),
                            submission("emil", "2026-11-26T08:59:00Z"),
                            submission("carla", "2026-11-26T08:30:00Z")}) == "emil");
  CHECK(submitter(unnamed, {submission("dora", "2026-11-26T09:30:00Z")}).empty());  // after it
  CHECK(submitter(unnamed, {submission("dora", "2026-11-20T09:30:00Z")}).empty());
  Submission other = submission("dora", "2026-11-26T08:59:59Z");
  other.resource_name = "bi";
  CHECK(submitter(unnamed, {other}).empty());
  other = submission("dora", "2026-11-26T08:59:59Z");
  other.operation = "deleteInstance";
  CHECK(submitter(unnamed, {other}).empty());
  other = submission("dora", "2026-11-26T08:59:59Z");
  other.project_id = "ffffffffffffffffffffffffffffffff";
  CHECK(submitter(unnamed, {other}).empty());
  CHECK(submitter(traced("a"), {submission("dora", "2026-11-26T08:59:59Z")}) == "anna");
}

TEST_CASE("A name that is said goes before one that was guessed") {
  FoundJob guessed = traced("a");
  guessed.user = "dora";
  guessed.is_user_guessed = true;
  for (const auto& jobs : {join({guessed, traced("a")}), join({traced("a"), guessed})}) {
    CHECK(jobs[0].user == "anna");
    CHECK_FALSE(jobs[0].is_user_guessed);
  }
  FoundJob unnamed = listed("a", "Running");
  CHECK(join({guessed, unnamed})[0].is_user_guessed);
}

TEST_CASE("A name of nothing but a resource's is no guess") {
  FoundJob unnamed = traced("a");
  unnamed.user.clear();
  unnamed.resource_name.clear();
  Submission nameless = submission("dora", "2026-11-26T08:59:59Z");
  nameless.resource_name.clear();
  CHECK(submitter(unnamed, {nameless}).empty());
}

}  // namespace

}  // namespace join_test

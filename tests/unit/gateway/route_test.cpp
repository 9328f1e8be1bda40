#include "gateway/routing/route.h"

#include "unit/catch.h"

namespace route_test {

using jobtree::gateway::match;

namespace {

constexpr const char* kJob = "/v1/{project_id}/jobs/{job_id}";

}  // namespace

TEST_CASE("A pattern names the segments of a path") {
  const auto captures = match(kJob, "/v1/abc/jobs/1-2_3");
  REQUIRE(captures);
  CHECK((*captures)["project_id"] == "abc");
  CHECK((*captures)["job_id"] == "1-2_3");
  CHECK((*captures)["region"].empty());
}

TEST_CASE("A pattern fits the whole path or not at all") {
  for (const char* path :
       {"", "/", "v1/abc/jobs/1", "/v1/abc/jobs", "/v1/abc/jobs/", "/v1/abc/jobs/1/", "/v1//jobs/1",
        "/v1/abc/job/1", "/V1/abc/jobs/1", "//v1/abc/jobs/1", "/v1/abc/jobs/1/more"}) {
    INFO(path);
    CHECK_FALSE(match(kJob, path));
  }
}

TEST_CASE("The root is a pattern of its own") {
  CHECK(match("/", "/"));
  CHECK_FALSE(match("/", ""));
  CHECK_FALSE(match("/", "/x"));
}

TEST_CASE("Segments are compared and captured as they came") {
  const auto captures = match(kJob, "/v1/%2e%2e/jobs/a%2Fb%00\xff");
  REQUIRE(captures);
  CHECK((*captures)["project_id"] == "%2e%2e");
  CHECK((*captures)["job_id"] == "a%2Fb%00\xff");
  CHECK_FALSE(match(kJob, "/%76%31/abc/jobs/1"));
}

TEST_CASE("The last name of a pattern may take all that is left") {
  const auto captures = match("/api/{region}/{rest...}", "/api/mars/v1/a//b/");
  REQUIRE(captures);
  CHECK((*captures)["region"] == "mars");
  CHECK((*captures)["rest"] == "v1/a//b/");
  CHECK_FALSE(match("/api/{region}/{rest...}", "/api/mars/"));
  CHECK_FALSE(match("/api/{region}/{rest...}", "/api/mars"));
}

}  // namespace route_test

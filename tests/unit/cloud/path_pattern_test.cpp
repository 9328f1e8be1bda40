// Paths with ids in them, taken apart and put together.
#include "cloud/where/path_pattern.h"

#include <string>
#include <vector>

#include "unit/catch.h"

namespace path_pattern_test {

namespace {

using namespace jobtree::cloud;  // NOLINT(google-build-using-namespace)

/// "OWNER ID ID" as they are found, or "none".
std::string ids_in(const PathPattern& pattern, std::string_view path, std::string_view query = "") {
  const auto ids = pattern.match(path, query);
  if (!ids) return "none";
  std::string text(ids->owner);
  for (const std::string_view id : ids->ids) {
    text.append(" ").append(id);
  }
  return text;
}

}  // namespace

TEST_CASE("A target is the pattern with both ids in it", "[path_pattern]") {
  const Target by_path = PathPattern("/v3/{domain_id}/geip/jobs/{job_id}").fill("d", "j");
  CHECK(by_path.path == "/v3/d/geip/jobs/j");
  CHECK(by_path.query.empty());
  const Target by_query = PathPattern("/v3/{project_id}/jobs?id={job_id}").fill("p", "j");
  CHECK(by_query.path == "/v3/p/jobs");
  CHECK(by_query.query == "id=j");
}

TEST_CASE("Ids are found where the pattern has them, byte for byte", "[path_pattern]") {
  const PathPattern pattern("/v3/{domain_id}/geip/jobs/{job_id}");
  CHECK(ids_in(pattern, "/v3/d/geip/jobs/j") == "d j");
  CHECK(ids_in(pattern, "/v3/d/geip/jobs/j", "id=k") == "d j");
  CHECK(ids_in(pattern, "/v3/d/geip/jobs/%2e%2e") == "d %2e%2e");  // judged by who asks
  for (const char* path :
       {"", "/", "/v3/d/geip/jobs/j/", "/v3/d/geip/jobs/", "/v3/d/jobs/j", "/v3//geip/jobs/j",
        "/V3/d/geip/jobs/j", "/v3/d/geip/jobs/j/k", "/v3/d/e/geip/jobs/j", " /v3/d/geip/jobs/j"}) {
    CAPTURE(path);
    CHECK(ids_in(pattern, path) == "none");
  }
}

TEST_CASE("A job id in the query stands there alone", "[path_pattern]") {
  const PathPattern pattern("/v3/{project_id}/jobs?id={job_id}");
  CHECK(ids_in(pattern, "/v3/p/jobs", "id=j") == "p j");
  CHECK(ids_in(pattern, "/v3/p/jobs/j") == "none");
  CHECK(ids_in(pattern, "/v3/p/jobs/", "id=j") == "none");
  CHECK(ids_in(pattern, "/v1/p/jobs", "id=j") == "none");
  for (const char* query : {"", "id", "id=", "ID=j", "i%64=j", "id=j&id=k", "id=j&", "&id=j",
                            "id=j&x=1", "x=1&id=j", "job_id=j", " id=j", "?id=j"}) {
    CAPTURE(query);
    CHECK(ids_in(pattern, "/v3/p/jobs", query) == "none");
  }
  for (const char* id : {"%6a", "j;id=k", "j#k", "j?id=k", "j/k", "=j", "j+k"}) {
    CAPTURE(id);
    CHECK(ids_in(pattern, "/v3/p/jobs", std::string("id=") + id) == std::string("p ") + id);
  }
}

TEST_CASE("A path may have several ids, in path and query, and a fixed end", "[path_pattern]") {
  const PathPattern pattern("/v5/{devcloud_id}/pipelines/{pipeline_id}/detail?run={run_id}");
  CHECK(pattern.id_names() == std::vector<std::string>{"devcloud_id", "pipeline_id", "run_id"});
  CHECK_FALSE(pattern.has_owner());
  CHECK(ids_in(pattern, "/v5/a/pipelines/b/detail", "run=c") == " a b c");
  const Target target = pattern.fill("", "a/b/c");
  CHECK(target.path == "/v5/a/pipelines/b/detail");
  CHECK(target.query == "run=c");
  for (const char* path :
       {"/v5/a/pipelines/b", "/v5/a/pipelines/b/detail/", "/v5/a/pipelines//detail",
        "/v5/a/b/pipelines/c/detail", "/v5/a/pipelines/b/detail/c"}) {
    CAPTURE(path);
    CHECK(ids_in(pattern, path, "run=c") == "none");
  }
  CHECK(ids_in(pattern, "/v5/a/pipelines/b/detail") == "none");
}

TEST_CASE("A path may have no place for an owner", "[path_pattern]") {
  const PathPattern pattern("/v1/job/{job_id}/status");
  CHECK_FALSE(pattern.has_owner());
  CHECK(ids_in(pattern, "/v1/job/j/status") == " j");
  CHECK(pattern.fill("p", "j").path == "/v1/job/j/status");
}

}  // namespace path_pattern_test

#include "simulator/cloud/job_routes.h"

#include <algorithm>

#include "unit/catch.h"

namespace job_routes_test {

using namespace jobtree::simulator;

namespace {
/// The id that is asked for at `path`, "-" when the target is not read so.
std::string id_at(std::string_view path, std::string_view target) {
  for (const RouteMatch& asked : matching_routes(target)) {
    if (asked.path == path) return std::string(asked.job_id);
  }
  return "-";
}
}  // namespace

TEST_CASE("Every place is read back from the path it makes") {
  for (const JobRoute& place : job_routes()) {
    INFO(place.path);
    std::string ids = "j";
    for (std::size_t i = 1; i < id_count(place); ++i) {
      ids += "/j" + std::to_string(i);
    }
    const std::string path = path_of(place, "p", "d", ids);
    CHECK(path.find('{') == std::string::npos);
    const auto all = matching_routes(path);
    const auto found = std::ranges::find(all, place.path, &RouteMatch::path);
    REQUIRE(found != all.end());
    CHECK(found->job_id == ids);
    const bool has_domain = place.path.find("{domain_id}") != std::string_view::npos;
    CHECK(found->domain_id == (has_domain ? "d" : ""));
  }
}

TEST_CASE("A target that only resembles a place is none") {
  for (const std::string_view target :
       {"/v1/p/jobs/", "/v1/p/jobs", "/v1//jobs/j", "/v1/p/jobs/j/", "/v1/p/jobs/j/k", "/v2",
        "/v1/p/Jobs/j", "", "/", "v1/p/jobs/j", "/v1/p/sfs-turbo/jobs/"}) {
    INFO(target);
    CHECK(matching_routes(target).empty());
  }
  CHECK(id_at("/v3/{project_id}/jobs?id={job_id}", "/v3/p/jobs") == "-");
  CHECK(id_at("/v3/{project_id}/jobs?id={job_id}", "/v3/p/jobs?id=") == "-");
  CHECK(id_at("/v3/{project_id}/jobs?id={job_id}", "/v3/p/jobs?uid=j") == "-");
}

TEST_CASE("An id in the query is found among others, and a query elsewhere does not matter") {
  CHECK(id_at("/v3/{project_id}/jobs?id={job_id}", "/v3/p/jobs?limit=1&id=j&x") == "j");
  CHECK(id_at(kClassicPath, "/v1/p/jobs/j?limit=1") == "j");
  CHECK(id_at("/v2/{project_id}/instances/{instance_id}/tasks/{task_id}",
              "/v2/p/instances/i/tasks/t") == "i/t");
  CHECK(query_value("/a?name=x&name=y", "name") == "x");
  CHECK(query_value("/a", "name").empty());
}

}  // namespace job_routes_test

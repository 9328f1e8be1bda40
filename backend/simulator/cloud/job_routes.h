// At which path each service's jobs are asked for.
//
// Knows: the services' published paths. Must not know: which jobs there are, HTTP.
// Written apart from cloud/catalogue on purpose: a path that is wrong there finds nothing here.
// On one loopback port the host tells no services apart, so a job is found by its path and its id.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace jobtree::simulator {

/// Who asks is {project_id}, {domain_id} or not in the path; all else in braces are the job's ids.
struct JobRoute {
  std::string_view service;
  std::string_view path;  ///< "/v3/{project_id}/jobs?id={job_id}"
};

/// A service with several paths stands there once for each.
std::span<const JobRoute> job_routes();

/// The services' names, each once.
std::vector<std::string_view> service_names();
bool is_service(std::string_view name);
/// The service that has no jobs, but the traces of all.
inline constexpr std::string_view kTraceService = "cts";

/// The path every job of the classic shape is asked at: EIP, ECS, EVS and others share it.
inline constexpr std::string_view kClassicPath = "/v1/{project_id}/jobs/{job_id}";
bool is_classic(std::string_view service);

/// How many ids name a job there.
std::size_t id_count(const JobRoute& route);

/// The path of `route` with the ids filled in; those of the job stand in `job_id` with "/" between
/// them, as many as the route has.
std::string path_of(const JobRoute& route, std::string_view project_id, std::string_view domain_id,
                    std::string_view job_id);

/// A route that a request's target fits, and the ids in it.
struct RouteMatch {
  std::string_view path;  ///< the route's, as in job_routes()
  std::string_view project_id{};
  std::string_view domain_id{};
  std::string job_id{};  ///< with "/" between them where there are several
};

/// Every route that the raw target ("/v1/p/jobs/j?q=1") fits, one a path; none when no service has
/// such a path. Nothing is decoded: ids hold no escapes.
std::vector<RouteMatch> matching_routes(std::string_view target);

/// The value of `name` in the query of the raw target; "" when it is not there.
std::string_view query_value(std::string_view target, std::string_view name);

}  // namespace jobtree::simulator

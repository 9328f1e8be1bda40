#include "simulator/cloud/job_routes.h"

#include <algorithm>
#include <array>
#include <optional>

namespace jobtree::simulator {

namespace {

constexpr std::string_view kDatabase = "/v3/{project_id}/jobs?id={job_id}";
constexpr std::string_view kVersion2 = "/v2/{project_id}/jobs/{job_id}";
constexpr std::string_view kVersion3 = "/v3/{project_id}/jobs/{job_id}";

// As in the services' API references.
constexpr auto kRoutes = std::to_array<JobRoute>({
    {"eip", kClassicPath},
    {"ecs", kClassicPath},
    {"bms", kClassicPath},
    {"evs", kClassicPath},
    {"deh", kClassicPath},
    {"sdrs", kClassicPath},
    {"vbs", kClassicPath},
    {"ims", kClassicPath},
    {"ims", "/v1/cloudimages/job/{job_id}"},
    {"dcs", kVersion2},
    {"swr", kVersion2},
    {"sfs-turbo", "/v1/{project_id}/sfs-turbo/jobs/{job_id}"},
    {"workspace", "/v2/{project_id}/workspace-jobs/{job_id}"},
    {"workspace-app", "/v2/{project_id}/job/{job_id}"},
    {"workspace-app", "/v1/{project_id}/job/{job_id}"},
    {"dws", "/v1.0/{project_id}/job/{job_id}"},
    {"waf", "/v1/{project_id}/waf/async-job/{job_id}"},
    {"cph", "/v1/{project_id}/cloud-phone/jobs/{job_id}"},
    {"elb", "/v3/{project_id}/elb/jobs/{job_id}"},
    {"geip", "/v3/{domain_id}/geip/jobs/{job_id}"},
    {"rds", kDatabase},
    {"taurusdb", kDatabase},
    {"gaussdb", kDatabase},
    {"dds", kDatabase},
    {"geminidb", kDatabase},
    {"ddm", kVersion3},
    {"cfw", kVersion3},
    {"cbr", "/v3/{project_id}/operation-logs/{job_id}"},
    {"vpn", "/v5/{project_id}/vpn-gateways/jobs?resource_id={resource_id}"},
    {"cce", "/api/v3/projects/{project_id}/jobs/{job_id}"},
    {"cce-autopilot", "/autopilot/v3/projects/{project_id}/jobs/{job_id}"},
    {"cce-autopilot", "/autopilot/v2/projects/{project_id}/jobs/{job_id}"},
    {"servicestage", "/v2/{project_id}/cas/jobs/{job_id}"},
    {"cse", "/v2/{project_id}/enginemgr/engines/{engine_id}/jobs/{job_id}"},
    {"roma", "/v2/{project_id}/instances/{instance_id}/assets/jobs/{job_id}"},
    {"drs", "/v5/{project_id}/jobs/{job_id}"},
    {"dms", "/v2/{project_id}/instances/{instance_id}/tasks/{task_id}"},
    {"mrs", "/v2/{project_id}/clusters/{cluster_id}/job-executions/{job_execution_id}"},
    {"dli", "/v1.0/{project_id}/jobs/{job_id}/status"},
    {"sms", "/v3/tasks/{task_id}"},
    {"mpc", "/v1/{project_id}/transcodings?task_id={task_id}"},
    {"iotda", "/v5/iot/{project_id}/batchtasks/{task_id}"},
    {"modelarts", "/v2/{project_id}/training-jobs/{job_id}"},
    {"codearts-pipeline",
     "/v5/{devcloud_project}/api/pipelines/{pipeline_id}/pipeline-runs/detail"
     "?pipeline_run_id={pipeline_run_id}"},
});

/// Up to `separator`, which is taken off `text` with it.
std::string_view take(std::string_view& text, char separator) {
  const auto at = text.find(separator);
  const auto part = text.substr(0, at);
  text = at == std::string_view::npos ? std::string_view() : text.substr(at + 1);
  return part;
}

void add_id(std::string_view id, RouteMatch& match) {
  match.job_id.append(match.job_id.empty() ? "" : "/").append(id);
}

bool fill(std::string_view wanted, std::string_view given, RouteMatch& match) {
  if (given.empty()) return wanted.empty();
  if (wanted == "{project_id}") {
    match.project_id = given;
  } else if (wanted == "{domain_id}") {
    match.domain_id = given;
  } else if (wanted.starts_with('{')) {
    add_id(given, match);
  } else {
    return wanted == given;
  }
  return true;
}

std::optional<RouteMatch> read(std::string_view pattern, std::string_view target) {
  RouteMatch match{.path = pattern};
  std::string_view wanted_query = pattern;
  std::string_view wanted = take(wanted_query, '?');
  std::string_view given = target.substr(0, target.find('?'));
  if (given.ends_with('/')) return std::nullopt;
  while (!wanted.empty() && !given.empty()) {
    if (!fill(take(wanted, '/'), take(given, '/'), match)) return std::nullopt;
  }
  if (!wanted.empty() || !given.empty()) return std::nullopt;
  if (wanted_query.empty()) return match;
  const std::string_view id = query_value(target, take(wanted_query, '='));
  if (id.empty()) return std::nullopt;
  add_id(id, match);
  return match;
}

void replace(std::string& text, std::string_view name, std::string_view value) {
  const auto at = text.find(name);
  if (at != std::string::npos) text.replace(at, name.size(), value);
}

}  // namespace

std::span<const JobRoute> job_routes() {
  return kRoutes;
}

std::vector<std::string_view> service_names() {
  std::vector<std::string_view> names;
  for (const JobRoute& route : kRoutes) {
    if (names.empty() || names.back() != route.service) names.push_back(route.service);
  }
  return names;
}

bool is_service(std::string_view name) {
  return std::ranges::find(kRoutes, name, &JobRoute::service) != kRoutes.end();
}

bool is_classic(std::string_view service) {
  return std::ranges::any_of(kRoutes, [service](const JobRoute& route) {
    return route.service == service && route.path == kClassicPath;
  });
}

std::size_t id_count(const JobRoute& route) {
  const auto all = std::ranges::count(route.path, '{');
  const bool has_owner = route.path.find("{project_id}") != std::string_view::npos ||
                         route.path.find("{domain_id}") != std::string_view::npos;
  return static_cast<std::size_t>(all) - (has_owner ? 1 : 0);
}

std::string path_of(const JobRoute& route, std::string_view project_id, std::string_view domain_id,
                    std::string_view job_id) {
  std::string path(route.path);
  replace(path, "{project_id}", project_id);
  replace(path, "{domain_id}", domain_id);
  for (std::size_t at = 0; (at = path.find('{')) != std::string::npos;) {
    path.replace(at, path.find('}') - at + 1, take(job_id, '/'));
  }
  return path;
}

std::vector<RouteMatch> matching_routes(std::string_view target) {
  std::vector<RouteMatch> all;
  for (const JobRoute& route : kRoutes) {
    const bool is_new = std::ranges::find(all, route.path, &RouteMatch::path) == all.end();
    if (!is_new) continue;
    if (const auto match = read(route.path, target)) all.push_back(*match);
  }
  return all;
}

std::string_view query_value(std::string_view target, std::string_view name) {
  const auto question = target.find('?');
  if (question == std::string_view::npos) return {};
  std::string_view query = target.substr(question + 1);
  while (!query.empty()) {
    std::string_view value = take(query, '&');
    if (take(value, '=') == name) return value;
  }
  return {};
}

}  // namespace jobtree::simulator

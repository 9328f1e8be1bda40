#include "simulator/cloud/cloud_api.h"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "simulator/cloud/job_routes.h"
#include "simulator/cloud/key_issuers.h"
#include "simulator/script/built_in/built_in_jobs.h"
#include "simulator/script/records/unlisted_jobs.h"

namespace jobtree::simulator {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view kProjects = "/v3/projects";
constexpr std::string_view kDomains = "/v3/auth/domains";
constexpr std::string_view kBatchPrefix = "/v2/";
constexpr std::string_view kBatchSuffix = "/batchpublicips";

std::string_view path_of_target(std::string_view target) {
  return target.substr(0, target.find('?'));
}

/// The project of "/v2/{project_id}/batchpublicips", or "".
std::string_view batch_project(std::string_view path) {
  if (!path.starts_with(kBatchPrefix) || !path.ends_with(kBatchSuffix)) return {};
  if (path.size() < kBatchPrefix.size() + kBatchSuffix.size()) return {};
  path.remove_prefix(kBatchPrefix.size());
  path.remove_suffix(kBatchSuffix.size());
  return path.find('/') == std::string_view::npos ? path : std::string_view();
}

/// The order in a BatchCreatePublicips body. "simulated_failures" is ours: the real cloud fails
/// unasked. Numbers above the real limit of 50 are taken, for there is nothing here to run out of.
Result<BatchOrder> read_order(std::string_view body) {
  const auto json = ordered_json::parse(body, nullptr, false);
  if (!json.is_object()) return Failure::usage("The request body is not a JSON object.");
  const auto publicip = json.find("publicip");
  if (publicip == json.end() || !publicip->is_object() || !publicip->contains("type") ||
      !publicip->at("type").is_string()) {
    return Failure::usage("publicip.type is invalid.");
  }
  const auto bandwidth = json.find("bandwidth");
  if (bandwidth == json.end() || !bandwidth->is_object())
    return Failure::usage("bandwidth is invalid.");
  const auto number = [&json](const char* name, int otherwise) -> std::int64_t {
    const auto found = json.find(name);
    if (found == json.end()) return otherwise;
    return found->is_number_integer() ? found->get<std::int64_t>() : -1;
  };
  const auto count = number("publicip_number", -1);
  const auto failing = number("simulated_failures", 0);
  constexpr std::int64_t kAnyTooLarge = 1000000;
  if (count < 1 || count > kAnyTooLarge) return Failure::usage("publicip_number is invalid.");
  if (failing < 0 || failing > kAnyTooLarge)
    return Failure::usage("simulated_failures is invalid.");
  return BatchOrder{static_cast<int>(count), static_cast<int>(failing)};
}

std::vector<ScriptedJob> jobs_of(const Scenario& scenario, std::uint64_t seed, double speed) {
  if (scenario.jobs) return planned_jobs(*scenario.jobs, seed, speed);
  std::vector<ScriptedJob> jobs = built_in_jobs(seed, speed, scenario.document_times);
  std::ranges::move(unlisted_jobs(speed), std::back_inserter(jobs));
  return jobs;
}

std::optional<Milliseconds> at_speed_if_any(std::optional<std::chrono::seconds> time,
                                            double speed) {
  if (!time) return std::nullopt;
  return at_speed(*time, speed);
}

Route route_of(const Request& request) {
  const std::string_view path = path_of_target(request.target);
  Route route;
  route.is_known = request.method == "POST" && !batch_project(path).empty();
  if (request.method != "GET") return route;
  route.jobs = matching_routes(request.target);
  if (route.jobs.empty()) {
    route.traces = find_traces(request);
    route.tasks = find_task_list(request);
  }
  route.is_known =
      !route.jobs.empty() || route.traces || route.tasks || path == kProjects || path == kDomains;
  return route;
}

}  // namespace

CloudApi::CloudApi(const Scenario& scenario, std::uint64_t seed, double speed, WallTime started)
    : scenario_(scenario),
      book_(seed, speed, jobs_of(scenario, seed, speed),
            at_speed_if_any(scenario.forget_after, speed), started),
      traces_(seed, speed, scenario.traces, started),
      identity_(scenario.accounts, seed, speed, scenario.temporary_key_life),
      quota_(scenario.quota, speed) {}

CallResult CloudApi::handle(const Call& call) {
  CallResult result;
  result.response = route(call, result);
  return result;
}

Response CloudApi::route(const Call& call, CallResult& result) {
  const Request& request = call.request;
  if (auto issued = issue_key(identity_, call)) return std::move(*issued);

  const Route route = route_of(request);
  if (!route.is_known) return no_such_api(call.request_id);
  if (route.traces) result.service = kTraceService;
  if (route.tasks) result.service = route.tasks->service;
  // Of several matches the first stands for the call, unless a later one finds a job.
  for (const RouteMatch& match : route.jobs) {
    const std::string service = book_.service_of(match.job_id, match.path);
    if (!service.empty() || result.job_id.empty()) result.job_id = match.job_id;
    if (service.empty()) continue;
    result.service = service;
    break;
  }

  AuthResult authenticated = identity_.authenticate(request, call.now, call.steady);
  result.access = std::move(authenticated.access);
  if (!authenticated.account) return not_authenticated(authenticated.refusal, call.request_id);
  if (!quota_.take(result.access, call.steady)) {
    return gateway_error(429, "APIGW.0308", over_quota(scenario_.quota), call.request_id);
  }
  return signed_route(call, *authenticated.account, route);
}

Response CloudApi::signed_route(const Call& call, const Account& account, const Route& route) {
  if (!route.jobs.empty()) return show_job(call, account, route.jobs);
  if (route.traces) {
    return traces_.respond(*route.traces, call.request, call.request_id, account, book_, call.now);
  }
  if (route.tasks) return show_tasks(call, account, *route.tasks);
  const std::string_view path = path_of_target(call.request.target);
  if (path == kProjects) return list_projects(call, account);
  if (path == kDomains) return list_domains(account);
  return create_batch(call, account, batch_project(path));
}

Response CloudApi::show_tasks(const Call& call, const Account& account,
                              const TaskListMatch& tasks) {
  const bool is_of_domain = tasks.service == "geip";
  if (is_of_domain && (tasks.owner != account.domain_id ||
                       header(call.request, "x-domain-id") != account.domain_id)) {
    return service_error(400, "GEIP.0007", "domain_id or X-Domain-Id is not the key's domain");
  }
  if (!is_of_domain && tasks.owner != account.project_id) {
    return service_error(400, "VPC.0007", "urlTenantId is not equal tokenTenantId");
  }
  return show_task_list(tasks, call.request, call.request_id, book_, call.now);
}

Response CloudApi::show_job(const Call& call, const Account& account,
                            const std::vector<RouteMatch>& matches) {
  Response refusal = service_error(404, "Common.0011", "The job does not exist.");
  for (const RouteMatch& match : matches) {
    if (!match.project_id.empty() && match.project_id != account.project_id) {
      refusal = service_error(400, "VPC.0007", "urlTenantId is not equal tokenTenantId");
      continue;
    }
    // A service of the whole account is told by X-Domain-Id whose it is.
    if (!match.domain_id.empty() && (match.domain_id != account.domain_id ||
                                     header(call.request, "x-domain-id") != account.domain_id)) {
      refusal = service_error(400, "GEIP.0007", "domain_id or X-Domain-Id is not the key's domain");
      continue;
    }
    auto document = book_.document(match.job_id, call.now, match.path);
    if (document) return {.body = std::move(*document)};
    refusal = service_error(404, "Common.0011", "The job does not exist.");
  }
  return refusal;
}

Response CloudApi::create_batch(const Call& call, const Account& account,
                                std::string_view project_id) {
  if (project_id != account.project_id) {
    return service_error(400, "VPC.0007", "urlTenantId is not equal tokenTenantId");
  }
  const Result<BatchOrder> order = read_order(call.request.body);
  if (!order) return service_error(400, "VPC.0501", order.error());
  const Result<KnownJob> job = book_.start_batch(order.value(), call.now);
  if (!job) return service_error(400, "VPC.0501", job.error());
  return json_response(200, {{"job_id", job.value().job_id}});
}

Response CloudApi::list_projects(const Call& call, const Account& account) const {
  const std::string name(query_value(call.request.target, "name"));
  const std::vector<ListedProject> listed = scenario_.projects.value_or(
      std::vector<ListedProject>{{account.project_id, name.empty() ? "cn-north-4" : name}});
  const std::string self = "https://iam.myhuaweicloud.com/v3/projects";
  ordered_json projects = ordered_json::array();
  for (const ListedProject& project : listed) {
    if (!name.empty() && project.name != name) continue;
    projects.push_back({{"id", project.id},
                        {"name", project.name},
                        {"domain_id", account.domain_id},
                        {"parent_id", account.domain_id},
                        {"enabled", true},
                        {"is_domain", false},
                        {"description", "simulated"},
                        {"links", {{"self", self + '/' + project.id}}}});
  }
  return json_response(200, {{"links", {{"self", self}, {"previous", nullptr}, {"next", nullptr}}},
                             {"projects", std::move(projects)}});
}

Response CloudApi::list_domains(const Account& account) {
  const std::string self = "https://iam.myhuaweicloud.com/v3/auth/domains";
  return json_response(
      200,
      {{"domains",
        {{{"id", account.domain_id},
          {"name", "simulated"},
          {"enabled", true},
          {"description", "simulated"},
          {"links", {{"self", "https://iam.myhuaweicloud.com/v3/domains/" + account.domain_id}}}}}},
       {"links", {{"self", self}, {"previous", nullptr}, {"next", nullptr}}}});
}

}  // namespace jobtree::simulator

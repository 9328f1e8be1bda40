#include "gateway/sdk/identity.h"

#include <chrono>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <variant>

namespace jobtree::gateway {
namespace {

using SteadyClock = std::chrono::steady_clock;

// SDKs give up after a minute.
constexpr std::chrono::seconds kLongest{30};
// Where IAM hangs, one for each region would leave no thread for what is short.
constexpr int kMostRunning = 4;
constexpr std::chrono::milliseconds kLookForIdAgain{100};

/// The value of the parameter "name"; names of regions have nothing to decode.
std::string_view name_in(std::string_view query) {
  constexpr std::string_view kName = "name=";
  while (!query.empty()) {
    const std::string_view parameter = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(parameter.size() + 1, query.size()));
    if (parameter.starts_with(kName)) return parameter.substr(kName.size());
  }
  return {};
}

RouteResponse list_of_one(cloud::Owner owner, const std::string& id, const std::string& region) {
  nlohmann::ordered_json body;
  if (owner == cloud::Owner::project) {
    body["projects"] = {{{"id", id}, {"name", region}}};
  } else {
    body["domains"] = {{{"id", id}}};
  }
  return json_response(200, body.dump());
}

}  // namespace

std::optional<RouteResponse> Identity::projects(RoutedRequest& request) const {
  std::string_view region = name_in(request.query);
  if (region.empty()) region = request.captures["region"];
  return list(request, cloud::Owner::project, std::string(region));
}

std::optional<RouteResponse> Identity::domains(RoutedRequest& request) const {
  return list(request, cloud::Owner::domain, std::string(request.captures["region"]));
}

std::optional<RouteResponse> Identity::list(RoutedRequest& request, cloud::Owner owner,
                                            const std::string& region) const {
  if (!catalogue_.has_region(region)) return refusal(problems::kNoRegion);
  request.make_later = [this, owner, region, end = SteadyClock::now() + kLongest] {
    return look_up(owner, region, end);
  };
  return std::nullopt;
}

Later Identity::look_up(cloud::Owner owner, const std::string& region, Time end) const {
  cloud::JobReply reply = query(owner, region);
  if (reply.outcome == cloud::Outcome::deferred) {
    if (reply.not_before < end) return reply.not_before;
    return refusal(problems::kBusy);
  }
  heard_(region, reply);
  if (reply.outcome == cloud::Outcome::succeeded) return list_of_one(owner, reply.body, region);
  return refusal(problem_of(reply));
}

cloud::JobReply Identity::query(cloud::Owner owner, const std::string& region) const {
  struct Place {
    std::atomic<int>& running;
    ~Place() { --running; }
  };
  const bool is_full = ++running_ > kMostRunning;
  const Place place{running_};
  if (!is_full) return source_.own_id(owner, region);
  cloud::JobReply later;
  later.outcome = cloud::Outcome::deferred;
  later.not_before = SteadyClock::now() + kLookForIdAgain;
  return later;
}

void Identity::learn_project(const std::string& region) {
  learn_until(region, SteadyClock::now() + kLongest);
}

void Identity::learn_until(const std::string& region, Time end) {
  tasks_.run([this, region, end] {
    const Later later = look_up(cloud::Owner::project, region, end);
    const auto* const again = std::get_if<Time>(&later);
    if (again != nullptr) tasks_.at(*again, [this, region, end] { learn_until(region, end); });
  });
}

}  // namespace jobtree::gateway

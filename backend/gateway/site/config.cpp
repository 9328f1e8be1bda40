#include "gateway/site/config.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "gateway/site/health.h"

namespace jobtree::gateway {
namespace {

using Json = nlohmann::ordered_json;

Json services_of(const cloud::Catalogue& catalogue) {
  Json services = Json::array();
  for (const cloud::Service& service : catalogue.services()) {
    services.push_back({{"name", service.name},
                        {"path", service.path},
                        {"title", {{"en", service.title_en}, {"zh", service.title_zh}}}});
  }
  return services;
}

}  // namespace

RouteResponse config_response(const ConfigFacts& facts, const cloud::Health& health,
                              const std::map<std::string, std::string>& integrity) {
  Json regions = Json::array();
  for (const std::string& region : facts.catalogue->regions()) {
    regions.push_back(region);
  }
  const Readiness readiness = readiness_of(health);
  Json body{{"version", facts.version},
            {"regions", std::move(regions)},
            {"services", services_of(*facts.catalogue)},
            {"default_region", facts.default_region},
            // Which project it is, is not for those who have no token.
            {"default_project", facts.wants_tokens ? "-" : facts.default_project},
            {"token_required", facts.wants_tokens},
            {"cloud", {{"status", readiness.status}, {"detail", readiness.detail}}},
            {"integrity", integrity},
            {"demo", nullptr}};
  if (facts.demo != nullptr) {
    Json jobs = Json::array();
    for (const DemoJob& job : facts.demo->jobs()) {
      jobs.push_back(Json::parse(json_text(job)));
    }
    body["demo"] = {{"jobs", std::move(jobs)}};
  }
  return json_response(200, body.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace jobtree::gateway

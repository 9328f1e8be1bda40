#include "gateway/site/config.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "gateway/memory/responses.h"
#include "gateway/site/health.h"

namespace jobtree::gateway {
namespace {

using Json = nlohmann::ordered_json;

Json services_of(const cloud::Catalogue& catalogue) {
  Json services = Json::array();
  for (const cloud::Service& service : catalogue.services()) {
    services.push_back({{"name", service.name},
                        {"sdk_name", service.sdk_name},
                        {"path", service.path},
                        {"ids", service.pattern.id_names()},
                        {"group", service.group},
                        {"title", {{"en", service.title_en}, {"zh", service.title_zh}}}});
  }
  return services;
}

Json title_of(const Bilingual& title) {
  return {{"en", title.en}, {"zh", title.zh}};
}

/// What the ids of paths are called, by name.
Json id_titles_of(const cloud::Catalogue& catalogue) {
  Json titles = Json::object();
  for (const auto& [name, title] : catalogue.id_titles()) {
    titles[name] = title_of(title);
  }
  return titles;
}

Json groups_of(const cloud::Catalogue& catalogue) {
  Json groups = Json::array();
  for (const cloud::Group& group : catalogue.groups()) {
    groups.push_back({{"name", group.name}, {"title", title_of(group.title)}});
  }
  return groups;
}

/// By name; a region of a file has none.
Json region_titles_of(const cloud::Catalogue& catalogue) {
  Json titles = Json::object();
  for (const std::string& name : catalogue.regions()) {
    const cloud::Region* region = catalogue.find_region(name);
    if (region == nullptr) continue;
    titles[name] = {{"en", region->title_en}, {"zh", region->title_zh}};
  }
  return titles;
}

Json sdk_endpoints_of(const ConfigFacts& facts) {
  Json endpoints = Json::array();
  for (const auto& [service, region, url] : facts.sdk_endpoints) {
    endpoints.push_back({{"service", service}, {"region", region}, {"url", url}});
  }
  return endpoints;
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
            {"region_titles", region_titles_of(*facts.catalogue)},
            {"services", services_of(*facts.catalogue)},
            {"service_groups", groups_of(*facts.catalogue)},
            {"id_titles", id_titles_of(*facts.catalogue)},
            {"default_region", facts.default_region},
            // Which project it is, is not for those who have no token.
            {"default_project", facts.wants_tokens ? "-" : facts.default_project},
            {"token_required", facts.wants_tokens},
            {"cloud", {{"status", readiness.status}, {"detail", readiness.detail}}},
            {"memory", {{"state", name_of(facts.memory)}}},
            {"discovery", {{"mode", facts.discovery}}},
            {"sdk_endpoints", sdk_endpoints_of(facts)},
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

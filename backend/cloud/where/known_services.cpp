#include "cloud/where/known_services.h"

#include <nlohmann/json.hpp>
#include <span>
#include <string_view>

#include "base/embed.h"

namespace jobtree::cloud {

std::span<const Embedded> catalogue_file();  // made by jobtree_embed

namespace {

using Json = nlohmann::json;

using Hosts = decltype(Service::other_hosts);

/// By region: one, or a list of them.
Hosts other_hosts_of(const Json& json) {
  Hosts hosts;
  const Json by_region = json.value("other_hosts", Json::object());
  for (const auto& [region, value] : by_region.items()) {
    auto& list = hosts[region];
    if (value.is_string()) {
      list.push_back(value.get<std::string>());
    } else {
      value.get_to(list);
    }
  }
  return hosts;
}

Service iam_of(const Json& json) {
  Service iam;
  iam.name = "iam";
  iam.sdk_name = "IAM";
  json.at("host").get_to(iam.host);
  iam.other_hosts = other_hosts_of(json);
  return iam;
}

Service service_of(const Json& json) {
  Service service;
  json.at("name").get_to(service.name);
  json.at("sdk_name").get_to(service.sdk_name);
  json.at("host").get_to(service.host);
  json.at("path").get_to(service.path);
  service.pattern = PathPattern(service.path);
  json.at("title").at("en").get_to(service.title_en);
  json.at("title").at("zh").get_to(service.title_zh);
  const bool of_domain = service.path.find("{domain_id}") != std::string::npos;
  service.owner = of_domain ? Owner::domain : Owner::project;
  service.global = json.value("global", false);
  service.other_hosts = other_hosts_of(json);
  return service;
}

Region region_of(const Json& json) {
  const Json& title = json.at("title");
  return {json.at("domain").get<std::string>(), title.at("en").get<std::string>(),
          title.at("zh").get<std::string>()};
}

}  // namespace

// Throws when the file is not as it should be, which the unit tests see before any user does.
KnownServices known_services() {
  const Json json = Json::parse(catalogue_file().front().bytes);
  KnownServices known;
  known.iam = iam_of(json.at("iam"));
  for (const Json& service : json.at("services")) {
    known.services.push_back(service_of(service));
  }
  for (const Json& region : json.at("regions")) {
    known.regions.emplace(region.at("name").get<std::string>(), region_of(region));
  }
  return known;
}

}  // namespace jobtree::cloud

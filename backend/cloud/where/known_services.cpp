#include "cloud/where/known_services.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <span>
#include <string_view>

#include "base/ascii.h"
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

/// A service that shows no jobs of its own.
Service helper_of(const Json& json, std::string_view name) {
  Service helper;
  helper.name = name;
  helper.sdk_name = upper(name);
  json.at("host").get_to(helper.host);
  helper.other_hosts = other_hosts_of(json);
  return helper;
}

Bilingual title_of(const Json& json) {
  const Json& title = json.at("title");
  return {title.at("en").get<std::string>(), title.at("zh").get<std::string>()};
}

/// For the ids of all services alike.
std::string common_path(const std::vector<std::string>& id_names) {
  std::string path = "/v1/{project_id}/jobs";
  for (const std::string& name : id_names) {
    path.append("/{").append(name).append("}");
  }
  return path;
}

/// `sister`: that which "of" names, at whose host it is, and from which it differs in what it says;
/// of none, an empty one. `ids`: what the file says of each id of a path.
Service service_of(const Json& json, const Service& sister, const Json& ids) {
  Service service = sister;
  json.at("name").get_to(service.name);
  service.sdk_name = json.value("sdk_name", sister.sdk_name);
  service.host = json.value("host", sister.host);
  json.at("path").get_to(service.path);
  service.pattern = PathPattern(service.path);
  service.common = PathPattern(common_path(service.pattern.id_names()));
  service.ids.clear();
  for (const std::string& name : service.pattern.id_names()) {
    const bool is_name = ids.at(name).value("kind", "id") == "name";
    service.ids.push_back(is_name ? IdKind::name : IdKind::id);
  }
  service.id_in_response = json.value("id_in_response", true);
  json.at("title").at("en").get_to(service.title_en);
  json.at("title").at("zh").get_to(service.title_zh);
  service.group = json.value("group", sister.group);
  const bool of_domain =
      service.path.find("{domain_id}") != std::string::npos || json.value("owner", "") == "domain";
  if (of_domain) service.owner = Owner::domain;
  service.global = json.value("global", sister.global);
  if (json.contains("other_hosts")) service.other_hosts = other_hosts_of(json);
  return service;
}

Region region_of(const Json& json) {
  const Bilingual title = title_of(json);
  return {json.at("domain").get<std::string>(), title.en, title.zh};
}

}  // namespace

// Throws when the file is not as it should be, which the unit tests see before any user does.
KnownServices known_services() {
  const Json json = Json::parse(catalogue_file().front().bytes);
  KnownServices known;
  known.iam = helper_of(json.at("iam"), "iam");
  known.cts = helper_of(json.at("cts"), "cts");
  for (const Json& service : json.at("services")) {
    const auto sister = std::ranges::find(known.services, service.value("of", ""), &Service::name);
    const bool has_sister = sister != known.services.end();
    known.services.push_back(service_of(service, has_sister ? *sister : Service(), json.at("ids")));
  }
  for (const Json& group : json.at("groups")) {
    known.groups.push_back({group.at("name").get<std::string>(), title_of(group)});
  }
  for (const auto& [name, id] : json.at("ids").items()) {
    known.id_titles.emplace(name, title_of(id));
  }
  for (const Json& region : json.at("regions")) {
    known.regions.emplace(region.at("name").get<std::string>(), region_of(region));
  }
  return known;
}

}  // namespace jobtree::cloud

// /api/config: what a page may know of this server.
//
// Knows: the catalogue, defaults, how the key stands. Must not know: tokens beyond whether there
// are any, routes.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cloud/job_source.h"
#include "cloud/where/catalogue.h"
#include "gateway/routing/route_response.h"
#include "gateway/site/demo.h"
#include "store/archive.h"

namespace jobtree::gateway {

/// Where the SDK of a service in a region finds this server.
struct SdkEndpoint {
  std::string service;
  std::string region;
  std::string url;
};

struct ConfigFacts {
  std::string version;
  std::shared_ptr<const cloud::Catalogue> catalogue;
  std::string default_region;
  std::string default_project;
  bool wants_tokens = false;
  store::ArchiveState::Kind memory = store::ArchiveState::Kind::off;
  std::string discovery = "off";  ///< its mode
  const Demo* demo = nullptr;     ///< null: none; it must outlive the facts
  std::vector<SdkEndpoint> sdk_endpoints{};
};

/// `integrity`: by the name of each file that portals load.
RouteResponse config_response(const ConfigFacts& facts, const cloud::Health& health,
                              const std::map<std::string, std::string>& integrity);

}  // namespace jobtree::gateway

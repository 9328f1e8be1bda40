#include "discovery/job_place.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "cloud/ids.h"

namespace jobtree::discovery {
namespace {

constexpr std::string_view kOwn = "-";  // as in the catalogue: the key's own
constexpr std::string_view kUnknown = "unknown";

/// "SFS Turbo", "sfs_turbo" and "SFSTurbo" are one name.
std::string folded(std::string_view name) {
  std::string text = lower(name.substr(0, 256));
  std::erase_if(text, [](char c) { return c == ' ' || c == '\t' || c == '-' || c == '_'; });
  return text;
}

struct Alias {
  std::string_view folded;
  std::string_view service;
};

/// Names that are not those of the catalogue or of the vendor's SDKs.
constexpr std::array kServiceTypes{
    Alias{"nosql", "geminidb"},
    Alias{"gaussdbfornosql", "geminidb"},
    Alias{"gaussdbformysql", "taurusdb"},
    Alias{"gaussdb(formysql)", "taurusdb"},
    Alias{"gaussdb(foropengauss)", "gaussdb"},
    Alias{"opengauss", "gaussdb"},
    Alias{"gaussdb(fornosql)", "geminidb"},
    Alias{"elasticip", "eip"},
    Alias{"publicip", "eip"},
    Alias{"globaleip", "geip"},
    Alias{"elasticcloudserver", "ecs"},
    Alias{"kafka", "dms"},
};

/// Of resources that only one service has; where the service's own name does not help.
constexpr std::array kResourceTypes{
    Alias{"sfsturbo", "sfs-turbo"},
    Alias{"eip", "eip"},
    Alias{"publicip", "eip"},
    Alias{"ecs", "ecs"},
    Alias{"evs", "evs"},
    Alias{"ims", "ims"},
};

/// Of VPC, the resources whose jobs are those of eip: the same host and path.
constexpr std::array<std::string_view, 5> kAddresses{"eip", "publicip", "publicips", "bandwidth",
                                                     "floatingip"};

/// Operations that only one of the two services called "GaussDB" has (their guides' lists).
constexpr std::array<std::string_view, 12> kOfTaurus{
    "addnodes",        "deletenode",         "restartinstance",
    "restoreinstance", "instanceswitchover", "setorresetpublicip",
    "openproxy",       "closeproxy",         "resizeflavororvolume",
    "modifyproxy",     "upgradeproxy",       "createmanualsnapshot"};
constexpr std::array<std::string_view, 4> kOfOpenGauss{"resizeflavor", "upgradeversion",
                                                       "instancerestart", "instanceaction"};

template <std::size_t size>
bool has(const std::array<std::string_view, size>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

template <std::size_t size>
std::string_view service_in(const std::array<Alias, size>& aliases, std::string_view folded) {
  const auto* const found = std::ranges::find(aliases, folded, &Alias::folded);
  return found == aliases.end() ? std::string_view() : found->service;
}

/// Instances of the vendor's databases end in the number of their engine.
ServiceName one_of_gaussdb(const ServiceHints& hints) {
  if (hints.resource_id.ends_with("in07")) return {"taurusdb", true, false};
  if (hints.resource_id.ends_with("in14")) return {"gaussdb", true, false};
  const std::string operation = folded(hints.trace_name);
  if (has(kOfTaurus, operation)) return {"taurusdb", true, false};
  if (has(kOfOpenGauss, operation)) return {"gaussdb", true, false};
  return {"gaussdb", true, true};
}

/// By its name of the catalogue, else by that of the SDKs: the first that has it.
std::string_view named_in(const cloud::Catalogue& catalogue, std::string_view folded_type) {
  for (const cloud::Service& service : catalogue.services()) {
    if (folded(service.name) == folded_type) return service.name;
  }
  for (const cloud::Service& service : catalogue.services()) {
    if (folded(service.sdk_name) == folded_type) return service.name;
  }
  return {};
}

/// Of names that no other service has.
std::string_view by_operation(std::string_view trace_name) {
  if (trace_name.starts_with("NoSQL")) return "geminidb";
  const bool is_dds = trace_name.size() > 3 && trace_name.starts_with("dds");
  return is_dds && is_upper(trace_name[3]) ? "dds" : "";
}

/// A plain form that no service of the catalogue has.
std::string plain_name(const cloud::Catalogue& catalogue, std::string_view service_type) {
  constexpr std::size_t kLongest = 40;
  std::string name = lower(trimmed(service_type, kWhitespace).substr(0, kLongest));
  std::ranges::replace_if(
      name, [](char c) { return !is_alnum(c); }, '-');
  const std::size_t begin = std::min(name.find_first_not_of('-'), name.size());
  name = name.substr(begin, name.find_last_not_of('-') + 1 - begin);
  const bool is_taken = !named_in(catalogue, folded(name)).empty();
  return name.empty() || is_taken ? std::string(kUnknown) : name;
}

}  // namespace

ServiceName service_of(const cloud::Catalogue& catalogue, const ServiceHints& hints) {
  const std::string type = folded(hints.service_type);
  const std::string resource = folded(hints.resource_type);
  const auto known = [&](std::string_view name) {
    return ServiceName{std::string(name), catalogue.find_service(name) != nullptr, false};
  };
  if (type == "gaussdb") return one_of_gaussdb(hints);
  if (type == "vpc") {
    if (resource.empty() || has(kAddresses, resource)) return known("eip");
    return {std::string("vpc"), false, false};
  }
  if (type == "sfs" && resource == "sfsturbo") return known("sfs-turbo");
  if (const auto name = service_in(kServiceTypes, type); !name.empty()) return known(name);
  if (const auto name = named_in(catalogue, type); !type.empty() && !name.empty()) {
    return known(name);
  }
  if (const auto name = by_operation(hints.trace_name); !name.empty()) return known(name);
  if (type.empty()) {
    if (const auto name = service_in(kResourceTypes, resource); !name.empty()) return known(name);
  }
  return {plain_name(catalogue, hints.service_type), false, false};
}

bool is_job_of(const ServiceName& service, IdName name) {
  switch (name) {
    case IdName::job:
    case IdName::listed:
      return true;
    case IdName::task:
      return service.is_known;
    case IdName::async_job:
      return service.name == "drs";
    case IdName::workflow:
      return service.name == "rds" || service.name == "taurusdb" || service.name == "gaussdb";
  }
  return false;
}

JobPlace place_of(const Origin& origin, const ServiceName& service, std::string_view id,
                  IdName name) {
  const bool is_batch = name == IdName::async_job;  // DRS has a path of its own for these
  const std::string service_name = is_batch ? "drs-batch" : service.name;
  const cloud::Service* known =
      service.is_known ? origin.catalogue->find_service(service_name) : nullptr;
  // An account's id is in no record that may be used, so it is the key's own.
  const bool is_of_project =
      known == nullptr || (known->pattern.has_owner() && known->owner == cloud::Owner::project);
  JobPlace place;
  place.address = {origin.region, service_name,
                   is_of_project ? origin.project_id : std::string(kOwn), std::string(id)};
  if (known == nullptr || service.is_one_of_two) return place;
  const std::vector<std::string>& path_ids = known->pattern.id_names();
  const bool is_task = path_ids.size() == 1 && path_ids.front() == "task_id";
  const bool fits = known->id_in_response && known->ids.size() == 1 &&
                    (name == IdName::task ? is_task : name != IdName::workflow);
  // The vendor's SDK: ids of a batch of EIP are not stored.
  const bool is_forgotten = service.name == "eip" && name == IdName::listed;
  place.is_queryable = fits && !is_forgotten && origin.catalogue->is_valid(place.address);
  return place;
}

bool is_good_id(std::string_view id) {
  constexpr std::array<std::string_view, 6> kNone{"null",      "none",  "nil",
                                                  "undefined", "false", "true"};
  const bool has_more_than_zeros =
      std::ranges::any_of(id, [](char c) { return is_alnum(c) && c != '0'; });
  return cloud::is_job_id(id) && has_more_than_zeros && !has(kNone, lower(id));
}

}  // namespace jobtree::discovery

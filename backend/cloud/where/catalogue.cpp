#include "cloud/where/catalogue.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/ascii.h"
#include "cloud/where/job_ids.h"
#include "cloud/where/known_services.h"
#include "cloud/where/nearest.h"

namespace jobtree::cloud {
namespace {

constexpr std::string_view kOwn = "-";  // the key's own project or domain
constexpr std::string_view kGlobalDomain = "myhuaweicloud.com";
constexpr std::string_view kEndpointFlag = "--endpoint";

bool is_owner(std::string_view text) {
  return text == kOwn || is_project_id(text);
}

/// "/v1/{owner}/jobs/{id}", with one id or more.
bool is_common_form(std::string_view path) {
  constexpr std::string_view kBegin = "/v1/";
  constexpr std::string_view kMiddle = "/jobs/";
  const bool has_blank = path.ends_with('/') || path.find("//") != std::string_view::npos;
  if (has_blank || !path.starts_with(kBegin)) return false;
  const std::size_t slash = path.find('/', kBegin.size());
  return slash != std::string_view::npos && path.substr(slash).starts_with(kMiddle) &&
         path.size() > slash + kMiddle.size();
}

}  // namespace

Result<Catalogue> Catalogue::make(const CatalogueOptions& options) {
  auto [services, iam, cts, groups, id_titles, regions] = known_services();
  Catalogue catalogue;
  catalogue.services_ = std::move(services);
  catalogue.groups_ = std::move(groups);
  catalogue.id_titles_ = std::move(id_titles);
  catalogue.iam_ = std::move(iam);
  catalogue.cts_ = std::move(cts);
  catalogue.lists_ = known_lists();
  catalogue.vendor_regions_ = std::move(regions);
  for (const auto& [name, region] : catalogue.vendor_regions_) {
    catalogue.regions_.push_back(name);
  }
  Overrides::Services names;
  std::vector<std::string> all;
  for (Service* helper : {&catalogue.iam_, &catalogue.cts_}) {
    names.emplace(helper->sdk_name, helper->name);
    helper->family = helper->name;
    all.push_back(helper->name);
  }
  for (Service& service : catalogue.services_) {
    all.push_back(service.name);
    service.family = names.emplace(service.sdk_name, service.name).first->second;
  }
  auto overrides = Overrides::read(options, names, all);
  if (!overrides) return overrides.failure();
  catalogue.overrides_ = std::move(overrides.value());
  for (const auto& [name, source] : catalogue.overrides_.regions()) {
    if (!catalogue.vendor_regions_.contains(name)) catalogue.regions_.push_back(name);
  }
  std::ranges::sort(catalogue.regions_);
  return catalogue;
}

const Service* Catalogue::find_service(std::string_view name) const {
  const auto found = std::ranges::find(services_, name, &Service::name);
  return found == services_.end() ? nullptr : &*found;
}

bool Catalogue::has_region(std::string_view name) const {
  return std::ranges::binary_search(regions_, name);
}

std::vector<std::string> Catalogue::services_near(std::string_view name) const {
  std::vector<KnownName> names;
  for (const Service& service : services_) {
    names.push_back({service.name, service.name});
    names.push_back({lower(service.sdk_name), service.name});
    names.push_back({service.host, service.name});
  }
  return nearest(lower(name), names);
}

std::vector<std::string> Catalogue::regions_near(std::string_view name) const {
  std::vector<KnownName> names;
  for (const std::string& region : regions_) {
    names.push_back({region, region});
  }
  return nearest(lower(name), names);
}

const Region* Catalogue::find_region(std::string_view name) const {
  const auto found = vendor_regions_.find(name);
  return found == vendor_regions_.end() ? nullptr : &found->second;
}

std::variant<JobAddress, WrongPart> Catalogue::address_of(std::string_view region,
                                                          std::string_view service_name,
                                                          std::string_view path,
                                                          std::string_view query) const {
  if (!has_region(region)) return WrongPart::region;
  const Service* service = find_service(service_name);
  if (service == nullptr) return WrongPart::service;
  auto ids = service->pattern.match(path, query);
  // Of the common form a page need not know the service's own.
  if (!ids) ids = service->common.match(path, query);
  if (!ids) {
    const bool lacks_ids = service->ids.size() > 1 && is_common_form(path);
    return lacks_ids ? WrongPart::ids : WrongPart::path;
  }
  if (!ids->owner.empty() && !is_owner(ids->owner)) return WrongPart::project;
  if (!std::ranges::equal(ids->ids, service->ids, is_id)) return WrongPart::job_id;
  return JobAddress{std::string(region), service->name,
                    std::string(service->pattern.has_owner() ? ids->owner : kOwn),
                    join_ids(ids->ids)};
}

bool Catalogue::is_valid(const JobAddress& address) const {
  const Service* service = find_service(address.service());
  if (service == nullptr || !has_region(address.region())) return false;
  const std::string& owner = address.project_id();
  return (service->pattern.has_owner() ? is_owner(owner) : owner == kOwn) &&
         std::ranges::equal(split_ids(address.job_id()), service->ids, is_id);
}

Result<Origins> Catalogue::origins(const Service& service, std::string_view region) const {
  if (const auto* said = overrides_.find(service.name, service.family, region)) {
    return said->origins;
  }
  const Region* vendors = find_region(region);
  if (vendors == nullptr) {
    return Failure::usage(bilingual(
        {"No endpoint is known for {0} in this region. Set it with --endpoint {0}=URL or in the "
         "regions file.",
         "{0} 在此区域没有已知的终端节点，请用 --endpoint {0}=URL 或区域文件指定。"},
        service.name));
  }
  const auto others = service.other_hosts.find(region);
  if (others == service.other_hosts.end() && service.global) {
    return Origins{{"https", service.host + "." + std::string(kGlobalDomain)}};
  }
  const auto origin_at = [&](const std::string& host) {
    const bool is_label = host.find('.') == std::string::npos;
    return Origin{"https",
                  is_label ? host + "." + std::string(region) + "." + vendors->domain : host};
  };
  if (others == service.other_hosts.end()) return Origins{origin_at(service.host)};
  Origins origins;
  std::ranges::transform(others->second, std::back_inserter(origins), origin_at);
  return origins;
}

Result<Origins> Catalogue::iam_origins(std::string_view region, const Origins& of_key) const {
  if (!of_key.empty() && origin_source(iam_, region) != kEndpointFlag) return of_key;
  return origins(iam_, region);
}

Result<Origins> Catalogue::list_origins(const List& list, std::string_view region) const {
  const Service* service = find_service(list.service);
  return origins(service == nullptr ? cts_ : *service, region);
}

std::string_view Catalogue::origin_source(const Service& service, std::string_view region) const {
  const auto* said = overrides_.find(service.name, service.family, region);
  return said == nullptr ? std::string_view() : said->source;
}

std::string_view Catalogue::region_source(std::string_view region) const {
  if (find_region(region) != nullptr) return {};
  const auto said = overrides_.regions().find(region);
  return said == overrides_.regions().end() ? std::string_view() : said->second;
}

}  // namespace jobtree::cloud

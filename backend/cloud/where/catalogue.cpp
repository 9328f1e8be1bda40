#include "cloud/where/catalogue.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "cloud/where/known_services.h"

namespace jobtree::cloud {
namespace {

constexpr std::string_view kOwn = "-";  // the key's own project or domain
constexpr std::string_view kGlobalDomain = "myhuaweicloud.com";
constexpr std::string_view kEndpointFlag = "--endpoint";

}  // namespace

Result<Catalogue> Catalogue::make(const CatalogueOptions& options) {
  auto [services, iam, regions] = known_services();
  Catalogue catalogue;
  catalogue.services_ = std::move(services);
  catalogue.iam_ = std::move(iam);
  catalogue.vendor_regions_ = std::move(regions);
  for (const auto& [name, region] : catalogue.vendor_regions_) {
    catalogue.regions_.push_back(name);
  }
  Overrides::Services names{{catalogue.iam_.sdk_name, catalogue.iam_.name}};
  for (const Service& service : catalogue.services_)
    names.emplace(service.sdk_name, service.name);
  auto overrides = Overrides::read(options, names);
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

const Region* Catalogue::find_region(std::string_view name) const {
  const auto found = vendor_regions_.find(name);
  return found == vendor_regions_.end() ? nullptr : &found->second;
}

std::variant<JobAddress, WrongPart> Catalogue::address_of(std::string_view region,
                                                          std::string_view service_name,
                                                          std::string_view path,
                                                          std::string_view query) const {
  // Fits every service, so that a page need not know their paths.
  static const PathPattern common("/v1/{project_id}/jobs/{job_id}");
  if (!has_region(region)) return WrongPart::region;
  const Service* service = find_service(service_name);
  if (service == nullptr) return WrongPart::service;
  auto ids = service->pattern.match(path, query);
  if (!ids) ids = common.match(path, query);
  if (!ids) return WrongPart::path;
  if (ids->owner != kOwn && !is_project_id(ids->owner)) return WrongPart::project;
  if (!is_job_id(ids->job)) return WrongPart::job_id;
  return JobAddress{std::string(region), service->name, std::string(ids->owner),
                    std::string(ids->job)};
}

bool Catalogue::is_valid(const JobAddress& address) const {
  return has_region(address.region()) && find_service(address.service()) != nullptr &&
         (address.project_id() == kOwn || is_project_id(address.project_id())) &&
         is_job_id(address.job_id());
}

Result<Origins> Catalogue::origins(const Service& service, std::string_view region) const {
  if (const auto* said = overrides_.find(service.name, region)) return said->origins;
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

std::string_view Catalogue::origin_source(const Service& service, std::string_view region) const {
  const auto* said = overrides_.find(service.name, region);
  return said == nullptr ? std::string_view() : said->source;
}

std::string_view Catalogue::region_source(std::string_view region) const {
  if (find_region(region) != nullptr) return {};
  const auto said = overrides_.regions().find(region);
  return said == overrides_.regions().end() ? std::string_view() : said->second;
}

}  // namespace jobtree::cloud

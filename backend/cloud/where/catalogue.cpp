#include "cloud/where/catalogue.h"

#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/ascii.h"
#include "cloud/where/known_services.h"
#include "cloud/where/regions_file.h"

namespace jobtree::cloud {
namespace {

constexpr std::string_view kAll = "*";
constexpr std::string_view kOwn = "-";  // the key's own project or domain
constexpr std::string_view kGlobalDomain = "myhuaweicloud.com";
constexpr std::size_t kMaxRegion = 64;
constexpr const char* kFileVariable = "HUAWEICLOUD_SDK_REGIONS_FILE";
constexpr std::string_view kVariablePrefix = "HUAWEICLOUD_SDK_REGION_";

/// The origin a URL names, when it is one that may be used.
Result<Origin> origin_of(std::string_view text) {
  const auto url = parse_url(text);
  if (!url) return url.failure();
  const auto& [scheme, host, path, query] = url.value();
  if ((!path.empty() && path != "/") || text.find('?') != std::string_view::npos) {
    return Failure::usage(
        bilingual({"the URL must not have a path or a query", "URL 不能包含路径或查询参数"}));
  }
  if (scheme == "http" && !is_loopback(url.value())) {
    return Failure::usage(bilingual({"http is only for 127.0.0.1, [::1] and localhost; use https",
                                     "http 仅可用于 127.0.0.1、[::1] 和 localhost，请使用 https"}));
  }
  return Origin{scheme, host};
}

/// "eu-de": it becomes a part of host names, variables and our own paths.
bool is_region_name(std::string_view text) {
  return !text.empty() && text.size() <= kMaxRegion &&
         std::ranges::all_of(text, [](char c) { return is_digit(c) || is_lower(c) || c == '-'; });
}

/// "CN_NORTH_4"
std::string in_variable(std::string_view region) {
  std::string name = upper(region);
  std::ranges::replace(name, '-', '_');
  return name;
}

std::string in_region(const Service& service, std::string_view region) {
  return std::string(service.name).append(" ").append(region);
}

/// The file to read: "" when there is none.
std::string choose_file(const CatalogueOptions& options) {
  if (!options.regions_file.empty() || !options.environment) return options.regions_file;
  if (const auto named = options.environment(kFileVariable); !named.empty()) {
    return std::string(named);
  }
  const std::string home(options.environment("HOME"));
  const std::string usual = home + "/.huaweicloud/regions.yaml";
  return home.empty() || ::access(usual.c_str(), F_OK) != 0 ? "" : usual;
}

}  // namespace

std::string endpoint_variable(const Service& service, std::string_view region) {
  return std::string(kVariablePrefix) + service.sdk_name + "_" + in_variable(region);
}

Result<Catalogue> Catalogue::make(const CatalogueOptions& options) {
  auto [services, iam, regions] = known_services();
  Catalogue catalogue;
  catalogue.services_ = std::move(services);
  catalogue.iam_ = std::move(iam);
  catalogue.vendor_regions_ = std::move(regions);
  for (const auto& [name, region] : catalogue.vendor_regions_) {
    catalogue.regions_.push_back(name);
  }
  catalogue.regions_file_ = choose_file(options);

  for (const std::string& endpoint : options.endpoints) {
    if (auto added = catalogue.add_endpoint(endpoint); !added) return added.failure();
  }
  std::vector<RegionEntry> entries;
  if (!catalogue.regions_file_.empty()) {
    auto read = read_regions_file(catalogue.regions_file_);
    if (!read) return read.failure();
    entries = std::move(read.value());
  }
  // The regions first: variables may speak of them, and go before the file's endpoints.
  if (auto added = catalogue.add_regions(entries); !added) return added.failure();
  if (options.environment) {
    if (auto added = catalogue.add_variables(options.environment); !added) {
      return added.failure();
    }
  }
  if (auto added = catalogue.add_entries(entries); !added) return added.failure();
  return catalogue;
}

Result<bool> Catalogue::add_endpoint(std::string_view service_equals_url) {
  const std::size_t equals = service_equals_url.find('=');
  if (equals == std::string_view::npos) {
    return Failure::usage(
        bilingual({"--endpoint: not SERVICE=URL, such as eip=https://vpc.example.com",
                   "--endpoint：应为 SERVICE=URL，例如 eip=https://vpc.example.com"}));
  }
  const std::string name(service_equals_url.substr(0, equals));
  if (name != kAll && name != iam_.name && find_service(name) == nullptr) {
    std::string names;
    for (const Service& service : services_)
      names.append(service.name).append(", ");
    return Failure::usage(bilingual({"--endpoint: the service must be one of {0}iam, or * for all",
                                     "--endpoint：服务应为 {0}iam 之一，或以 * 表示全部"},
                                    names));
  }
  auto origin = origin_of(service_equals_url.substr(equals + 1));
  if (!origin)
    return origin.failure().prefixed(bilingual({"--endpoint {0}: ", "--endpoint {0}："}, name));
  everywhere_[name] = {std::move(origin.value()), "--endpoint"};
  return true;
}

Result<bool> Catalogue::add_variables(const Environment& environment) {
  for (const std::string& region : regions_) {
    if (auto added = add_variable(environment, kIamEndpointVariable, iam_, region); !added)
      return added;
    const auto add = [&](const Service& service) {
      return add_variable(environment, endpoint_variable(service, region), service, region);
    };
    if (auto added = add(iam_); !added) return added;
    for (const Service& service : services_) {
      if (auto added = add(service); !added) return added;
    }
  }
  return true;
}

Result<bool> Catalogue::add_variable(const Environment& environment, const std::string& variable,
                                     const Service& service, std::string_view region) {
  const std::string_view value = environment(variable.c_str());
  if (value.empty()) return true;
  auto origin = origin_of(value.substr(0, value.find(',')));
  if (!origin) return origin.failure().prefixed(bilingual({"{0}: ", "{0}："}, variable));
  there_.try_emplace(in_region(service, region), Word{std::move(origin.value()), variable});
  return true;
}

Result<bool> Catalogue::add_regions(std::span<const RegionEntry> entries) {
  for (const RegionEntry& entry : entries) {
    if (find_by_sdk_name(entry.service) == nullptr) continue;
    if (!is_region_name(entry.region)) {
      return Failure::usage(place_of(entry) +
                            Bilingual("a region name has 1 to 64 of a-z, 0-9 and \"-\"",
                                      "区域名称为 1–64 位 a-z、0-9 或“-”"));
    }
    const auto place = std::ranges::lower_bound(regions_, entry.region);
    if (place == regions_.end() || *place != entry.region) regions_.insert(place, entry.region);
  }
  return true;
}

Result<bool> Catalogue::add_entries(std::span<const RegionEntry> entries) {
  for (const RegionEntry& entry : entries) {
    const Service* service = find_by_sdk_name(entry.service);
    if (service == nullptr) continue;
    auto origin = origin_of(entry.endpoint);
    if (!origin) return origin.failure().prefixed(place_of(entry));
    there_.try_emplace(in_region(*service, entry.region),
                       Word{std::move(origin.value()), regions_file_});
  }
  return true;
}

Bilingual Catalogue::place_of(const RegionEntry& entry) const {
  return bilingual({"the regions file {0}, line {1}: ", "区域文件 {0} 第 {1} 行："}, regions_file_,
                   std::to_string(entry.line));
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
  if (const Word* word = find_word(service, region)) return Origins{word->origin};
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

Result<Origins> Catalogue::iam_origins(std::string_view region) const {
  return origins(iam_, region);
}

std::string_view Catalogue::origin_source(const Service& service, std::string_view region) const {
  const Word* word = find_word(service, region);
  return word == nullptr ? std::string_view() : word->source;
}

std::string_view Catalogue::region_source(std::string_view region) const {
  return find_region(region) != nullptr ? std::string_view() : regions_file_;
}

const Service* Catalogue::find_by_sdk_name(std::string_view name) const {
  if (name == iam_.sdk_name) return &iam_;
  const auto found = std::ranges::find(services_, name, &Service::sdk_name);
  return found == services_.end() ? nullptr : &*found;
}

const Catalogue::Word* Catalogue::find_word(const Service& service, std::string_view region) const {
  for (const std::string_view name : {std::string_view(service.name), kAll}) {
    if (const auto found = everywhere_.find(name); found != everywhere_.end()) {
      return &found->second;
    }
  }
  const auto found = there_.find(in_region(service, region));
  return found == there_.end() ? nullptr : &found->second;
}

}  // namespace jobtree::cloud

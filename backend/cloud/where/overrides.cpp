#include "cloud/where/overrides.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "cloud/where/regions_file.h"

namespace jobtree::cloud {
namespace {

constexpr std::string_view kAll = "*";
constexpr std::string_view kIam = "iam";
constexpr const char* kFlag = "--endpoint";
constexpr const char* kFileVariable = "HUAWEICLOUD_SDK_REGIONS_FILE";
constexpr std::string_view kVariablePrefix = "HUAWEICLOUD_SDK_REGION_";
constexpr std::size_t kMaxRegion = 64;
constexpr std::size_t kMostNamed = 10;

/// "eu-de": it becomes a part of host names, variables and our own paths.
bool is_region_name(std::string_view text) {
  return !text.empty() && text.size() <= kMaxRegion &&
         std::ranges::all_of(text, [](char c) { return is_digit(c) || is_lower(c) || c == '-'; });
}

/// "cn-north-4" of "CN_NORTH_4"
std::string region_of_variable(std::string_view text) {
  std::string region(text);
  std::ranges::transform(region, region.begin(),
                         [](char c) { return c == '_' ? '-' : to_lower(c); });
  return region;
}

std::string in_region(std::string_view service, std::string_view region) {
  return std::string(service).append(" ").append(region);
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

Bilingual place_of(const std::string& file, const RegionEntry& entry) {
  return bilingual({"the regions file {0}, line {1}: ", "区域文件 {0} 第 {1} 行："}, file,
                   std::to_string(entry.line));
}

/// Names of services, each once, until there are too many.
class NameList {
 public:
  void add(const std::string& name) {
    if (std::ranges::find(names_, name) == names_.end()) names_.push_back(name);
  }
  bool empty() const { return names_.empty(); }
  std::string text() const {
    std::string text;
    for (std::size_t i = 0; i < names_.size() && i < kMostNamed; ++i) {
      text += (i == 0 ? "" : ", ") + names_[i];
    }
    return names_.size() > kMostNamed ? text + ", …" : text;
  }

 private:
  std::vector<std::string> names_;
};

}  // namespace

std::string endpoint_variable(std::string_view sdk_name, std::string_view region) {
  std::string variable = std::string(kVariablePrefix).append(sdk_name).append("_");
  variable += upper(region);
  std::ranges::replace(variable, '-', '_');
  return variable;
}

Result<Overrides> Overrides::read(const CatalogueOptions& options, const Services& services,
                                  const std::vector<std::string>& names) {
  Overrides overrides;
  for (const std::string& endpoint : options.endpoints) {
    if (auto added = overrides.add_endpoint(endpoint, names); !added) return added.failure();
  }
  // "*" says nothing of a region: a mistyped one is still a mistake.
  const bool names_a_service = overrides.everywhere_.size() > overrides.everywhere_.count(kAll);
  if (names_a_service && is_region_name(options.region)) {
    overrides.regions_.emplace(options.region, kFlag);
  }
  if (options.environment) {
    if (auto added = overrides.add_variables(options.environment, services); !added) {
      return added.failure();
    }
  }
  if (const std::string file = choose_file(options); !file.empty()) {
    if (auto added = overrides.add_file(file, services); !added) return added.failure();
  }
  return overrides;
}

const Override* Overrides::find(std::string_view service, std::string_view family,
                                std::string_view region) const {
  for (const std::string_view name : {service, family, kAll}) {
    if (const auto found = everywhere_.find(name); found != everywhere_.end()) {
      return &found->second;
    }
  }
  if (const auto found = iam_.find(family); found != iam_.end()) return &found->second;
  const auto found = there_.find(in_region(family, region));
  return found == there_.end() ? nullptr : &found->second;
}

Result<bool> Overrides::add_endpoint(std::string_view text, const std::vector<std::string>& names) {
  // "eip=URL,URL,iam=URL": a piece without "=" is one more URL of the service before it.
  do {
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || text.find(',') < equals) {
      return Failure::usage(
          bilingual({"--endpoint: not SERVICE=URL, such as eip=https://vpc.example.com",
                     "--endpoint：应为 SERVICE=URL，例如 eip=https://vpc.example.com"}));
    }
    const std::string name(trimmed(text.substr(0, equals), kSpaceTab));
    if (name != kAll && std::ranges::find(names, name) == names.end()) {
      return Failure::usage(bilingual(
          {"--endpoint: unknown service; run \"{program} services\" for the list, and use iam for "
           "project lookup, * for all",
           "--endpoint：未知服务，可用服务见 {program} services；iam 用于查询项目，* 表示全部"}));
    }
    text.remove_prefix(equals + 1);
    const std::size_t next = text.find('=');
    const std::size_t end =
        next == std::string_view::npos ? text.size() : text.substr(0, next).rfind(',');
    if (end == std::string_view::npos) {
      return Failure::usage(bilingual(
          {"--endpoint {0}: the URL must not have \"=\"", "--endpoint {0}：URL 不能包含“=”"},
          name));
    }
    auto origins = parse_origins(text.substr(0, end));
    if (!origins)
      return origins.failure().prefixed(bilingual({"--endpoint {0}: ", "--endpoint {0}："}, name));
    if (everywhere_.contains(name)) {
      notices_.push_back(bilingual({"--endpoint {0} is given more than once; only the last counts",
                                    "--endpoint {0} 指定了多次，仅最后一次有效"},
                                   name));
    }
    everywhere_[name] = {std::move(origins.value()), kFlag};
    text.remove_prefix(std::min(end + 1, text.size()));
  } while (!text.empty());
  return true;
}

Result<bool> Overrides::add_variables(const Environment& environment, const Services& services) {
  if (const auto value = environment(kIamEndpointVariable); !value.empty()) {
    auto origins = parse_origins(value);
    if (!origins)
      return origins.failure().prefixed(bilingual({"{0}: ", "{0}："}, kIamEndpointVariable));
    iam_.emplace(kIam, Override{std::move(origins.value()), kIamEndpointVariable});
  }
  for (const std::string& variable : environment.names()) {
    const std::string_view value = environment(variable.c_str());
    if (!variable.starts_with(kVariablePrefix) || value.empty()) continue;
    const std::string_view rest = std::string_view(variable).substr(kVariablePrefix.size());
    const std::size_t underscore = std::min(rest.find('_'), rest.size());
    const auto service = services.find(rest.substr(0, underscore));
    const std::string region =
        region_of_variable(rest.substr(std::min(underscore + 1, rest.size())));
    if (service == services.end() || !is_region_name(region)) {
      notices_.push_back(
          service == services.end()
              ? bilingual({"{0} is not used: there is no service {1} here",
                           "未使用 {0}：此处没有服务 {1}"},
                          variable, rest.substr(0, underscore))
              : bilingual({"{0} is not used: it names no region", "未使用 {0}：其中没有区域名称"},
                          variable));
      continue;
    }
    auto origins = parse_origins(value);
    if (!origins) return origins.failure().prefixed(bilingual({"{0}: ", "{0}："}, variable));
    add(service->second, region, {std::move(origins.value()), variable});
  }
  return true;
}

Result<bool> Overrides::add_file(const std::string& file, const Services& services) {
  const auto entries = read_regions_file(file);
  if (!entries) return entries.failure();
  NameList unknown;
  for (const RegionEntry& entry : entries.value()) {
    const auto service = services.find(entry.service);
    if (service == services.end()) {
      unknown.add(entry.service);
      continue;
    }
    if (!is_region_name(entry.region)) {
      return Failure::usage(place_of(file, entry) +
                            Bilingual("a region name has 1 to 64 of a-z, 0-9 and \"-\"",
                                      "区域名称为 1–64 位 a-z、0-9 或“-”"));
    }
    auto origins = parse_origins(entry.endpoints);
    if (!origins) return origins.failure().prefixed(place_of(file, entry));
    const auto before = there_.find(in_region(service->second, entry.region));
    if (before != there_.end() && before->second.source == file) {
      notices_.push_back(place_of(file, entry) +
                         bilingual({"not used, for {0} in {1} stands above already",
                                    "未使用，因为上文已有 {1} 的 {0}"},
                                   entry.service, entry.region));
    }
    add(service->second, entry.region, {std::move(origins.value()), file});
  }
  if (!unknown.empty()) {
    notices_.push_back(bilingual({"the regions file {0} has services that are not used here: {1}",
                                  "区域文件 {0} 中有此处不使用的服务：{1}"},
                                 file, unknown.text()));
  }
  return true;
}

void Overrides::add(const std::string& service, const std::string& region, Override word) {
  regions_.try_emplace(region, word.source);
  there_.try_emplace(in_region(service, region), std::move(word));
}

}  // namespace jobtree::cloud

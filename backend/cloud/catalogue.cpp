#include "cloud/catalogue.h"

#include <algorithm>
#include <array>

#include "cloud/url.h"

namespace jobtree::cloud {
namespace {

constexpr std::string_view kIam = "iam";
constexpr std::string_view kAll = "*";
constexpr std::string_view kJobPlace = "{job_id}";
/// Fits every service, so that a page need not know their paths.
constexpr std::string_view kCommonPath = "/v1/{project_id}/jobs/{job_id}";
constexpr std::size_t kMaxJobId = 64;

/// The services that answer with the classic job. EIP lives at the host of VPC.
std::vector<Service> known_services() {
  const std::string path(kCommonPath);
  return {
      {"eip", "EIP", "vpc", path, "Elastic IP", "弹性公网IP"},
      {"ecs", "ECS", "ecs", path, "Elastic Cloud Server", "弹性云服务器"},
      {"bms", "BMS", "bms", path, "Bare Metal Server", "裸金属服务器"},
      {"evs", "EVS", "evs", path, "Elastic Volume Service", "云硬盘"},
      {"ims", "IMS", "ims", path, "Image Management Service", "镜像服务"},
      {"sdrs", "SDRS", "sdrs", path, "Storage Disaster Recovery Service", "存储容灾服务"},
      {"deh", "DEH", "deh", path, "Dedicated Host", "专属主机"},
  };
}

// As in the EIP clients of the vendor's SDKs.
constexpr std::array<const char*, 33> kRegions{
    "ae-ad-1",        "af-north-1",     "af-south-1",       "ap-southeast-1", "ap-southeast-2",
    "ap-southeast-3", "ap-southeast-4", "ap-southeast-5",   "cn-east-2",      "cn-east-3",
    "cn-east-4",      "cn-east-5",      "cn-north-1",       "cn-north-2",     "cn-north-4",
    "cn-north-9",     "cn-north-11",    "cn-north-12",      "cn-south-1",     "cn-south-2",
    "cn-south-4",     "cn-southwest-2", "eu-west-0",        "eu-west-101",    "la-north-2",
    "la-south-2",     "me-east-1",      "my-kualalumpur-1", "na-mexico-1",    "ru-moscow-1",
    "ru-northwest-2", "sa-brazil-1",    "tr-west-1"};

bool is_lower_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

bool is_job_id_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         c == '-';
}

/// What stands before the first "?", and what after it.
std::pair<std::string_view, std::string_view> cut_at_question(std::string_view text) {
  const std::size_t question = text.find('?');
  if (question == std::string_view::npos) return {text, {}};
  return {text.substr(0, question), text.substr(question + 1)};
}

/// Takes `text` apart along `pattern`, byte for byte; a value ends before `separator`.
bool match(std::string_view pattern, std::string_view text, char separator, TargetIds& ids) {
  while (!pattern.empty()) {
    const std::string_view literal = pattern.substr(0, pattern.find('{'));
    if (!text.starts_with(literal)) return false;
    text.remove_prefix(literal.size());
    pattern.remove_prefix(literal.size());
    if (pattern.empty()) break;
    const std::string_view name = pattern.substr(0, pattern.find('}') + 1);
    pattern.remove_prefix(name.size());
    const std::string_view value = text.substr(0, text.find(separator));
    if (value.empty()) return false;
    (name == kJobPlace ? ids.job : ids.owner) = value;
    text.remove_prefix(value.size());
  }
  return text.empty();
}

/// The origin a URL names, when it is one that may be asked.
Result<std::string> origin_of(std::string_view text) {
  const auto url = parse_url(text);
  if (!url) return Failure{url.error()};
  const auto& [scheme, host, path, query] = url.value();
  if ((!path.empty() && path != "/") || text.find('?') != std::string_view::npos) {
    return Failure{"the URL ends after the host; paths are added to it"};
  }
  if (scheme == "http" && !is_loopback(url.value())) {
    return Failure{"http is for 127.0.0.1, [::1] and localhost alone; use https"};
  }
  return scheme + "://" + host;
}

}  // namespace

Target target_of(const Service& service, std::string_view owner_id, std::string_view job_id) {
  std::string all;
  std::string_view rest = service.path;
  while (!rest.empty()) {
    const std::string_view literal = rest.substr(0, rest.find('{'));
    all += literal;
    rest.remove_prefix(literal.size());
    const std::string_view name = rest.substr(0, rest.find('}') + 1);
    if (!name.empty()) all += name == kJobPlace ? job_id : owner_id;
    rest.remove_prefix(name.size());
  }
  const auto [path, query] = cut_at_question(all);
  return {std::string(path), std::string(query)};
}

std::optional<TargetIds> find_ids(const Service& service, std::string_view path,
                                  std::string_view query) {
  for (const std::string_view form : {std::string_view(service.path), kCommonPath}) {
    const auto [path_form, query_form] = cut_at_question(form);
    TargetIds ids;
    if (!match(path_form, path, '/', ids)) continue;
    if (query_form.empty() || match(query_form, query, '&', ids)) return ids;
  }
  return std::nullopt;
}

bool is_project_id(std::string_view text) {
  return text.size() == 32 && std::ranges::all_of(text, is_lower_hex);
}

bool is_job_id(std::string_view text) {
  return !text.empty() && text.size() <= kMaxJobId &&
         std::ranges::all_of(text, is_job_id_character);
}

Result<Catalogue> Catalogue::make(const CatalogueOptions& options) {
  Catalogue catalogue;
  catalogue.services_ = known_services();
  catalogue.regions_ = {kRegions.begin(), kRegions.end()};
  std::ranges::sort(catalogue.regions_);
  for (const std::string& endpoint : options.endpoints) {
    if (auto added = catalogue.add_endpoint(endpoint); !added) return Failure{added.error()};
  }
  return catalogue;
}

Result<bool> Catalogue::add_endpoint(std::string_view service_equals_url) {
  const std::size_t equals = service_equals_url.find('=');
  if (equals == std::string_view::npos) {
    return Failure{"--endpoint is written SERVICE=URL, as in eip=https://vpc.example.com"};
  }
  const std::string name(service_equals_url.substr(0, equals));
  if (name != kAll && name != kIam && find_service(name) == nullptr) {
    std::string names;
    for (const Service& service : services_)
      names.append(service.name).append(", ");
    return Failure{"--endpoint: the service is one of " + names + "iam, or * for all"};
  }
  auto origin = origin_of(service_equals_url.substr(equals + 1));
  if (!origin) return Failure{"--endpoint " + name + ": " + origin.error()};
  named_[name] = std::move(origin.value());
  return true;
}

const Service* Catalogue::find_service(std::string_view name) const {
  const auto found = std::ranges::find(services_, name, &Service::name);
  return found == services_.end() ? nullptr : &*found;
}

bool Catalogue::has_region(std::string_view name) const {
  return std::ranges::binary_search(regions_, name);
}

bool Catalogue::is_valid(const JobAddress& address) const {
  return has_region(address.region) && find_service(address.service) != nullptr &&
         (address.project_id == "-" || is_project_id(address.project_id)) &&
         is_job_id(address.job_id);
}

Result<std::string> Catalogue::origin(const Service& service, std::string_view region) const {
  return origin(service.name, service.host, service.global, region);
}

Result<std::string> Catalogue::iam_origin(std::string_view region) const {
  return origin(kIam, kIam, false, region);
}

Result<std::string> Catalogue::origin(std::string_view name, std::string_view host, bool global,
                                      std::string_view region) const {
  for (const std::string_view key : {name, kAll}) {
    if (const auto found = named_.find(key); found != named_.end()) return found->second;
  }
  std::string origin = "https://";
  origin.append(host);
  if (!global) origin.append(".").append(region);
  return origin.append(".myhuaweicloud.com");
}

}  // namespace jobtree::cloud

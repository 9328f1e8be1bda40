#include "cloud/catalogue.h"

#include <algorithm>
#include <array>

#include "cloud/url.h"

namespace jobtree::cloud {
namespace {

// The services that answer with the classic job: one path, one shape. EIP lives at the host of VPC.
constexpr std::string_view kClassicPath = "/v1/{project_id}/jobs/{job_id}";
constexpr std::array<Service, 7> kServices{{
    {"eip", "vpc", kClassicPath, "Elastic IP", "弹性公网IP"},
    {"ecs", "ecs", kClassicPath, "Elastic Cloud Server", "弹性云服务器"},
    {"bms", "bms", kClassicPath, "Bare Metal Server", "裸金属服务器"},
    {"evs", "evs", kClassicPath, "Elastic Volume Service", "云硬盘"},
    {"ims", "ims", kClassicPath, "Image Management Service", "镜像服务"},
    {"sdrs", "sdrs", kClassicPath, "Storage Disaster Recovery Service", "存储容灾服务"},
    {"deh", "deh", kClassicPath, "Dedicated Host", "专属主机"},
}};

// As in the EIP clients of the vendor's SDKs.
constexpr std::array<std::string_view, 33> kRegions{
    "ae-ad-1",        "af-north-1",     "af-south-1",       "ap-southeast-1", "ap-southeast-2",
    "ap-southeast-3", "ap-southeast-4", "ap-southeast-5",   "cn-east-2",      "cn-east-3",
    "cn-east-4",      "cn-east-5",      "cn-north-1",       "cn-north-2",     "cn-north-4",
    "cn-north-9",     "cn-north-11",    "cn-north-12",      "cn-south-1",     "cn-south-2",
    "cn-south-4",     "cn-southwest-2", "eu-west-0",        "eu-west-101",    "la-north-2",
    "la-south-2",     "me-east-1",      "my-kualalumpur-1", "na-mexico-1",    "ru-moscow-1",
    "ru-northwest-2", "sa-brazil-1",    "tr-west-1"};

constexpr std::size_t kMaxJobId = 64;

bool is_lower_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

bool is_job_id_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         c == '-';
}

std::string service_names() {
  std::string names;
  for (const Service& service : kServices)
    names.append(service.name).append(", ");
  return names;
}

}  // namespace

std::span<const Service> services() {
  return kServices;
}

std::span<const std::string_view> regions() {
  return kRegions;
}

const Service* find_service(std::string_view name) {
  const auto* found = std::ranges::find(kServices, name, &Service::name);
  return found == kServices.end() ? nullptr : found;
}

bool is_project_id(std::string_view text) {
  return text.size() == 32 && std::ranges::all_of(text, is_lower_hex);
}

bool is_valid(const JobAddress& address) {
  return std::ranges::find(kRegions, address.region) != kRegions.end() &&
         find_service(address.service) != nullptr &&
         (address.project_id == "-" || is_project_id(address.project_id)) &&
         !address.job_id.empty() && address.job_id.size() <= kMaxJobId &&
         std::ranges::all_of(address.job_id, is_job_id_character);
}

Result<bool> Endpoints::add(std::string_view service_equals_url) {
  const std::size_t equals = service_equals_url.find('=');
  if (equals == std::string_view::npos) {
    return Failure{"an endpoint is written SERVICE=URL, as in eip=https://vpc.example.com"};
  }
  const std::string service(service_equals_url.substr(0, equals));
  if (service != "*" && find_service(service) == nullptr) {
    return Failure{"an endpoint's service is one of " + service_names() + "or * for all"};
  }
  const auto url = parse_url(service_equals_url.substr(equals + 1));
  if (!url) return Failure{"endpoint " + service + ": " + url.error()};
  const auto& [scheme, host, path, query] = url.value();
  if ((!path.empty() && path != "/") || service_equals_url.find('?') != std::string_view::npos) {
    return Failure{"endpoint " + service + ": the URL ends after the host; paths are added to it"};
  }
  if (scheme == "http" && !is_loopback(url.value())) {
    return Failure{"endpoint " + service +
                   ": http is for 127.0.0.1, [::1] and localhost alone; use https"};
  }
  elsewhere_[service] = scheme + "://" + host;
  return true;
}

std::string Endpoints::url(const Service& service, std::string_view region) const {
  for (const std::string_view name : {service.name, std::string_view("*")}) {
    if (const auto found = elsewhere_.find(name); found != elsewhere_.end()) return found->second;
  }
  return "https://" + std::string(service.host) + "." + std::string(region) + ".myhuaweicloud.com";
}

}  // namespace jobtree::cloud

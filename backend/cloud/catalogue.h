// Which questions exist: regions, services, their hosts and paths, as data.
//
// Only what this holds can be asked. Ids are judged on their raw bytes, before any decoding.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "cloud/cloud.h"
#include "cloud/result.h"

namespace jobtree::cloud {

struct Service {
  std::string_view name;      ///< as in our URLs: "eip"
  std::string_view host;      ///< its first label at the cloud: "vpc"
  std::string_view path;      ///< "/v1/{project_id}/jobs/{job_id}"
  std::string_view title_en;  ///< "Elastic IP"
  std::string_view title_zh;
};

std::span<const Service> services();
std::span<const std::string_view> regions();
const Service* find_service(std::string_view name);

/// 32 lower-case hex digits.
bool is_project_id(std::string_view text);

/// Whether the address may be asked: a region and a service of the catalogue, a project of 32
/// lower-case hex digits or "-", a job id of 1 to 64 letters, digits, "_" and "-".
bool is_valid(const JobAddress& address);

/// Where services live: by the cloud's rule, or elsewhere by the operator's word.
class Endpoints {
 public:
  /// "eip=https://vpc.example.com", or "*=URL" for all services. https everywhere; http only to a
  /// loopback address. A URL carries no path, query, or user.
  Result<bool> add(std::string_view service_equals_url);
  /// "https://vpc.cn-north-4.myhuaweicloud.com"
  std::string url(const Service& service, std::string_view region) const;

 private:
  std::map<std::string, std::string, std::less<>> elsewhere_;
};

}  // namespace jobtree::cloud

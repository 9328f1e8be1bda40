// Which jobs can be queried, and where: services, regions, hosts and paths, as data.
//
// Knows: what the vendor and the operator say of services; which ids are good, judged on their raw
// bytes, before any decoding. Must not know: keys, signatures, who asks. Only what a catalogue
// holds is ever queried.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/environment.h"
#include "base/result.h"
#include "cloud/ids.h"
#include "cloud/job_source.h"
#include "cloud/where/path_pattern.h"
#include "cloud/where/url.h"

namespace jobtree::cloud {

struct Service {
  std::string name{};      ///< as in our URLs: "eip"
  std::string sdk_name{};  ///< as in the variables and files of the vendor's SDKs: "EIP"
  std::string host{};      ///< its first label at the cloud: "vpc"
  std::string path{};  ///< "/v1/{project_id}/jobs/{job_id}" or "/v3/{project_id}/jobs?id={job_id}"
  PathPattern pattern{};   ///< the same, to match and to fill
  std::string title_en{};  ///< "Elastic IP"
  std::string title_zh{};
  Owner owner = Owner::project;  ///< domain: the path has {domain_id} in place of {project_id}
  bool global = false;           ///< one host for all regions
  /// Its hosts in regions where it has others, by region: a first label, or a whole name (with
  /// dots).
  std::map<std::string, std::vector<std::string>, std::less<>> other_hosts{};
};

/// One of the vendor's own.
struct Region {
  std::string domain{};    ///< "myhuaweicloud.com"
  std::string title_en{};  ///< "CN North-Beijing4", as the vendor's console calls it
  std::string title_zh{};  ///< "华北-北京四"
};

/// Which part of a job's address is none: the first that is wrong, from the left.
enum class WrongPart {
  region,   ///< the catalogue has none of this name
  service,  ///< the same
  path,     ///< neither the service's own nor the common one
  project,  ///< neither an id nor "-"
  job_id
};

/// What an operator says of where services live. Whatever is said first counts: endpoints, then
/// variables, then the file, then the vendor's own rule.
///
/// A URL is https, or http to a loopback address; it carries no path, query, or user.
struct CatalogueOptions {
  /// "eip=https://vpc.example.com", or "iam=URL", or "*=URL" for all services and IAM.
  std::vector<std::string> endpoints{};
  /// HUAWEICLOUD_SDK_REGION_<SERVICE>_<REGION>, as in HUAWEICLOUD_SDK_REGION_EIP_CN_NORTH_4, holds
  /// "URL" or "URL,URL…", of which the first is taken; HUAWEICLOUD_SDK_IAM_ENDPOINT holds a URL.
  /// May be empty: then no variable counts.
  Environment environment{};
  /// See regions_file.h. "": $HUAWEICLOUD_SDK_REGIONS_FILE, else ~/.huaweicloud/regions.yaml, which
  /// may be missing. Regions that it names are added to those of the vendor.
  std::string regions_file{};
};

/// The variable by which official SDKs, and this program, are told where a service lives in a
/// region: "HUAWEICLOUD_SDK_REGION_EIP_CN_NORTH_4".
std::string endpoint_variable(const Service& service, std::string_view region);
/// The same of IAM, for all regions.
inline constexpr const char* kIamEndpointVariable = "HUAWEICLOUD_SDK_IAM_ENDPOINT";

struct RegionEntry;  // regions_file.h

class Catalogue {
 public:
  /// Everything is looked up here and now; nothing changes afterwards. Fails on a URL that is not
  /// one of those above, on an unknown service of an endpoint and on a file that cannot be read.
  static Result<Catalogue> make(const CatalogueOptions& options = {});

  std::span<const Service> services() const { return services_; }
  /// Sorted.
  std::span<const std::string> regions() const { return regions_; }
  /// nullptr when there is none of this name.
  const Service* find_service(std::string_view name) const;
  bool has_region(std::string_view name) const;
  /// nullptr when it is none of the vendor's: one of a file has no title.
  const Region* find_region(std::string_view name) const;

  /// The job that somebody names by a region, a service and what would be sent to that service: its
  /// own path, or "/v1/{owner}/jobs/{job}", which fits every service. Everything is matched and
  /// judged here, once, on raw bytes.
  std::variant<JobAddress, WrongPart> address_of(std::string_view region, std::string_view service,
                                                 std::string_view path,
                                                 std::string_view query) const;

  /// Whether an address that was put together otherwise may be queried: a region and a service of
  /// the catalogue, an owner's id of 32 lower-case hex digits or "-", a job id.
  bool is_valid(const JobAddress& address) const;

  /// Where the service lives there: one or several, the first to be used before the others. Fails
  /// for a region that is not the vendor's when nobody said it: hosts are never guessed.
  Result<Origins> origins(const Service& service, std::string_view region) const;
  /// The same of IAM, which knows the projects of a key.
  Result<Origins> iam_origins(std::string_view region) const;

  /// Who said where the service lives there: "--endpoint", a variable's name, a file's; "" when it
  /// is the vendor's own rule.
  std::string_view origin_source(const Service& service, std::string_view region) const;
  /// The file that named the region; "" when it is the vendor's own.
  std::string_view region_source(std::string_view region) const;

 private:
  struct Word {
    Origin origin;
    std::string source;
  };

  Catalogue() = default;
  Result<bool> add_endpoint(std::string_view service_equals_url);
  Result<bool> add_variables(const Environment& environment);
  Result<bool> add_variable(const Environment& environment, const std::string& variable,
                            const Service& service, std::string_view region);
  Result<bool> add_regions(std::span<const RegionEntry> entries);
  Result<bool> add_entries(std::span<const RegionEntry> entries);
  Bilingual place_of(const RegionEntry& entry) const;
  const Service* find_by_sdk_name(std::string_view name) const;
  const Word* find_word(const Service& service, std::string_view region) const;

  std::vector<Service> services_;
  Service iam_;
  std::vector<std::string> regions_;
  std::map<std::string, Region, std::less<>> vendor_regions_;
  std::string regions_file_;                             ///< the one that was read
  std::map<std::string, Word, std::less<>> everywhere_;  ///< by service, or "*"
  std::map<std::string, Word, std::less<>> there_;       ///< by service and region
};

}  // namespace jobtree::cloud

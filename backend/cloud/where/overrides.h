// What an operator says of where services live: by flags, by variables, in a regions file.
//
// Knows: the three forms, and which of them counts when they differ. Must not know: the vendor's
// own regions and hosts. Nothing that is written is dropped in silence: what is wrong is a failure,
// and what is not used is a notice.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/environment.h"
#include "base/result.h"
#include "cloud/where/url.h"

namespace jobtree::cloud {

/// Whatever is said first counts: endpoints, then variables, then the file. Each takes one URL or
/// several, see parse_origins().
struct CatalogueOptions {
  /// "eip=https://vpc.example.com", or "iam=URL", or "*=URL" for all services and IAM; with commas
  /// between them, several URLs of one service or several services.
  std::vector<std::string> endpoints{};
  /// Holds HUAWEICLOUD_SDK_REGION_<SERVICE>_<REGION>, as in HUAWEICLOUD_SDK_REGION_EIP_CN_NORTH_4,
  /// and HUAWEICLOUD_SDK_IAM_ENDPOINT, for all regions. May be empty: then no variable counts.
  Environment environment{};
  /// See regions_file.h. "": $HUAWEICLOUD_SDK_REGIONS_FILE, else ~/.huaweicloud/regions.yaml, which
  /// may be missing.
  std::string regions_file{};
  /// The one that the operator wants to use. It need not be the vendor's when an endpoint names a
  /// service, and not just all of them.
  std::string region{};
};

/// The variable by which official SDKs, and this program, are told where a service lives in a
/// region: "HUAWEICLOUD_SDK_REGION_EIP_CN_NORTH_4". `sdk_name`: "EIP".
std::string endpoint_variable(std::string_view sdk_name, std::string_view region);
/// The same of IAM, for all regions.
inline constexpr const char* kIamEndpointVariable = "HUAWEICLOUD_SDK_IAM_ENDPOINT";

/// Where a service lives by somebody's word.
struct Override {
  Origins origins;
  std::string source;  ///< "--endpoint", a variable's name, a file's
};

class Overrides {
 public:
  /// Services by the name that the vendor's SDKs have for them: {"EIP", "eip"}.
  using Services = std::map<std::string, std::string, std::less<>>;

  /// Fails on a URL that may not be used, on an unknown service of an endpoint, and on a file that
  /// cannot be read.
  /// `names`: of all services, of which several have one name in the SDKs; `services` has the
  /// first.
  static Result<Overrides> read(const CatalogueOptions& options, const Services& services,
                                const std::vector<std::string>& names);

  /// nullptr when nobody said anything. `family`: the name in `services` for the SDKs' name of it,
  /// of which all is said that a service's own name has no word of.
  const Override* find(std::string_view service, std::string_view family,
                       std::string_view region) const;
  /// The regions for which something was said, and who said it first.
  const std::map<std::string, std::string, std::less<>>& regions() const { return regions_; }
  /// What was said and is not used, a sentence each.
  const std::vector<Bilingual>& notices() const { return notices_; }

 private:
  Result<bool> add_endpoint(std::string_view text, const std::vector<std::string>& names);
  Result<bool> add_variables(const Environment& environment, const Services& services);
  Result<bool> add_file(const std::string& file, const Services& services);
  void add(const std::string& service, const std::string& region, Override word);

  std::map<std::string, Override, std::less<>> everywhere_;  ///< by service, or "*"
  std::map<std::string, Override, std::less<>> iam_;         ///< everywhere, by a variable
  std::map<std::string, Override, std::less<>> there_;       ///< by service and region
  std::map<std::string, std::string, std::less<>> regions_;
  std::vector<Bilingual> notices_;
};

}  // namespace jobtree::cloud

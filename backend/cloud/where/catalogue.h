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

#include "base/bilingual.h"
#include "base/result.h"
#include "cloud/ids.h"
#include "cloud/job_source.h"
#include "cloud/where/lists.h"
#include "cloud/where/overrides.h"
#include "cloud/where/path_pattern.h"
#include "cloud/where/url.h"

namespace jobtree::cloud {

/// What one of a job's ids may be, see ids.h.
enum class IdKind { id, name };

struct Service {
  std::string name{};      ///< as in our URLs: "eip"
  std::string sdk_name{};  ///< as in the variables and files of the vendor's SDKs: "EIP"
  std::string host{};      ///< its first label at the cloud: "vpc"
  std::string path{};  ///< "/v1/{project_id}/jobs/{job_id}" or "/v3/{project_id}/jobs?id={job_id}"
  PathPattern pattern{};      ///< the same, to match and to fill
  PathPattern common{};       ///< "/v1/{project_id}/jobs/…", with the ids of the path: fits all
  std::vector<IdKind> ids{};  ///< of the path's ids, in their order; the last is the job's own
  /// Whether the job that comes has the path's id. Some show what is under way with a resource, by
  /// the resource's id.
  bool id_in_response = true;
  /// The first service of its SDK's name: what is said of that one's place is said of this one's.
  std::string family{};
  std::string title_en{};  ///< "Elastic IP"
  std::string title_zh{};
  std::string group{};           ///< "compute": a name of the catalogue's groups
  Owner owner = Owner::project;  ///< that of {domain_id} in the path is domain
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

/// Services that are listed together.
struct Group {
  std::string name;
  Bilingual title;
};

/// Which part of a job's address is none: the first that is wrong, from the left.
enum class WrongPart {
  region,   ///< the catalogue has none of this name
  service,  ///< the same
  path,     ///< neither the service's own nor the common one
  project,  ///< neither an id nor "-"
  ids,      ///< more or fewer than name a job of this service
  job_id    ///< one that cannot be
};

class Catalogue {
 public:
  /// Everything is looked up here and now; nothing changes afterwards. What an operator says goes
  /// before the vendor's own rule, and regions that are named so are added to those of the vendor.
  /// Fails as Overrides::read() does.
  static Result<Catalogue> make(const CatalogueOptions& options = {});

  std::span<const Service> services() const { return services_; }
  /// In the order of the services.
  std::span<const Group> groups() const { return groups_; }
  /// What the ids of paths are called, by their names there: "Instance ID" for "instance_id".
  const std::map<std::string, Bilingual, std::less<>>& id_titles() const { return id_titles_; }
  /// Sorted.
  std::span<const std::string> regions() const { return regions_; }
  /// nullptr when there is none of this name.
  const Service* find_service(std::string_view name) const;
  bool has_region(std::string_view name) const;
  /// The names that were perhaps meant, three at most, the likeliest first.
  std::vector<std::string> services_near(std::string_view name) const;
  std::vector<std::string> regions_near(std::string_view name) const;
  /// nullptr when it is none of the vendor's: one of a file has no title.
  const Region* find_region(std::string_view name) const;

  /// The job that somebody names by a region, a service and what would be sent to that service: its
  /// own path, or "/v1/{owner}/jobs/{job}", which fits every service: of one whose jobs have
  /// several ids, "/v1/{owner}/jobs/{id}/{id}". Everything is matched and judged here, once, on raw
  /// bytes. Where the path has no owner, it is "-": what the header says is the key's own.
  std::variant<JobAddress, WrongPart> address_of(std::string_view region, std::string_view service,
                                                 std::string_view path,
                                                 std::string_view query) const;

  /// Whether an address that was put together otherwise may be queried: a region and a service of
  /// the catalogue, an owner's id of 32 lower-case hex digits or "-", as many ids as the service
  /// wants.
  bool is_valid(const JobAddress& address) const;

  /// Where the service lives there: one or several, the first to be used before the others. Fails
  /// for a region that is not the vendor's when nobody said it: hosts are never guessed.
  Result<Origins> origins(const Service& service, std::string_view region) const;
  /// The same of IAM, which knows the projects of a key. `of_key`: what stands beside the key, or
  /// nothing; it goes before all but --endpoint, as in the vendor's SDKs.
  Result<Origins> iam_origins(std::string_view region, const Origins& of_key = {}) const;

  /// What can be queried without an id of a job: CTS, and the task lists of services.
  std::span<const List> lists() const { return lists_; }
  /// Where a list of this catalogue lives there, as origins().
  Result<Origins> list_origins(const List& list, std::string_view region) const;

  /// Who said where the service lives there: "--endpoint", a variable's name, a file's; "" when it
  /// is the vendor's own rule.
  std::string_view origin_source(const Service& service, std::string_view region) const;
  /// Who named the region, as above; "" when it is the vendor's own.
  std::string_view region_source(std::string_view region) const;
  /// What an operator said and what is not used, a sentence each.
  std::span<const Bilingual> notices() const { return overrides_.notices(); }

 private:
  Catalogue() = default;

  std::vector<Service> services_;
  std::vector<Group> groups_;
  std::map<std::string, Bilingual, std::less<>> id_titles_;
  Service iam_;
  Service cts_;
  std::vector<List> lists_;
  std::vector<std::string> regions_;
  std::map<std::string, Region, std::less<>> vendor_regions_;
  Overrides overrides_;
};

}  // namespace jobtree::cloud

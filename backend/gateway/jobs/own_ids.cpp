#include "gateway/jobs/own_ids.h"

#include <algorithm>
#include <utility>

namespace jobtree::gateway {

using cloud::JobAddress;

JobAddress OwnIds::by_id(const JobAddress& address) const {
  if (address.project_id() != "-") return address;
  const cloud::Service* service = catalogue_.find_service(address.service());
  // Without one in its path a service's jobs have the address with "-" alone.
  if (service == nullptr || !service->pattern.has_owner()) return address;
  std::string own = source_.known_own_id(service->owner, address.region());
  if (own.empty()) return address;
  return {address.region(), address.service(), std::move(own), address.job_id()};
}

std::optional<JobAddress> OwnIds::as_own(const JobAddress& address) const {
  const cloud::Service* service = catalogue_.find_service(address.service());
  if (service == nullptr) return std::nullopt;
  const std::string own = source_.known_own_id(service->owner, address.region());
  if (own.empty() || own != address.project_id()) return std::nullopt;
  return JobAddress{address.region(), address.service(), "-", address.job_id()};
}

std::vector<std::string> OwnIds::all() const {
  std::vector<std::string> ids;
  for (const std::string& region : catalogue_.regions()) {
    for (const cloud::Owner owner : {cloud::Owner::project, cloud::Owner::domain}) {
      std::string id = source_.known_own_id(owner, region);
      if (!id.empty() && std::ranges::find(ids, id) == ids.end()) ids.push_back(std::move(id));
    }
  }
  return ids;
}

}  // namespace jobtree::gateway

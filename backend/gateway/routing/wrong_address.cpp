#include "gateway/routing/wrong_address.h"

#include "cloud/where/job_ids.h"

namespace jobtree::gateway {
namespace {

/// What is wrong with the ids of an address whose region and service are known.
RouteResponse wrong_ids(const cloud::Catalogue& catalogue, std::string_view service) {
  const cloud::Service& it = *catalogue.find_service(service);
  if (it.ids.size() == 1 && it.ids.front() == cloud::IdKind::id) return refusal(problems::kBadJob);
  return refusal(problems::kBadJob,
                 it.name + " expects " + cloud::ids_of(it) + " in the place of a job ID.");
}

}  // namespace

std::variant<cloud::JobAddress, cloud::WrongPart> address_of(const cloud::Catalogue& catalogue,
                                                             std::string_view region,
                                                             std::string_view service,
                                                             std::string_view project,
                                                             std::string_view job) {
  // The form that fits every service. What breaks it is a part, and not the path, which is ours.
  const std::string path = std::string("/v1/").append(project).append("/jobs/").append(job);
  auto found = catalogue.address_of(region, service, path, "");
  auto* const wrong = std::get_if<cloud::WrongPart>(&found);
  if (wrong != nullptr && *wrong == cloud::WrongPart::path) *wrong = cloud::WrongPart::ids;
  return found;
}

RouteResponse refusal_of(cloud::WrongPart part, const cloud::Catalogue& catalogue,
                         std::string_view service) {
  switch (part) {
    case cloud::WrongPart::region:
      return refusal(problems::kNoRegion);
    case cloud::WrongPart::service:
      return refusal(problems::kNoService);
    case cloud::WrongPart::path:
      return refusal(problems::kNoPath);
    case cloud::WrongPart::project:
      return refusal(problems::kBadProject);
    case cloud::WrongPart::ids:
    case cloud::WrongPart::job_id:
      break;
  }
  return wrong_ids(catalogue, service);
}

}  // namespace jobtree::gateway

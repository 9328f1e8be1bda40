#include "gateway/access/audit.h"

#include <algorithm>

#include "gateway/problem.h"

namespace jobtree::gateway {
namespace {

std::string_view outcome_of(int status) {
  switch (status) {
    case 200:
      return "shown";
    case 304:
      return "unchanged";
    case 404:
      return "unknown";
    case 429:
      return "throttled";
    default:
      break;
  }
  return status < 500 ? "denied" : "failed";
}

}  // namespace

std::string_view header_of(const Response& response, std::string_view name) {
  const auto found = std::ranges::find_if(
      response.headers, [name](const auto& header) { return header.first == name; });
  return found == response.headers.end() ? std::string_view() : std::string_view(found->second);
}

LogEntry audit_entry(LogEntry::Level level, const Decision& decision, const Response& answer,
                     const Response& told) {
  const std::string_view outcome =
      decision.refused.empty() ? outcome_of(answer.status) : decision.refused;
  const std::string_view id = header_of(answer, "X-Request-Id");
  return {level,
          "audit",
          {{"request_id", std::string(header_of(told, "X-Request-Id"))},
           {"token", decision.token},
           {"region", decision.address.region},
           {"service", decision.address.service},
           {"project", decision.address.project_id},
           {"job", decision.address.job_id},
           {"outcome", std::string(outcome)},
           {"cache", std::string(header_of(answer, "Cache-Status"))},
           {"cloud_request_id", is_own_request_id(id) ? "" : std::string(id)}}};
}

}  // namespace jobtree::gateway

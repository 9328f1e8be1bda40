#include "gateway/access/audit.h"

namespace jobtree::gateway {

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
      return status < 500 ? "denied" : "failed";
  }
}

LogEntry audit_entry(LogEntry::Level level, const Decision& decision) {
  LogEntry entry{level,
                 "audit",
                 {{"request_id", decision.request_id},
                  {"viewer", decision.viewer},
                  {"token", decision.token},
                  {"region", decision.address.region()},
                  {"service", decision.address.service()},
                  {"project", decision.address.project_id()},
                  {"job", decision.address.job_id()},
                  {"outcome", decision.outcome},
                  {"cache", decision.cache_status},
                  {"upstream_request_id", decision.cloud_request_id}}};
  if (!decision.share.empty()) entry.fields.push_back({"share", decision.share});
  return entry;
}

}  // namespace jobtree::gateway

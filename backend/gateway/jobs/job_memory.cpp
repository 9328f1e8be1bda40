#include "gateway/jobs/job_memory.h"

#include <chrono>

namespace jobtree::gateway {

using cloud::JobAddress;

void JobMemory::observed(const JobAddress& address, std::shared_ptr<const std::string> body) {
  archive_.observed({.address = by_id_(address), .body = std::move(body), .at = time()});
}

void JobMemory::confirmed(const JobAddress& address) {
  archive_.confirmed(by_id_(address), time());
}

void JobMemory::forgotten(const JobAddress& address) {
  archive_.forgotten(by_id_(address), time());
}

std::optional<RememberedJob> JobMemory::last(const JobAddress& address) {
  const JobAddress stored = by_id_(address);
  const auto record = archive_.job(stored);
  // A version that is zero was never seen: somebody wants it followed.
  if (!record || !record.value() || record.value()->version == 0) return std::nullopt;
  auto body = archive_.body(stored, 0);
  return RememberedJob{
      .body = body ? std::move(body.value()) : std::nullopt,
      .last_seen = std::chrono::time_point_cast<UtcTime::duration>(record.value()->last_seen),
      .is_final = record.value()->is_final,
      .is_forgotten = record.value()->forgotten_at.has_value()};
}

store::Time JobMemory::time() const {
  return std::chrono::time_point_cast<store::Time::duration>(now_());
}

}  // namespace jobtree::gateway

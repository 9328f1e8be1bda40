// Observations for the tests of the store.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "store/archive.h"
#include "unit/jobs.h"

namespace jobtree::testing {

/// 2026-11-24T12:00:05Z, and so many seconds later.
inline store::Time seen_after(int seconds) {
  return store::Time(std::chrono::milliseconds(static_cast<std::int64_t>(kBegin)) +
                     std::chrono::seconds(5 + seconds));
}

inline const char* const kProject = "0605767cc80010f42f1ec00bc0e6b7a8";

inline cloud::JobAddress address_of(std::string job, std::string service = "eip",
                                    std::string project = kProject) {
  return {"cn-north-4", std::move(service), std::move(project), std::move(job)};
}

inline store::Observation observation_of(const Part& job, int seconds = 0) {
  return {.address = address_of(job.id),
          .body = std::make_shared<const std::string>(document(job)),
          .at = seen_after(seconds)};
}

/// A batch under a name of its own.
inline Part batch_named(std::string id, std::string status,
                        const std::vector<std::string>& statuses) {
  Part part = batch(std::move(status), statuses);
  part.id = std::move(id);
  return part;
}

}  // namespace jobtree::testing

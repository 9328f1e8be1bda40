// What the fetches of jobs have to do with the archive: it is told what came, and read when nothing
// does.
//
// Knows: the archive, under which address it has a job, what time it is. Must not know: viewers,
// the cache, HTTP.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/utc.h"
#include "cloud/job_source.h"
#include "store/archive.h"

namespace jobtree::gateway {

/// A job as it was seen last.
struct RememberedJob {
  std::optional<std::string> body{};  ///< nothing: it is not kept any more
  UtcTime last_seen{};
  bool is_final = false;      ///< it had ended
  bool is_forgotten = false;  ///< the cloud has no such job any more
};

/// Thread-safe.
class JobMemory {
 public:
  /// `by_id`: a job's address with the project's own id, where that is known. `archive` must
  /// outlive it.
  JobMemory(store::Archive& archive,
            std::function<cloud::JobAddress(const cloud::JobAddress&)> by_id,
            std::function<UtcTime()> now)
      : archive_(archive), by_id_(std::move(by_id)), now_(std::move(now)) {}

  bool is_on() const { return archive_.state().kind != store::ArchiveState::Kind::off; }
  UtcTime now() const { return now_(); }

  // Never block.
  void observed(const cloud::JobAddress& address, std::shared_ptr<const std::string> body);
  void confirmed(const cloud::JobAddress& address);
  void forgotten(const cloud::JobAddress& address);

  /// Blocks for the archive. Nothing when it has no such job, or cannot be read.
  std::optional<RememberedJob> last(const cloud::JobAddress& address);

 private:
  store::Time time() const;

  store::Archive& archive_;
  const std::function<cloud::JobAddress(const cloud::JobAddress&)> by_id_;
  const std::function<UtcTime()> now_;
};

}  // namespace jobtree::gateway

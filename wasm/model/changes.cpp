#include "model/changes.h"

#include <algorithm>

namespace jobtree::engine {
namespace {

bool holds(const Array<Change>& changes, std::uint64_t key) {
  return std::any_of(changes.begin(), changes.end(),
                     [&](const Change& change) { return change.key == key; });
}

}  // namespace

void Changes::add(const JobTree& before, const JobTree& now) {
  if (before.empty()) return;
  for (std::uint32_t i = 0; i < now.jobs.size(); ++i) {
    const Job& job = now.jobs[i];
    // Nearly all jobs stand where they stood.
    const bool has_stayed = i < before.jobs.size() && before.jobs[i].key == job.key;
    const std::uint32_t place = has_stayed ? i : before.find(job.key);
    const bool is_new = place == kNoJob;
    const Status status = is_new ? Status::unknown : before.jobs[place].status;
    if (!is_new && status == job.status) continue;
    Array<Change>& kind = is_failure(job) ? failures_ : others_;
    if (kind.size() == kMost || holds(failures_, job.key) || holds(others_, job.key)) continue;
    kind.push_back({job.key, status, is_new});
  }
}

void Changes::clear() {
  failures_.clear();
  others_.clear();
}

}  // namespace jobtree::engine

#include "job.h"

#include <bit>
#include <cstring>

#include "hash.h"

namespace jobtree::engine {

std::uint32_t JobTree::find(std::uint64_t key) const {
  if (index_.empty()) return kNoJob;
  const std::size_t mask = index_.size() - 1;
  for (std::size_t i = key & mask; index_[i] != kNoJob; i = (i + 1) & mask) {
    if (jobs[index_[i]].key == key) return index_[i];
  }
  return kNoJob;
}

void JobTree::assign_keys() {
  index_.assign(std::bit_ceil(jobs.size() * 2), kNoJob);
  const std::size_t mask = index_.size() - 1;
  for (std::uint32_t i = 0; i < jobs.size(); ++i) {
    Job& job = jobs[i];
    const bool is_root = job.parent == kNoJob;
    const std::uint64_t above = is_root ? 0 : jobs[job.parent].key;
    const std::uint64_t place = is_root ? 0 : i - jobs[job.parent].first_child;
    job.key = mix(above, job.id.empty() ? place : hash(view(job.id)));
    // Ids come from outside and may repeat; two jobs must never share a key.
    while (find(job.key) != kNoJob)
      job.key = mix(job.key, place);
    std::size_t slot = job.key & mask;
    while (index_[slot] != kNoJob)
      slot = (slot + 1) & mask;
    index_[slot] = i;
  }
}

}  // namespace jobtree::engine

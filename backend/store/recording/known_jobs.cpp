#include "store/recording/known_jobs.h"

namespace jobtree::store {
namespace {

std::size_t bytes_of(const Known& known) {
  return sizeof(Known) + known.tree.bytes.size() + known.tree.composed.size() +
         known.tree.jobs.size() * sizeof(engine::Job) +
         known.tree.facts.size() * sizeof(engine::Fact);
}

}  // namespace

Known* KnownJobs::find(const std::string& key) {
  const auto found = places_.find(key);
  if (found == places_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return &found->second->known;
}

Known& KnownJobs::put(const std::string& key, Known known) {
  forget(key);
  const std::size_t bytes = bytes_of(known);
  entries_.push_front({key, std::move(known), bytes});
  places_[key] = entries_.begin();
  bytes_ += bytes;
  while (bytes_ > most_bytes_ && entries_.size() > 1) {
    forget(std::string(entries_.back().key));
  }
  return entries_.front().known;
}

void KnownJobs::forget(const std::string& key) {
  const auto found = places_.find(key);
  if (found == places_.end()) return;
  bytes_ -= found->second->bytes;
  entries_.erase(found->second);
  places_.erase(found);
}

void KnownJobs::clear() {
  entries_.clear();
  places_.clear();
  bytes_ = 0;
}

}  // namespace jobtree::store

// Which job is forgotten first when there are too many.
//
// What is not there or could not be had goes before what has content, so that a flood of such ids
// pushes nothing out but itself; among equals goes what was asked for longest ago.
//
// Knows: the order. Must not know: why there are too many. Not thread-safe.
#pragma once

#include <cstddef>
#include <list>

#include "gateway/jobs/cache/cache_entry.h"

namespace jobtree::gateway {

class EvictionOrder {
 public:
  /// The entry can be forgotten, and was asked for just now.
  void touch(CacheEntry& entry) {
    auto* const list = entry.content ? &with_content_ : &without_;
    if (entry.forgettable == list) {
      list->splice(list->end(), *list, entry.forgettable_place);
      return;
    }
    remove(entry);
    entry.forgettable = list;
    entry.forgettable_place = list->insert(list->end(), &entry);
  }

  /// The entry cannot be forgotten now.
  void remove(CacheEntry& entry) {
    if (entry.forgettable == nullptr) return;
    entry.forgettable->erase(entry.forgettable_place);
    entry.forgettable = nullptr;
  }

  /// Whether forgetting frees so many bytes: not those that somebody still reads.
  bool can_free(std::size_t bytes) const {
    std::size_t sum = 0;
    for (const auto* list : {&without_, &with_content_}) {
      for (const CacheEntry* const entry : *list) {
        sum += entry->bytes_if_forgotten();
        if (sum >= bytes) return true;
      }
    }
    return false;
  }

  /// The first to go; nullptr when none can.
  CacheEntry* first() const {
    if (!without_.empty()) return without_.front();
    return with_content_.empty() ? nullptr : with_content_.front();
  }

 private:
  std::list<CacheEntry*> without_;
  std::list<CacheEntry*> with_content_;
};

}  // namespace jobtree::gateway

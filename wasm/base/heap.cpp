#include "base/heap.h"

namespace jobtree::engine {

Heap::Head* Heap::behind(Head* block) {
  return reinterpret_cast<Head*>(reinterpret_cast<char*>(block) + block->size);
}

/// Makes one of a free block and the next, where that begins at its end.
void Heap::join(Head* block) {
  if (block->next == nullptr || behind(block) != block->next) return;
  block->size += block->next->size;
  block->next = block->next->next;
}

/// From the smallest that is large enough, whose rest stays free: what was never touched stays so.
void* Heap::take(std::size_t size) {
  const std::size_t room = (size + 2 * sizeof(Head) - 1) & ~(sizeof(Head) - 1);
  Head** best = nullptr;
  for (Head** at = &first_; *at != nullptr; at = &(*at)->next) {
    if ((*at)->size < room || room < size) continue;
    if (best == nullptr || (*at)->size < (*best)->size) best = at;
  }
  if (best == nullptr) return nullptr;
  Head* const block = *best;
  Head* rest = block->next;
  if (block->size > room) {
    rest = reinterpret_cast<Head*>(reinterpret_cast<char*>(block) + room);
    rest->size = block->size - room;
    rest->next = block->next;
    block->size = room;
  }
  *best = rest;
  return block + 1;
}

void Heap::give(void* block) {
  if (block == nullptr) return;
  Head* const it = static_cast<Head*>(block) - 1;
  Head* before = nullptr;
  Head** at = &first_;
  while (*at != nullptr && *at < it) {
    before = *at;
    at = &before->next;
  }
  it->next = *at;
  *at = it;
  join(it);
  if (before != nullptr) join(before);
}

void Heap::add(void* region, std::size_t size) {
  Head* const it = static_cast<Head*>(region);
  it->size = size;
  give(it + 1);
}

}  // namespace jobtree::engine

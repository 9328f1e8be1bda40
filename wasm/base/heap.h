// Memory in WebAssembly, where no system gives any out. The engine holds few blocks, most of them
// large, so one list of what is free, in the order of addresses, is all it takes: a fifth of what a
// general allocator would add.
//
// Knows: regions of memory. Must not know: where they come from, what is kept in them.
#pragma once

#include <cstddef>

namespace jobtree::engine {

class Heap {
 public:
  /// Aligned for every type; nullptr when nothing that is free is large enough.
  void* take(std::size_t size);
  /// Takes back what take() gave; nothing for nullptr.
  void give(void* block);
  /// A region to give out from, aligned to 16 bytes, as its size is.
  void add(void* region, std::size_t size);

 private:
  /// What stands before a block. While it is free, the next free one behind it.
  struct alignas(16) Head {
    std::size_t size;  ///< with this head
    Head* next;
  };

  static Head* behind(Head* block);
  static void join(Head* block);

  Head* first_ = nullptr;
};

}  // namespace jobtree::engine

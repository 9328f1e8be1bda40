// The C library's allocator, of which only WebAssembly has need: the memory of the module, which
// grows.
#include <cstddef>

#include "base/heap.h"

// Where the linker leaves off; its address is what counts.
extern "C" char __heap_base;  // NOLINT(bugprone-reserved-identifier)

namespace {

using jobtree::engine::Heap;

constexpr std::size_t kPage = 65536;

Heap heap;
std::size_t used = 0;  ///< up to which address the heap has all memory

/// By an eighth: each time browsers make all views of the memory anew. What comes stands behind
/// what is free at the end, and is one with it.
bool grow() {
  if (used == 0) {
    used = (reinterpret_cast<std::size_t>(&__heap_base) + 15) & ~std::size_t{15};
  } else if (__builtin_wasm_memory_grow(0, used / 8 / kPage + 1) == static_cast<std::size_t>(-1)) {
    return false;
  }
  const std::size_t end = __builtin_wasm_memory_size(0) * kPage;
  heap.add(reinterpret_cast<void*>(used), end - used);  // NOLINT(performance-no-int-to-ptr)
  used = end;
  return true;
}

}  // namespace

extern "C" {

void* malloc(std::size_t size) {
  for (;;) {
    void* const block = heap.take(size);
    if (block != nullptr || !grow()) return block;
  }
}

void free(void* block) {
  heap.give(block);
}

}  // extern "C"

void* operator new(std::size_t size) {
  void* const block = malloc(size);
  if (block == nullptr) __builtin_trap();
  return block;
}

void operator delete(void* block) noexcept {
  free(block);
}

void operator delete(void* block, std::size_t) noexcept {
  free(block);
}

// The memory that is given out in WebAssembly, here within an array.
#include "base/heap.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <vector>

#include "unit/catch.h"

namespace heap_test {

using jobtree::engine::Heap;

namespace {

constexpr std::size_t kHead = 16;  // that stands before a block

struct Region {
  static constexpr std::size_t kSize = 1 << 16;
  alignas(16) std::array<char, kSize> bytes{};

  bool holds(const void* block, std::size_t size) const {
    const char* const at = static_cast<const char*>(block);
    return at >= bytes.data() && at + size <= bytes.data() + kSize;
  }
};

struct Taken {
  char* at;
  std::size_t size;
  char sign;

  bool is_whole() const {
    return std::all_of(at, at + size, [this](char c) { return c == sign; });
  }
};

}  // namespace

TEST_CASE("A heap that has no memory gives none out") {
  Heap heap;
  CHECK(heap.take(1) == nullptr);
  heap.give(nullptr);
  CHECK(heap.take(1) == nullptr);
}

TEST_CASE("What is taken is aligned, within the region, and nobody else's") {
  Region region;
  Heap heap;
  heap.add(region.bytes.data(), Region::kSize);
  std::mt19937 random(7);
  std::vector<Taken> all;
  for (int i = 0; i < 20'000; ++i) {
    if (all.empty() || random() % 5 < 3) {
      const std::size_t size = random() % (random() % 4 == 0 ? 6000 : 100);
      auto* const at = static_cast<char*>(heap.take(size));
      if (at != nullptr) {
        REQUIRE(reinterpret_cast<std::uintptr_t>(at) % 16 == 0);
        REQUIRE(region.holds(at, size));
        all.push_back({at, size, static_cast<char>(i)});
        std::memset(at, all.back().sign, size);
        continue;
      }
    }
    const std::size_t which = random() % all.size();
    REQUIRE(all[which].is_whole());
    heap.give(all[which].at);
    all[which] = all.back();
    all.pop_back();
  }
  for (const Taken& it : all) {
    REQUIRE(it.is_whole());
    heap.give(it.at);
  }
  INFO("all is one piece again");
  CHECK(heap.take(Region::kSize - kHead) == region.bytes.data() + kHead);
}

TEST_CASE("Neighbours that are given back become one, in whichever order") {
  std::array<int, 3> order = {0, 1, 2};
  do {
    Region region;
    Heap heap;
    heap.add(region.bytes.data(), Region::kSize);
    const std::array<void*, 3> blocks = {heap.take(1000), heap.take(1000), heap.take(1000)};
    void* const rest = heap.take(Region::kSize - 3 * (1008 + kHead) - kHead);
    REQUIRE(rest != nullptr);
    REQUIRE(heap.take(1) == nullptr);
    for (const int i : order)
      heap.give(blocks[static_cast<std::size_t>(i)]);
    CHECK(heap.take(3000) == blocks[0]);
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST_CASE("Of what is free the smallest that is large enough is taken, so that large pieces last") {
  Region region;
  Heap heap;
  heap.add(region.bytes.data(), Region::kSize);
  void* const large = heap.take(4000);
  REQUIRE(heap.take(16) != nullptr);
  void* const small = heap.take(500);
  REQUIRE(heap.take(16) != nullptr);
  heap.give(large);
  heap.give(small);
  CHECK(heap.take(400) == small);
  CHECK(heap.take(4000) == large);
}

TEST_CASE("A region that comes behind the last one adds to what is free there") {
  Region region;
  Heap heap;
  heap.add(region.bytes.data(), Region::kSize / 2);
  void* const first = heap.take(1000);
  REQUIRE(heap.take(Region::kSize / 2) == nullptr);
  heap.add(region.bytes.data() + Region::kSize / 2, Region::kSize / 2);
  CHECK(heap.take(Region::kSize / 2) == static_cast<char*>(first) + 1008 + kHead);
}

TEST_CASE("More than any memory has is not had") {
  Region region;
  Heap heap;
  heap.add(region.bytes.data(), Region::kSize);
  for (const std::size_t less : {0, 1, 15, 16, 31, 32})
    CHECK(heap.take(SIZE_MAX - less) == nullptr);
}

}  // namespace heap_test

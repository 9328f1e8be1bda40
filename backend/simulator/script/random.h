// Numbers that look random and are the same on every machine, which those of std are not.
//
// Knows: arithmetic. Must not know: what is decided by it.
#pragma once

#include <cstdint>
#include <string_view>

namespace jobtree::simulator {

/// splitmix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators").
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  /// From `low` to `high`, both possible.
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(high - low + 1));
  }

 private:
  std::uint64_t state_;
};

/// One stream of numbers a job, so that adding a job to a list leaves the others as they were.
inline Random random_of(std::uint64_t seed, std::string_view name, std::uint64_t number = 0) {
  std::uint64_t hash = 0xcbf29ce484222325 ^ seed;
  for (const char c : name) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  return Random(hash + number * 0xd6e8feb86659fd93);
}

}  // namespace jobtree::simulator

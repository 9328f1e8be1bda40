// Inputs that fuzzing found worth keeping, given to its targets again: these say themselves what
// must hold.
//
// A target is built into the tests under its own name (CMakeLists.txt).
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

/// Gives every file of a folder of tests/data to a fuzz target; returns how many there were.
inline int replay(const std::string& folder, int (*target)(const std::uint8_t*, std::size_t)) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(JOBTREE_TEST_DATA "/" + folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    target(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    ++files;
  }
  return files;
}

// The files of the page as they were built into the program (web/CMakeLists.txt makes the table).
#pragma once

#include <span>
#include <string_view>

namespace jobtree::gateway {

struct Asset {
  std::string_view path;  ///< "/job-tree.js"; the page itself is "/index.html"
  std::string_view plain;
  std::string_view brotli;  ///< the same, compressed
  std::string_view gzip;
};

std::span<const Asset> assets();

}  // namespace jobtree::gateway

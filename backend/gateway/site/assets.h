// The files of the page as they were built into the program (web/CMakeLists.txt makes the table).
//
// Knows: names, bytes, which files are for pages elsewhere. Must not know: how they are sent.
#pragma once

#include <span>
#include <string_view>

namespace jobtree::gateway {

struct Asset {
  std::string_view path;  ///< "/job-tree.js"; the page itself is "/index.html"
  std::string_view plain;
  std::string_view brotli;  ///< the same, compressed
  std::string_view gzip;
  bool is_for_portals = false;  ///< pages elsewhere load it: the element and its engine
};

std::span<const Asset> assets();

}  // namespace jobtree::gateway

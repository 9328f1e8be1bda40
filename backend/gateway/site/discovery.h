// GET /api/discovery: how the server finds jobs by itself.
//
// Knows: that what is told is made elsewhere. Must not know: how jobs are found.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace jobtree::gateway {

/// For the metrics.
struct DiscoveryFigures {
  std::uint64_t queries = 0;
  std::uint64_t records = 0;
  std::uint64_t jobs = 0;
  std::size_t unread = 0;  ///< lists that cannot be read
};

/// Plain functions, so that the gateway need not know the finder. Thread-safe.
struct Discovery {
  std::string mode = "off";             ///< "off", "lists", "traces" or "all"
  std::function<std::string()> json{};  ///< all that a page may know; empty: there is nothing
  std::function<DiscoveryFigures()> figures{};
};

}  // namespace jobtree::gateway

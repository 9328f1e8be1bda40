// The channels through which the server tells people of jobs, as far as pages and metrics show
// them.
//
// Knows: names and numbers. Must not know: what a channel is, how it is told.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http_fields.h"

namespace jobtree::gateway {

/// For the metrics. The name is the operator's own, of letters, digits, "-" and "_".
struct ChannelFigures {
  std::string name{};
  std::uint64_t pending = 0;
  std::uint64_t dropped = 0;  ///< of the last 14 days
  std::chrono::milliseconds oldest_waits{0};
  std::uint64_t delivered = 0;
  std::uint64_t refused = 0;  ///< attempts that were not delivered
};

/// What came of a test.
struct ChannelTrial {
  enum class Kind : std::uint8_t { done, unknown, paced };
  Kind kind = Kind::done;
  std::string json{};                 ///< of what was done, as pages have it
  std::chrono::milliseconds wait{0};  ///< of paced: until there may be another
};

/// Plain functions, so that the gateway need not know who tells. Thread-safe.
struct Channels {
  std::function<std::string(Language)> json{};  ///< all that a page may know; does not block
  std::function<ChannelTrial(std::string_view name, Language)> test{};  ///< blocks
  std::function<std::vector<ChannelFigures>()> figures{};               ///< does not block
};

}  // namespace jobtree::gateway

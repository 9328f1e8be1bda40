// One attempt to tell a channel something, from the message to the verdict.
//
// Knows: requests, senders, verdicts. Must not know: queues, when it is tried again.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "notify/channels/dispatch.h"
#include "notify/notice.h"
#include "notify/setup/setup.h"

namespace jobtree::notify {

struct AttemptOptions {
  Time at{};  ///< of this attempt
  std::string_view public_url{};
  std::uint32_t parts = 0;  ///< that were delivered before
  /// Called before each further part, with how many are delivered: it may wait. False: leave it at
  /// that.
  std::function<bool(std::uint32_t parts)> before_next{};
};

struct Attempt {
  Verdict verdict{};
  std::uint32_t parts = 0;    ///< delivered, with those before
  bool was_left_off = false;  ///< before_next said so: there is no verdict
};

/// Blocks for the other side.
Attempt attempt(const ReadyChannel& ready, const Content& content, const AttemptOptions& options);

}  // namespace jobtree::notify

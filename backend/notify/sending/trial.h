// A channel tried by hand.
//
// Knows: test messages, what came of one. Must not know: queues, who tries it.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/bilingual.h"
#include "base/clock.h"
#include "notify/setup/setup.h"

namespace jobtree::notify {

struct Trial {
  bool is_delivered = false;
  std::string code{};   ///< the other side's own: "19024"
  Bilingual meaning{};  ///< what the other side said, and what to do about it
  std::chrono::milliseconds took{0};
};

/// Sends a test message, and no second one. Blocks for the other side.
Trial try_channel(const ReadyChannel& ready, const Clock& clock, std::string_view public_url);

}  // namespace jobtree::notify

// What a channel sends through: one request of HTTP, or one mail.
//
// Knows: what goes out and what comes back. Must not know: messages, verdicts, when something is
// sent again.
#pragma once

#include <memory>

#include "base/result.h"
#include "notify/channel.h"
#include "notify/channels/dispatch.h"

namespace jobtree::notify {

/// Thread-safe.
class Sender {
 public:
  virtual ~Sender() = default;
  /// Blocks until there is a response, 20 seconds at most (a mail: 30). Fails, of kind usage, on a
  /// target that must not be connected to: nothing was sent then.
  virtual Result<Response> send(const Dispatch& dispatch) = 0;
  /// For the end of the program: what is under way ends within a second, and nothing is sent any
  /// more.
  virtual void stop() = 0;
};

/// For one channel: its networks, proxy, CA file; of mail its server and password. Fails when the
/// CA file cannot be read (usage), or libcurl does not work (system).
Result<std::unique_ptr<Sender>> make_sender(const Channel& channel, const ChannelSecrets& secrets);

}  // namespace jobtree::notify

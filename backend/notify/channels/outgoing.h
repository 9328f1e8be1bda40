// One attempt to tell a channel something: what a channel makes its requests of.
//
// Knows: what belongs to an attempt. Must not know: any channel's form.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "notify/channel.h"
#include "notify/channels/dispatch.h"
#include "notify/notice.h"

namespace jobtree::notify {

/// Nothing is copied: all of it must outlive the call.
struct Outgoing {
  const Channel& channel;
  const ChannelSecrets& secrets;
  const Content& content;
  Time at;  ///< of this attempt: signatures are good for an hour at most
  std::string_view public_url{};
};

/// In the order in which they are sent. There are as many at each attempt, in the same order, so
/// that a later one can begin with the first that was not delivered.
using Dispatches = std::vector<Dispatch>;

}  // namespace jobtree::notify

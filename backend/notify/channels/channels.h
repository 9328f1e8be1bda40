// All kinds of channels behind one face: what is sent for a message, and what came of it.
//
// Knows: which kind has which form. Must not know: any of the forms, how something is sent.
#pragma once

#include <optional>

#include "notify/channels/outgoing.h"

namespace jobtree::notify {

/// What to send, in this order. Each is one message to the other side, and takes one of its rate.
Result<Dispatches> dispatches_of(const Outgoing& outgoing);

/// What one of them came to.
Verdict judge(ChannelKind kind, const Response& response);

/// Why nothing could ever be sent by this channel: its URL, or a secret. For the start, so that
/// nobody learns it at the first failure.
std::optional<Failure> fault_of(const Channel& channel, const ChannelSecrets& secrets);

}  // namespace jobtree::notify

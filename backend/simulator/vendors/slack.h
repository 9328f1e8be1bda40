// An incoming webhook of Slack.
//
// Knows: the vendor's rules for messages, and the words it refuses one with. Must not know: how our
// own client speaks to it.
#pragma once

#include "simulator/vendors/receipt.h"

namespace jobtree::simulator::slack {

/// How many messages a robot takes.
Rates rates();

Receipt receive(const Incoming& incoming);

/// What it says when it has too much to do, whatever came.
Receipt busy();

}  // namespace jobtree::simulator::slack

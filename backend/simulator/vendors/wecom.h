// A robot of WeCom.
//
// Knows: the vendor's rules for kinds of messages and their sizes, and its codes. Must not know:
// how our own client speaks to it.
#pragma once

#include "simulator/vendors/receipt.h"

namespace jobtree::simulator::wecom {

/// How many messages a robot takes.
Rates rates();

Receipt receive(const Incoming& incoming);

/// What it says when it has too much to do, whatever came.
Receipt busy();

}  // namespace jobtree::simulator::wecom

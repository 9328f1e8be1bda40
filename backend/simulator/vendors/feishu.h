// A robot of Feishu, which is Lark elsewhere.
//
// Knows: the vendor's rules for signature, keyword, size, kinds of messages, and its codes. Must
// not know: how our own client speaks to it.
#pragma once

#include "simulator/vendors/receipt.h"

namespace jobtree::simulator::feishu {

/// How many messages a robot takes.
Rates rates();

Receipt receive(const Incoming& incoming);

/// What it says when it has too much to do, whatever came.
Receipt busy();

}  // namespace jobtree::simulator::feishu

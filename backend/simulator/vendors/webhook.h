// A receiver of webhooks, as a site writes one.
//
// Knows: Standard Webhooks, GitHub's form of a signature, CloudEvents. Must not know: how our own
// client speaks to it.
#pragma once

#include "simulator/vendors/receipt.h"

namespace jobtree::simulator::webhook {

Receipt receive(const Incoming& incoming);

/// What it says when it has too much to do, whatever came.
Receipt busy();

}  // namespace jobtree::simulator::webhook

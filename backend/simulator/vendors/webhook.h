// A receiver of webhooks, as a site writes one.
//
// Knows: Standard Webhooks, GitHub's form of a signature, CloudEvents. Must not know: how our own
// client speaks to it.
#pragma once

#include "simulator/vendors/receipt.h"

namespace jobtree::simulator::webhook {

Receipt receive(const Incoming& incoming);

}  // namespace jobtree::simulator::webhook

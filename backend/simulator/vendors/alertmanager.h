// An Alertmanager.
//
// Knows: its API for alerts, and what it takes for one. Must not know: how our own client speaks to
// it.
#pragma once

#include "simulator/vendors/receipt.h"

namespace jobtree::simulator::alertmanager {

Receipt receive(const Incoming& incoming);

/// What it says when it has too much to do, whatever came.
Receipt busy();

}  // namespace jobtree::simulator::alertmanager

// Which addresses count as one viewer.
//
// Knows: IP addresses. Must not know: what is counted.
#pragma once

#include <string>
#include <string_view>

namespace jobtree::gateway {

/// A key by which to count what a viewer does: an IPv4 address itself, and of IPv6 the network of
/// 64 bits, as anyone at home in one has all its addresses. Not for people to read.
std::string network_of(std::string_view address);

}  // namespace jobtree::gateway

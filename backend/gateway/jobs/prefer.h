// The one preference of a request that counts here: how long it would wait for a change.
//
// Knows: the grammar of Prefer (RFC 7240). Must not know: who waits, or for what.
#pragma once

#include <chrono>
#include <string_view>

namespace jobtree::gateway {

/// Nobody is held longer: proxies give up on a silent connection after a minute or so.
inline constexpr std::chrono::seconds kLongestWait{60};

/// Of a Prefer header, "wait=25" (RFC 7240, 4.3), at most kLongestWait; zero when there is none.
/// Other preferences do not count, nor does what is malformed; of several waits the first does.
std::chrono::seconds seconds_to_wait(std::string_view prefer);

}  // namespace jobtree::gateway

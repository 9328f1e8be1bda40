// How channels stand, as JSON for a page.
//
// Knows: the names of the members. Must not know: HTTP, where any of it comes from.
#pragma once

#include <span>
#include <string>

#include "notify/notifier.h"

namespace jobtree::notify {

/// {"configured": true, "channels": [{"name", "kind", "target", "language", "state", …}]}. Texts
/// for people are in the reader's language. No URL and no secret.
std::string json_of(std::span<const ChannelStatus> channels, Language reader);

/// {"delivered", "code", "meaning", "took_ms"}
std::string json_of(const Trial& trial, Language reader);

}  // namespace jobtree::notify

// The secret of a webhook, as Standard Webhooks writes one: whsec_ and base64.
//
// Knows: the form and its bounds. Must not know: what is signed with it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace jobtree::simulator {

inline constexpr std::string_view kWebhookSecretMark = "whsec_";

/// The 24 to 64 bytes of such a secret; nothing when it is none.
std::optional<std::string> webhook_key(std::string_view secret);

}  // namespace jobtree::simulator

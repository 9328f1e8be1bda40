// The token of a share link: how one is made, and by what it is known.
//
// Knows: its form, SHA-256. Must not know: which links there are. A token stands in addresses, so
// it is made of what needs no encoding there.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/protocol/digest.h"
#include "base/result.h"

namespace jobtree::gateway {

/// Whether a bearer token is meant to be one.
bool is_share_token(std::string_view token);

/// By what it is known: of 256 random bits nobody finds another with the same. Nothing for what is
/// not of the form.
std::optional<Digest> digest_of_share_token(std::string_view token);

/// A fresh one: "jts_" and 256 random bits in base64url. Fails when the machine has no randomness
/// to give.
Result<std::string> new_share_token();

}  // namespace jobtree::gateway

// HMAC-SHA256, as vendors' signatures are made of it.
//
// Knows: how a digest is written. Must not know: what is signed, nor how a client of ours signs:
// both are written from the vendors' rules and held against the same vectors, so that a mistake in
// one shows as a disagreement.
#pragma once

#include <string>
#include <string_view>

namespace jobtree::simulator {

/// Both are "" without a key, and when OpenSSL gives no digest.
std::string hmac_base64(std::string_view key, std::string_view text);
/// In lower-case hex digits.
std::string hmac_hex(std::string_view key, std::string_view text);

/// In a time that does not tell how much of them is the same. Never for "",
/// which is what a digest that failed is.
bool is_same_secret(std::string_view a, std::string_view b);

}  // namespace jobtree::simulator

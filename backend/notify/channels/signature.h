// HMAC-SHA256 as base64, as several vendors sign.
//
// Knows: the form. Must not know: what is signed, with whose key.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace jobtree::notify {

/// Fails on an empty key, and when the machine's OpenSSL gives no digest.
Result<std::string> signature(std::string_view key, std::string_view text);

}  // namespace jobtree::notify

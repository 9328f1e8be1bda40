#include "simulator/vendors/parts/mac.h"

#include <openssl/crypto.h>

#include "base/hex.h"
#include "base/protocol/base64.h"
#include "base/protocol/digest.h"

namespace jobtree::simulator {

std::string hmac_base64(std::string_view key, std::string_view text) {
  const auto mac = HmacSha256(key)(text);
  return mac ? to_base64(bytes_of(*mac)) : std::string();
}

std::string hmac_hex(std::string_view key, std::string_view text) {
  const auto mac = HmacSha256(key)(text);
  return mac ? to_hex(*mac) : std::string();
}

bool is_same_secret(std::string_view a, std::string_view b) {
  return !a.empty() && a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace jobtree::simulator

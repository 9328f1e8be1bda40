#include "simulator/vendors/parts/mac.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <array>

#include "base/hex.h"

namespace jobtree::simulator {
namespace {

using Mac = std::array<unsigned char, SHA256_DIGEST_LENGTH>;

Mac mac_of(std::string_view key, std::string_view text) {
  Mac mac{};
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac.data(), &size);
  return mac;
}

}  // namespace

std::string hmac_base64(std::string_view key, std::string_view text) {
  const Mac mac = mac_of(key, text);
  // Four characters for three bytes, and the end of a C text.
  std::array<unsigned char, 4 * ((SHA256_DIGEST_LENGTH + 2) / 3) + 1> encoded{};
  const int size = EVP_EncodeBlock(encoded.data(), mac.data(), SHA256_DIGEST_LENGTH);
  return {encoded.begin(), encoded.begin() + size};
}

std::string hmac_hex(std::string_view key, std::string_view text) {
  return to_hex(mac_of(key, text));
}

bool is_same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace jobtree::simulator

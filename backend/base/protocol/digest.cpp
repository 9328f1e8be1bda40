#include "base/protocol/digest.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <cstddef>
#include <string>

namespace jobtree {
namespace {

const unsigned char* unsigned_bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

Sha256::Sha256() : algorithm_(EVP_MD_fetch(nullptr, "SHA256", nullptr)) {}

void Sha256::Free::operator()(evp_md_st* algorithm) const {
  EVP_MD_free(algorithm);
}

std::optional<Digest> Sha256::operator()(std::string_view text) const {
  Digest digest;
  if (algorithm_ == nullptr || EVP_Digest(text.data(), text.size(), digest.data(), nullptr,
                                          algorithm_.get(), nullptr) != 1) {
    return std::nullopt;
  }
  return digest;
}

HmacSha256::HmacSha256(std::string_view key) {
  if (key.empty()) return;  // OpenSSL would take it for "keep the key there is"
  EVP_MAC* algorithm = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  keyed_.reset(EVP_MAC_CTX_new(algorithm));
  EVP_MAC_free(algorithm);  // the context holds on to it
  std::string digest = "SHA256";
  const std::array<OSSL_PARAM, 2> parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
      OSSL_PARAM_construct_end()};
  if (keyed_ != nullptr &&
      EVP_MAC_init(keyed_.get(), unsigned_bytes(key), key.size(), parameters.data()) != 1) {
    keyed_.reset();
  }
}

void HmacSha256::Free::operator()(evp_mac_ctx_st* context) const {
  EVP_MAC_CTX_free(context);
}

std::optional<Digest> HmacSha256::operator()(std::string_view text) const {
  const Lock lock(mutex_);
  Digest digest;
  std::size_t size = 0;
  // To begin without a key is to begin again with the one there is.
  if (keyed_ == nullptr || EVP_MAC_init(keyed_.get(), nullptr, 0, nullptr) != 1 ||
      EVP_MAC_update(keyed_.get(), unsigned_bytes(text), text.size()) != 1 ||
      EVP_MAC_final(keyed_.get(), digest.data(), &size, digest.size()) != 1) {
    return std::nullopt;
  }
  return digest;
}

}  // namespace jobtree

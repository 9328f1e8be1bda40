#include "gateway/sharing/share_token.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "base/protocol/base64.h"

namespace jobtree::gateway {
namespace {

constexpr std::string_view kShareToken = "jts_";
constexpr std::size_t kShareTokenBytes = 32;
constexpr std::size_t kShareTokenDigits = 43;  // of them in base64url

}  // namespace

bool is_share_token(std::string_view token) {
  return token.starts_with(kShareToken);
}

std::optional<Digest> digest_of_share_token(std::string_view token) {
  if (!is_share_token(token) || token.size() != kShareToken.size() + kShareTokenDigits) {
    return std::nullopt;
  }
  const bool is_whole = std::ranges::all_of(
      token.substr(kShareToken.size()), [](char c) { return is_alnum(c) || c == '-' || c == '_'; });
  if (!is_whole) return std::nullopt;
  static const Sha256 sha256;
  return sha256(token);
}

Result<std::string> new_share_token() {
  std::array<unsigned char, kShareTokenBytes> bytes{};
  if (RAND_bytes(bytes.data(), bytes.size()) != 1) {
    return Failure::system(bilingual({"this machine has no random bytes; no share link was created",
                                      "本机无法提供随机数，未创建分享链接"}));
  }
  std::string digits = to_base64({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  OPENSSL_cleanse(bytes.data(), bytes.size());
  std::ranges::replace(digits, '+', '-');
  std::ranges::replace(digits, '/', '_');
  digits.resize(kShareTokenDigits);  // without padding
  return std::string(kShareToken) + digits;
}

}  // namespace jobtree::gateway

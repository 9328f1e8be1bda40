#include "notify/channels/signature.h"

#include "base/protocol/base64.h"
#include "base/protocol/digest.h"

namespace jobtree::notify {

Result<std::string> signature(std::string_view key, std::string_view text) {
  const auto digest = HmacSha256(key)(text);
  if (!digest) {
    return Failure::system(
        {"the message cannot be signed: the secret is empty, or OpenSSL has no "
         "HMAC-SHA256",
         "无法为消息签名：密钥为空，或 OpenSSL 不支持 HMAC-SHA256"});
  }
  return to_base64(bytes_of(*digest));
}

}  // namespace jobtree::notify

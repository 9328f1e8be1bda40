#include "simulator/script/robots/webhook_secret.h"

#include <openssl/evp.h>

#include <algorithm>

#include "base/ascii.h"

namespace jobtree::simulator {
namespace {

constexpr std::size_t kLeastKey = 24;
constexpr std::size_t kMostKey = 64;
constexpr std::size_t kGroup = 4;  // characters of base64 that are three bytes

bool is_base64(std::string_view text, std::size_t padding) {
  return text.size() % kGroup == 0 && padding <= 2 &&
         std::ranges::all_of(text.substr(0, text.size() - padding),
                             [](char c) { return is_alnum(c) || c == '+' || c == '/'; });
}

}  // namespace

std::optional<std::string> webhook_key(std::string_view secret) {
  if (!secret.starts_with(kWebhookSecretMark)) return std::nullopt;
  const std::string_view text = secret.substr(kWebhookSecretMark.size());
  const std::size_t padding = text.size() - std::min(text.find_last_not_of('=') + 1, text.size());
  if (text.empty() || text.size() > 2 * kMostKey || !is_base64(text, padding)) return std::nullopt;
  std::string key(text.size() / kGroup * 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(key.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  // The library counts what the padding stands for.
  if (size < 0 || static_cast<std::size_t>(size) != key.size()) return std::nullopt;
  key.resize(key.size() - padding);
  if (key.size() < kLeastKey || key.size() > kMostKey) return std::nullopt;
  return key;
}

}  // namespace jobtree::simulator

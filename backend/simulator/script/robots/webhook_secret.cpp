#include "simulator/script/robots/webhook_secret.h"

#include "base/protocol/base64.h"

namespace jobtree::simulator {
namespace {

constexpr std::size_t kLeastKey = 24;
constexpr std::size_t kMostKey = 64;

}  // namespace

std::optional<std::string> webhook_key(std::string_view secret) {
  if (!secret.starts_with(kWebhookSecretMark)) return std::nullopt;
  std::optional<std::string> key = from_base64(secret.substr(kWebhookSecretMark.size()));
  const bool has_length = key && key->size() >= kLeastKey && key->size() <= kMostKey;
  return has_length ? key : std::nullopt;
}

}  // namespace jobtree::simulator

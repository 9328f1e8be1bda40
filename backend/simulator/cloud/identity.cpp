#include "simulator/cloud/identity.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <utility>

namespace jobtree::simulator {
namespace {

constexpr std::string_view kLooksReal =
    "this is a simulated cloud, and a key that looks real was sent to it. Use the simulator's own "
    "key, which begins with SIMULATED, and consider whether the other one has to be replaced.";

std::string_view prefix_of(Identity::TokenKind kind) {
  return kind == Identity::TokenKind::metadata ? "SIMULATED-METADATA-" : "SIMULATED-SUBJECT-";
}

bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

Identity::Identity(std::vector<Account> accounts, std::uint64_t seed, double speed,
                   std::chrono::seconds key_life)
    : speed_(speed),
      key_life_(at_speed(key_life, speed)),
      machine_(accounts.front()),
      permanent_(accounts.size()),
      random_(seed ^ 0x6d65746164617461) {
  const Lock lock(mutex_);
  for (Account& account : accounts) {
    keys_.push_back(account.key);
    known_.push_back({std::move(account), std::nullopt, KeyLock(speed)});
  }
}

Identity::Known* Identity::find(std::string_view access) {
  const auto found = std::ranges::find_if(
      known_, [access](const Known& known) { return known.account.key.access == access; });
  return found == known_.end() ? nullptr : &*found;
}

std::string Identity::token_refusal(const Known& known, const Request& request,
                                    const SignatureResult& checked, WallTime now) const {
  if (known.expires && now >= *known.expires) return "token expires";
  const std::string& token = known.account.security_token;
  if (token.empty()) return {};
  const auto sent = single_header(request, "x-security-token");
  if (!sent) return "x-security-token not found";
  if (!same_secret(*sent, token)) return "decrypt token fail";
  const bool is_signed =
      std::ranges::find(checked.signed_headers, "x-security-token") != checked.signed_headers.end();
  return is_signed ? std::string() : "x-security-token is not signed";
}

AuthResult Identity::authenticate(const Request& request, WallTime now, KeyLock::Time steady) {
  const Lock lock(mutex_);
  const SignatureResult checked = check_signature(request, keys_, now);
  AuthResult result;
  if (!checked.access.empty() && !checked.access.starts_with(kKeyMark)) {
    result.refusal = kLooksReal;
    return result;
  }
  result.access = checked.access;
  result.refusal = checked.reason;
  Known* known = find(checked.access);
  if (known == nullptr) return result;

  if (result.refusal.empty()) result.refusal = token_refusal(*known, request, checked, now);
  if (known->lock.is_locked(steady)) {
    result.refusal = "AK access failed to reach the limit,forbidden.";
  } else if (result.refusal.empty()) {
    known->lock.succeeded();
    result.account = known->account;
  } else {
    known->lock.failed(steady);
  }
  return result;
}

/// `prefix` and so many letters and digits nobody has had yet.
std::string Identity::fresh(std::string_view prefix, int digits) {
  constexpr std::string_view kDigits = "0123456789ABCDEFGHJKLMNPQRSTUVWX";
  std::string text(prefix);
  for (int i = 0; i < digits; ++i) {
    text += kDigits[random_.next() >> 59];
  }
  return text;
}

std::string Identity::token(TokenKind kind, std::int64_t seconds, WallTime now) {
  const Lock lock(mutex_);
  std::string token = fresh(prefix_of(kind), 32);
  tokens_.emplace(token, now + at_speed(std::chrono::seconds(seconds), speed_));
  tokens_by_age_.push_back(token);
  if (tokens_by_age_.size() > kMaxTemporary) {
    tokens_.erase(tokens_by_age_.front());
    tokens_by_age_.pop_front();
  }
  return token;
}

std::optional<TemporaryKey> Identity::temporary_key(TokenKind kind, std::string_view token,
                                                    WallTime now) {
  const Lock lock(mutex_);
  const auto found = tokens_.find(token);
  if (found == tokens_.end() || now >= found->second) return std::nullopt;
  if (!token.starts_with(prefix_of(kind))) return std::nullopt;
  return fresh_key(now);
}

TemporaryKey Identity::issue(WallTime now) {
  const Lock lock(mutex_);
  return fresh_key(now);
}

TemporaryKey Identity::fresh_key(WallTime now) {
  Account account{.key = {fresh(kKeyMark, 11), fresh("simulated-temporary-", 20)},
                  .project_id = machine_.project_id,
                  .domain_id = machine_.domain_id,
                  .security_token = fresh("simulated-token-", 48)};
  const WallTime expires = now + key_life_;
  keys_.push_back(account.key);
  known_.push_back({account, expires, KeyLock(speed_)});
  if (known_.size() > permanent_ + kMaxTemporary) {
    known_.erase(known_.begin() + static_cast<std::ptrdiff_t>(permanent_));
    keys_.erase(keys_.begin() + static_cast<std::ptrdiff_t>(permanent_));
  }
  return TemporaryKey{std::move(account), expires};
}

}  // namespace jobtree::simulator

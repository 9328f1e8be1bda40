// Who asks: the simulator's keys, permanent and temporary, and whether a request may pass.
//
// Knows: keys, tokens, how long each lives, the lock of a key. Must not know: HTTP, jobs, or what
// time it is. Thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "simulator/cloud/key_lock.h"
#include "simulator/cloud/signature_check.h"
#include "simulator/script/account.h"
#include "simulator/script/random.h"
#include "simulator/script/time.h"

namespace jobtree::simulator {

/// Whether a request may pass, and as whom.
struct AuthResult {
  std::optional<Account> account;  ///< whose request it is, when it may pass
  std::string access;   ///< the key it names, if that is one of a simulator; never another
  std::string refusal;  ///< what the gateway says when it may not
};

/// A key of the metadata service, or of another issuer.
struct TemporaryKey {
  Account account;
  WallTime expires;
};

class Identity {
 public:
  /// What the metadata service gave out is kept up to this number, oldest out first.
  static constexpr std::size_t kMaxTemporary = 1000;
  /// The longest life of a metadata token (the metadata service's own limit).
  static constexpr std::int64_t kMaxTokenSeconds = 21600;

  /// `key_life` and the lives of tokens are divided by `speed`. There is at least one account; the
  /// first is the machine's, whose metadata is asked for.
  Identity(std::vector<Account> accounts, std::uint64_t seed, double speed,
           std::chrono::seconds key_life);

  /// Judges a signed request at `now` by the simulator's clock; `steady` is for locks.
  AuthResult authenticate(const Request& request, WallTime now, KeyLock::Time steady);

  /// For which a key is given out: by the metadata service, or by IAM.
  enum class TokenKind { metadata, subject };
  std::string token(TokenKind kind, std::int64_t seconds, WallTime now);
  /// A new key for who shows a token of that kind that is valid at `now`; else nothing.
  std::optional<TemporaryKey> temporary_key(TokenKind kind, std::string_view token, WallTime now);
  /// A new key for who has proved otherwise who it is.
  TemporaryKey issue(WallTime now);

  /// The first account.
  const Account& machine() const { return machine_; }

 private:
  struct Known {
    Account account;
    std::optional<WallTime> expires;
    KeyLock lock;
  };

  Known* find(std::string_view access) JOBTREE_REQUIRES(mutex_);
  std::string token_refusal(const Known& known, const Request& request,
                            const SignatureResult& checked, WallTime now) const;
  TemporaryKey fresh_key(WallTime now) JOBTREE_REQUIRES(mutex_);
  std::string fresh(std::string_view prefix, int digits) JOBTREE_REQUIRES(mutex_);

  const double speed_;
  const Milliseconds key_life_;
  const Account machine_;
  const std::size_t permanent_;  ///< so many of `known_` come first and stay
  Mutex mutex_;
  Random random_ JOBTREE_GUARDED_BY(mutex_);
  std::deque<Known> known_ JOBTREE_GUARDED_BY(mutex_);
  std::vector<Key> keys_ JOBTREE_GUARDED_BY(mutex_);  ///< of `known_`, in its order
  /// Until when each is valid.
  std::map<std::string, WallTime, std::less<>> tokens_ JOBTREE_GUARDED_BY(mutex_);
  std::deque<std::string> tokens_by_age_ JOBTREE_GUARDED_BY(mutex_);
};

}  // namespace jobtree::simulator

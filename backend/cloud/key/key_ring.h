// The key that signs now, wherever it comes from and however it changes.
//
// Knows: when each source is looked at again, and what a change means for the circuit breaker. Must
// not know: which sources there are, what is signed. No key is no reason to end: the ring goes on
// looking, after 2, 4, 8, 16 and then every 32 seconds, and says what is missing. Thread-safe.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/result.h"
#include "cloud/key/circuit_breaker.h"
#include "cloud/key/credential_chain.h"
#include "cloud/key/credentials.h"
#include "cloud/key/signer.h"
#include "cloud/shared_limits.h"

namespace jobtree::cloud {

/// A key at work. Queries under way hold on to theirs while the ring moves on to the next.
struct KeyInUse {
  KeyInUse(Credentials with, std::shared_ptr<CircuitBreaker> its_breaker)
      : credentials(std::move(with)), signer(credentials.key), breaker(std::move(its_breaker)) {}

  const Credentials credentials;
  const Signer signer;
  const std::shared_ptr<CircuitBreaker> breaker;
};

class KeyRing {
 public:
  /// Looks for the first key, once; may block for the network. Fails on what the operator has to
  /// mend (half a pair, a profile that cannot be read) and on this machine's own trouble. A ring
  /// without a key is no failure; current() and missing() say what it lacks.
  static Result<std::unique_ptr<KeyRing>> open(const Environment& environment,
                                               const KeyOptions& options, const Clock& clock);
  /// The same with these sources. `project_id`: goes before what stands beside a key; "": nothing.
  static Result<std::unique_ptr<KeyRing>> open(CredentialChain sources, std::string project_id,
                                               const Clock& clock);
  /// A ring of this key alone.
  static std::unique_ptr<KeyRing> of(Credentials credentials, const Clock& clock);
  ~KeyRing();
  /// Other replicas use the same keys; before the first use. `limits` must outlive it.
  void share(SharedLimits& limits);
  KeyRing(const KeyRing&) = delete;
  KeyRing& operator=(const KeyRing&) = delete;

  struct Current {
    std::shared_ptr<KeyInUse> key;
    Bilingual notice;  ///< for the operator, once: what changed, or why a change was not taken
  };
  /// Never blocks. Fails when there is no key or a temporary one has ended, with a sentence for the
  /// operator that names every place; of kind usage when the operator has to do something, of kind
  /// unavailable when it may come by itself.
  Result<Current> current();
  /// The same for who signs nothing: null where current() fails, and notices stay for that.
  std::shared_ptr<const KeyInUse> peek();
  /// Why there is no key, in a sentence that is safe to show to anybody; nothing when there is one.
  std::optional<Failure> missing();

  /// Looks again where it is time to. May block for the network.
  void refresh();
  /// From now on a thread refreshes every second, until stop() or the end of the ring.
  void start();
  /// What blocks ends within a second, and nothing is looked for any more.
  void stop();

 private:
  KeyRing(CredentialChain sources, std::string project_id, Clock clock);

  /// Goes through all sources. Gives the failure that is no lack of a key but a mistake.
  std::optional<Failure> search() JOBTREE_REQUIRES(looking_);
  /// What an operator has set for sources behind the one that is used.
  void say_passed_over(const Bilingual& in_use) JOBTREE_REQUIRES(looking_);
  void adopt(Finding finding);
  void lack(Failure why, Failure shown);
  void take_over(Credentials credentials) JOBTREE_REQUIRES(mutex_);
  void share(CircuitBreaker& breaker, const Key& key) const JOBTREE_REQUIRES(mutex_);
  void say(const Bilingual& text) JOBTREE_REQUIRES(mutex_);
  bool has_ended() const JOBTREE_REQUIRES(mutex_);
  void keep_looking();

  const std::string project_id_;
  const Clock clock_;

  Mutex looking_;  ///< held while a source is looked at, which may take long
  const CredentialChain sources_;
  CredentialSource* used_ JOBTREE_GUARDED_BY(looking_) = nullptr;  ///< whose key is in use
  int searches_ JOBTREE_GUARDED_BY(looking_) = 0;                  ///< in a row without a key
  std::chrono::steady_clock::time_point next_search_ JOBTREE_GUARDED_BY(looking_);

  Mutex mutex_;  ///< held for a moment only; never before looking_
  SharedLimits* shared_ JOBTREE_GUARDED_BY(mutex_) = nullptr;
  std::shared_ptr<KeyInUse> key_ JOBTREE_GUARDED_BY(mutex_);
  std::optional<Failure> why_none_ JOBTREE_GUARDED_BY(mutex_);  ///< for the operator
  std::optional<Failure> shown_ JOBTREE_GUARDED_BY(mutex_);     ///< the same for anybody
  Bilingual notice_ JOBTREE_GUARDED_BY(mutex_);
  bool is_stopping_ JOBTREE_GUARDED_BY(mutex_) = false;
  Condition stopping_;
  std::thread thread_;
};

}  // namespace jobtree::cloud

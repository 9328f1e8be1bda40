// The key that is asked with now, wherever it comes from and however it changes.
//
// Knows: the order of places, when each is looked at again. Must not know: what is asked. A key
// from the environment stays; a profile file is taken over when it changes; a temporary key is
// renewed before it ends. Thread-safe.
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "cloud/key/circuit_breaker.h"
#include "cloud/key/credentials.h"
#include "cloud/key/signer.h"

namespace jobtree::cloud {

/// A key at work. Questions under way hold on to theirs while the ring moves on to the next.
struct KeyInUse {
  KeyInUse(Credentials with, std::shared_ptr<CircuitBreaker> its_guard)
      : credentials(std::move(with)), signer(credentials.key), guard(std::move(its_guard)) {}

  const Credentials credentials;
  const Signer signer;
  const std::shared_ptr<CircuitBreaker> guard;
};

struct KeyOptions {
  std::string profile_file{};  ///< "": where profile_place() says
  std::string project_id{};    ///< goes before what stands beside the key
  std::string metadata_url{};  ///< "": no instance metadata
};

class KeyRing {
 public:
  /// The first key of: environment, profile file, instance metadata. Fails when there is none, and
  /// at the first place that has half a one.
  static Result<std::unique_ptr<KeyRing>> open(const Environment& environment,
                                               const KeyOptions& options, const Clock& clock);
  /// A ring of this key alone.
  static std::unique_ptr<KeyRing> of(Credentials credentials, const Clock& clock);
  virtual ~KeyRing() = default;

  struct Current {
    std::shared_ptr<KeyInUse> key;
    std::string notice;  ///< for the operator, once: what changed, or why a change was not taken
  };
  /// The key to ask with. May look at a file or renew a temporary key, one caller at a time; fails
  /// only when a temporary key has ended and there is no other.
  virtual Result<Current> current() = 0;
  /// The same for who asks nothing: null where current() fails, and notices stay for that.
  virtual std::shared_ptr<const KeyInUse> look() = 0;
};

}  // namespace jobtree::cloud

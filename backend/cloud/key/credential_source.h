// A place where a key may be found, and may change.
//
// Knows: nothing of any place; each has a file of its own. Must not know: which places there are,
// and in which order they are looked at (credential_chain.h), or who uses the key.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "cloud/key/credentials.h"

namespace jobtree::cloud {

struct Finding {
  std::optional<Credentials> credentials{};
  Bilingual notice{};   ///< what the operator should know, with or without a key
  Bilingual absence{};  ///< without one: "there is no profile file …", a part of a sentence
};

/// Used by one thread at a time, but for stop().
class CredentialSource {
 public:
  virtual ~CredentialSource() = default;
  /// Looks for a key; may block for the network. A failure says that a key should be here, and ends
  /// the search: of kind usage what is here is wrong; of kind unavailable it may come later, and
  /// its sentence is shown to anybody, so no path and no name of a user stands in it.
  virtual Result<Finding> find() = 0;

  /// What the operator has set for this source, by its name; "" when nothing. It is told when the
  /// key of another source goes before.
  virtual std::string setting() const { return {}; }
  /// Whether the key that was found can ever change.
  virtual bool can_change() const { return true; }
  /// Once it has found a key: whether it is time to look for the next.
  virtual bool is_due() const { return false; }
  /// Looks for the next one; may block. Where there is none, the one before stays in use.
  virtual Finding renew() { return {}; }
  /// For the end of the program: what blocks ends within a second. From any thread.
  virtual void stop() {}
};

}  // namespace jobtree::cloud

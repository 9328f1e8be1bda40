// The tokens that open this server now: their file, read again when it changes.
//
// Knows: when to look, what counts until then, which tokens have ended. Must not know: HTTP,
// routes. A request never waits for a disk: it is judged by what was read last.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/file_watch.h"
#include "base/mutex.h"
#include "base/result.h"
#include "gateway/access/token_list.h"

namespace jobtree::gateway {

/// Thread-safe.
class Tokens {
 public:
  /// Fails when the file cannot be read, when anyone on the machine may write it, and when it holds
  /// no token.
  static Result<std::shared_ptr<Tokens>> open(const std::string& file, const Clock& clock);

  struct Found {
    std::shared_ptr<const Holder> holder;  ///< null: nobody's token, or one that has ended
    std::shared_ptr<const Holder> ended;   ///< whose it was when it is past its last day
  };
  Found find(std::string_view token) const;
  /// The token of this name, for what its holder left behind.
  Found named(std::string_view name) const;
  /// The same token's holder as the file has it now, for who was let in some time ago: null when
  /// the token was taken out or has ended. What it may see may have changed too.
  /// Costs next to nothing while the file stays as it is. `holder`: one that find() gave.
  Found find_again(const std::shared_ptr<const Holder>& holder) const;

  /// Looks at the file, once a second at most, and takes over what has changed: it may block. A
  /// file that is broken or gone changes nothing; one without any token left shuts the door. Gives
  /// what the operator should know, once: what changed, or why a change was not taken over.
  std::string look() JOBTREE_EXCLUDES(look_mutex_, mutex_);

 private:
  Tokens(const std::string& file, const Clock& clock, TokenList list, FileWatch watch);
  std::shared_ptr<const TokenList> list() const JOBTREE_EXCLUDES(mutex_);
  Found judged(const Holder* holder, std::shared_ptr<const TokenList> list) const;

  const std::string file_;
  const Clock clock_;
  Mutex look_mutex_;  ///< held while the file is read
  FileWatch watch_ JOBTREE_GUARDED_BY(look_mutex_);
  mutable Mutex mutex_;
  std::shared_ptr<const TokenList> list_ JOBTREE_GUARDED_BY(mutex_);
};

}  // namespace jobtree::gateway

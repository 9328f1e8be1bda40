// The tokens that open this server now: their file, read again when it changes.
//
// Knows: when to look, what counts until then, which tokens have ended. Must not know: HTTP,
// routes.
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
    std::string notice;  ///< for the operator, once: what changed, or why a change was not taken
  };
  /// Looks at the file first when it is time to, once a second at most. A file that is broken or
  /// gone changes nothing; one without any token left shuts the door.
  Found find(std::string_view token);
  /// The same token's holder as the file has it now, for who was let in some time ago: null when
  /// the token was taken out or has ended. What it may see may have changed too.
  /// Costs next to nothing while the file stays as it is. `holder`: one that find() gave.
  Found find_again(const std::shared_ptr<const Holder>& holder);

 private:
  Tokens(const std::string& file, const Clock& clock, TokenList list, FileWatch watch);
  std::string look() JOBTREE_REQUIRES(mutex_);
  /// The list to go by now, and a notice.
  std::shared_ptr<const TokenList> list_now(std::string& notice);
  Found judged(const Holder* holder, std::shared_ptr<const TokenList> list,
               std::string notice) const;

  const std::string file_;
  const Clock clock_;
  Mutex mutex_;
  FileWatch watch_ JOBTREE_GUARDED_BY(mutex_);
  std::shared_ptr<const TokenList> list_ JOBTREE_GUARDED_BY(mutex_);
};

}  // namespace jobtree::gateway

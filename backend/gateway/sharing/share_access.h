// What the token of a share link opens: what was shared, for as long as the link lives and who made
// it could still make it.
//
// The invariant: a link never shows more than who made it may see now. That is a token of the same
// name, which has not ended and may share. What was made while no tokens were in use shows nothing
// once they are, and the other way round: nobody stands for it then.
//
// Knows: links, tokens by their names, the limit for guessing. Must not know: routes, what a job
// looks like. Thread-safe; never blocks.
#pragma once

#include <memory>
#include <string_view>

#include "gateway/access/authenticator.h"
#include "gateway/access/miss_limiter.h"
#include "gateway/jobs/own_ids.h"
#include "gateway/sharing/share_book.h"

namespace jobtree::gateway {

enum class ShareState { live, expired, revoked, orphaned };

class ShareAccess final : public ShareTokens {
 public:
  /// Whom it asks; all must outlive it.
  struct Neighbours {
    ShareBook& book;
    const Tokens* tokens;  ///< null: none are in use
    const OwnIds& own_ids;
    MissLimiter& misses;
  };
  explicit ShareAccess(Neighbours neighbours) : with_(neighbours) {}

  bool is_one(std::string_view token) const override;
  Verdict judge(std::string_view token, std::string_view viewer) override;
  std::shared_ptr<const Holder> find_again(const std::shared_ptr<const Holder>& holder) override;
  Denial gone(const Holder& holder) override;

  /// The link of a token that stands in an address. Null: unknown, which counts as a miss of this
  /// viewer.
  ShareBook::Entry find(std::string_view token, std::string_view viewer);
  /// The same, which counts nothing.
  ShareBook::Entry known(std::string_view token) const;
  /// Whether this viewer has tried too many unknown ones.
  bool is_too_many(std::string_view viewer);

  /// What a link shows now; nobody where it shows nothing.
  struct Shown {
    ShareState state;
    std::shared_ptr<const Holder> holder;
  };
  Shown shown(const store::Share& share) const;

 private:
  std::shared_ptr<const Holder> creator_of(const store::Share& share) const;

  const Neighbours with_;
};

}  // namespace jobtree::gateway

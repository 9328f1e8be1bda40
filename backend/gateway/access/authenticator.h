// Whether a request brings a token that opens this server, and what to say when it does not.
//
// Knows: tokens, the challenges of RFC 6750, that share links have tokens of their own. Must not
// know: routes, what a token may see, what is shared.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "gateway/access/bearer.h"
#include "gateway/access/request_log.h"
#include "gateway/access/tokens.h"
#include "gateway/problem.h"

namespace jobtree::gateway {

/// Why nobody was let in.
struct Denial {
  Problem problem;
  std::string challenge;  ///< for WWW-Authenticate; "" where another token would not help
  std::string outcome;    ///< for the audit line
};

struct Verdict {
  std::shared_ptr<const Holder> holder;  ///< null: see `denial`
  Denial denial;
};

/// The tokens of share links. Thread-safe; never blocks.
class ShareTokens {
 public:
  virtual ~ShareTokens() = default;
  /// Whether it looks like one.
  virtual bool is_one(std::string_view token) const = 0;
  virtual Verdict judge(std::string_view token, std::string_view viewer) = 0;
  /// See Authenticator. `holder`: one that judge() gave.
  virtual std::shared_ptr<const Holder> find_again(const std::shared_ptr<const Holder>& holder) = 0;
  virtual Denial gone(const Holder& holder) = 0;
};

/// Thread-safe.
class Authenticator {
 public:
  /// `tokens` may be null: then everybody may ask, and nobody is asked for a token. `shares` may be
  /// null too, and is not used before a request comes. It and `log` must outlive it.
  Authenticator(std::shared_ptr<Tokens> tokens, RequestLog& log, ShareTokens* shares = nullptr);

  bool wants_tokens() const { return tokens_ != nullptr; }
  /// Whether what a request brings counts: of a share link it does also where nobody needs a token,
  /// for it shows no more than the link does.
  bool wants(const Presented& presented) const;
  /// Whether anybody may lose a token while the server runs.
  bool has_tokens() const { return tokens_ != nullptr || shares_ != nullptr; }

  /// Of what a request brings, and where it would have. Only where that is wanted.
  Verdict judge(const Presented& presented, std::string_view viewer) const;

  /// The holder of the same token as it is now; null when it was taken out or has ended since.
  std::shared_ptr<const Holder> find_again(const std::shared_ptr<const Holder>& holder) const;
  /// Takes over what has changed in the tokens file, and tells the operator. It may block.
  void look();
  /// What to tell who was let in with this, and may be so no more.
  Denial gone(const Holder& holder) const;

 private:
  const std::shared_ptr<Tokens> tokens_;
  RequestLog& log_;
  ShareTokens* const shares_;
};

}  // namespace jobtree::gateway

// Whether a request brings a token that opens this server, and what to say when it does not.
//
// Knows: tokens, the challenges of RFC 6750. Must not know: routes, what a token may see.
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
  std::string challenge;  ///< for WWW-Authenticate
  std::string outcome;    ///< for the audit line
};

/// Thread-safe.
class Authenticator {
 public:
  /// `tokens` may be null: then everybody may ask, and nobody is asked for a token. `log` must
  /// outlive it.
  Authenticator(std::shared_ptr<Tokens> tokens, RequestLog& log);

  bool wants_tokens() const { return tokens_ != nullptr; }

  struct Verdict {
    std::shared_ptr<const Holder> holder;  ///< null: see `denial`
    Denial denial;
  };
  /// Of what a request brings, and where it would have. Only where tokens are wanted.
  Verdict judge(const Presented& presented) const;

  /// The holder of the same token as it is now; null when it was taken out or has ended since.
  std::shared_ptr<const Holder> find_again(const std::shared_ptr<const Holder>& holder) const;
  /// Takes over what has changed in the tokens file, and tells the operator. It may block. Only
  /// where tokens are wanted.
  void look();
  /// What to tell who was let in, and may be so no more.
  static Denial gone();

 private:
  const std::shared_ptr<Tokens> tokens_;
  RequestLog& log_;
};

}  // namespace jobtree::gateway

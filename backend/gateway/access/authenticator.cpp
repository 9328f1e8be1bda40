#include "gateway/access/authenticator.h"

#include <utility>

namespace jobtree::gateway {
namespace {

// An SDK writes its signature where a token would be.
constexpr std::string_view kSecurityToken =
    "Give the SDK an access token of this server as its security token.";
constexpr const char* kInvalidToken = "Bearer error=\"invalid_token\"";

Denial bad_token() {
  return {problem_of(problems::kBadToken), kInvalidToken, "bad_token"};
}

}  // namespace

Authenticator::Authenticator(std::shared_ptr<Tokens> tokens, RequestLog& log, ShareTokens* shares)
    : tokens_(std::move(tokens)), log_(log), shares_(shares) {}

bool Authenticator::wants(const Presented& presented) const {
  return wants_tokens() ||
         (shares_ != nullptr && presented.token && shares_->is_one(*presented.token));
}

Verdict Authenticator::judge(const Presented& presented, std::string_view viewer) const {
  if (shares_ != nullptr && presented.token && shares_->is_one(*presented.token)) {
    return shares_->judge(*presented.token, viewer);
  }
  if (!presented.token) {
    const std::string_view how = presented.by_sdk ? kSecurityToken : std::string_view();
    return {nullptr, {problem_of(problems::kNoToken, how), "Bearer", "no_token"}};
  }
  Tokens::Found found = tokens_->find(*presented.token);
  if (found.holder) return {std::move(found.holder), {}};
  if (!found.ended) return {nullptr, bad_token()};
  const std::string detail = "This token expired after " + day_text(*found.ended->last_day) +
                             "; your administrator can create another.";
  return {nullptr, {problem_of(problems::kBadToken, detail), kInvalidToken, "expired_token"}};
}

std::shared_ptr<const Holder> Authenticator::find_again(
    const std::shared_ptr<const Holder>& holder) const {
  return holder->shared ? shares_->find_again(holder) : tokens_->find_again(holder).holder;
}

void Authenticator::look() {
  if (tokens_) log_.notice(tokens_->look());
}

Denial Authenticator::gone(const Holder& holder) const {
  return holder.shared ? shares_->gone(holder) : bad_token();
}

}  // namespace jobtree::gateway

#include "gateway/access/authenticator.h"

#include <utility>

namespace jobtree::gateway {
namespace {

// An SDK writes its signature where a token would be.
constexpr std::string_view kSecurityToken =
    "Give the SDK an access token of this server as its security token.";
constexpr const char* kInvalidToken = "Bearer error=\"invalid_token\"";

}  // namespace

Authenticator::Authenticator(std::shared_ptr<Tokens> tokens, RequestLog& log)
    : tokens_(std::move(tokens)), log_(log) {}

Authenticator::Verdict Authenticator::judge(const Presented& presented) const {
  if (!presented.token) {
    const std::string_view how = presented.by_sdk ? kSecurityToken : std::string_view();
    return {nullptr, {problem_of(problems::kNoToken, how), "Bearer", "no_token"}};
  }
  Tokens::Found found = tokens_->find(*presented.token);
  if (found.holder) return {std::move(found.holder), {}};
  if (!found.ended) return {nullptr, gone()};
  const std::string detail = "This token expired after " + day_text(*found.ended->last_day) +
                             "; your administrator can create another.";
  return {nullptr, {problem_of(problems::kBadToken, detail), kInvalidToken, "expired_token"}};
}

std::shared_ptr<const Holder> Authenticator::find_again(
    const std::shared_ptr<const Holder>& holder) const {
  return tokens_->find_again(holder).holder;
}

void Authenticator::look() {
  log_.notice(tokens_->look());
}

Denial Authenticator::gone() {
  return {problem_of(problems::kBadToken), kInvalidToken, "bad_token"};
}

}  // namespace jobtree::gateway

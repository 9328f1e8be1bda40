#include "gateway/access/authenticator.h"

#include <utility>

#include "gateway/access/bearer.h"

namespace jobtree::gateway {
namespace {

constexpr const char* kInvalidToken = "Bearer error=\"invalid_token\"";

}  // namespace

Authenticator::Authenticator(std::shared_ptr<Tokens> tokens, RequestLog& log)
    : tokens_(std::move(tokens)), log_(log) {}

Authenticator::Verdict Authenticator::judge(std::string_view authorization) const {
  const auto bearer = bearer_of(authorization);
  if (!bearer) return {nullptr, {problem_of(problems::kNoToken), "Bearer", "no_token"}};
  Tokens::Found found = tokens_->find(*bearer);
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

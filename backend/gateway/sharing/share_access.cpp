#include "gateway/sharing/share_access.h"

#include <chrono>
#include <string>
#include <utility>

#include "gateway/memory/sight.h"
#include "gateway/sharing/share_token.h"

namespace jobtree::gateway {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::seconds kReadAgain{1};

/// The holder of a link's token, and of whom it is.
struct ShareHolder : Holder {
  std::shared_ptr<const Holder> creator{};  ///< null where no tokens are in use
};

/// As who made it, but for the rights and names that are not passed on.
std::shared_ptr<const Holder> holder_of(const store::Share& share,
                                        std::shared_ptr<const Holder> creator) {
  auto holder = std::make_shared<ShareHolder>();
  // No name of a tokens file has such a sign.
  holder->name = "share:" + std::to_string(share.id);
  holder->projects = creator ? creator->projects : std::vector<std::string>{"*"};
  if (share.thing.job) {
    holder->services = {share.thing.job->service()};
  } else if (creator) {
    holder->services = creator->services;
  }
  holder->shared = std::make_shared<const SharedView>(
      SharedView{.share = share.id, .job = share.thing.job, .board = share.thing.board});
  holder->creator = std::move(creator);
  return holder;
}

std::string_view why_ended(ShareState state) {
  switch (state) {
    case ShareState::expired:
      return "This share link has expired.";
    case ShareState::revoked:
      return "This share link was revoked.";
    case ShareState::orphaned:
      return "The access token that created this share link can no longer share this.";
    case ShareState::live:
      break;
  }
  return "";
}

Denial ended_share(ShareState state) {
  return {problem_of(problems::kShareEnded, why_ended(state)), "", "ended_share"};
}

Denial unknown_token() {
  return {problem_of(problems::kBadToken, "Unknown share link."), "Bearer error=\"invalid_token\"",
          "bad_token"};
}

}  // namespace

bool ShareAccess::is_one(std::string_view token) const {
  return is_share_token(token);
}

bool ShareAccess::is_too_many(std::string_view viewer) {
  return with_.misses.pause("", viewer, SteadyClock::now()).has_value();
}

ShareBook::Entry ShareAccess::known(std::string_view token) const {
  const auto digest = digest_of_share_token(token);
  return digest ? with_.book.find(*digest) : nullptr;
}

ShareBook::Entry ShareAccess::find(std::string_view token, std::string_view viewer) {
  ShareBook::Entry share = known(token);
  // Who has to wait already pays no more: a page with an old badge is no attack.
  const bool counts = !share && with_.book.is_read() && !is_too_many(viewer);
  if (counts) with_.misses.spend("", viewer, SteadyClock::now());
  return share;
}

Verdict ShareAccess::judge(std::string_view token, std::string_view viewer) {
  const auto pause = with_.misses.pause("", viewer, SteadyClock::now());
  const ShareBook::Entry share = find(token, viewer);
  if (!share && pause) {
    Problem problem = problem_of(problems::kTooManyUnknown);
    problem.retry_after = pause;
    return {nullptr, {problem, "", "too_many_unknown"}};
  }
  if (!share && !with_.book.is_read()) {
    Problem problem = problem_of(problems::kNoMemory);
    problem.retry_after = kReadAgain;
    return {nullptr, {problem, "", "failed"}};
  }
  if (!share) return {nullptr, unknown_token()};
  Shown now = shown(*share);
  if (!now.holder) return {nullptr, ended_share(now.state)};
  with_.book.used(*share);
  return {std::move(now.holder), {}};
}

std::shared_ptr<const Holder> ShareAccess::creator_of(const store::Share& share) const {
  if (with_.tokens == nullptr || share.created_by.empty()) return nullptr;
  auto holder = with_.tokens->named(share.created_by).holder;
  return holder && holder->can_share ? std::move(holder) : nullptr;
}

ShareAccess::Shown ShareAccess::shown(const store::Share& share) const {
  if (share.revoked_at) return {ShareState::revoked, nullptr};
  if (!share.is_live(with_.book.now())) return {ShareState::expired, nullptr};
  auto creator = creator_of(share);
  const bool is_free = with_.tokens == nullptr && share.created_by.empty();
  const bool sees_it =
      is_free ||
      (creator && (!share.thing.job || may_see(creator.get(), with_.own_ids, *share.thing.job)));
  if (!sees_it) return {ShareState::orphaned, nullptr};
  return {ShareState::live, holder_of(share, std::move(creator))};
}

std::shared_ptr<const Holder> ShareAccess::find_again(const std::shared_ptr<const Holder>& holder) {
  const ShareBook::Entry share = with_.book.find(holder->shared->share);
  if (!share) return nullptr;
  Shown now = shown(*share);
  if (!now.holder) return nullptr;
  // The same one, where it is of the same list of tokens still: who waits compares.
  const auto creator_in = [](const Holder& of) -> const std::shared_ptr<const Holder>& {
    return static_cast<const ShareHolder&>(of).creator;
  };
  if (creator_in(*now.holder) == creator_in(*holder)) return holder;
  return std::move(now.holder);
}

Denial ShareAccess::gone(const Holder& holder) {
  const ShareBook::Entry share = with_.book.find(holder.shared->share);
  return share ? ended_share(shown(*share).state) : unknown_token();
}

}  // namespace jobtree::gateway

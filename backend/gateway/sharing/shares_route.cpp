#include "gateway/sharing/shares_route.h"

#include <algorithm>
#include <charconv>
#include <utility>
#include <variant>
#include <vector>

#include "gateway/memory/responses.h"
#include "gateway/memory/sight.h"
#include "gateway/memory/write_right.h"
#include "gateway/routing/wrong_address.h"
#include "gateway/sharing/share_json.h"
#include "gateway/sharing/share_order.h"
#include "gateway/sharing/share_token.h"
#include "store/record_json.h"

namespace jobtree::gateway {
namespace {

using Json = nlohmann::ordered_json;

constexpr RefusedWrite kRefusedShare{
    .right = &Holder::can_share,
    .to_token = problems::kNoRightToShare.detail,
    .to_visitor =
        "Without access tokens only viewers on the server's own machine can create share links."};
constexpr std::size_t kMostListed = 1000;

bool sees_all(const Holder& token) {
  return token.services.empty() && std::ranges::find(token.projects, "*") != token.projects.end();
}

RouteResponse never_stored(RouteResponse answer) {
  answer.response.headers.erase("Cache-Control");
  answer.response.set_header("Cache-Control", "no-store");
  return answer;
}

}  // namespace

/// Who makes, lists or revokes.
struct SharesRoute::Sharer {
  std::shared_ptr<const Holder> token;  ///< null when no tokens are in use
  std::string peer;

  std::string name() const { return token ? token->name : ""; }
};

std::shared_ptr<const SharesRoute::Sharer> SharesRoute::sharer_of(
    const RoutedRequest& request) const {
  return std::make_shared<const Sharer>(Sharer{request.token, request.facts.viewer});
}

std::optional<RouteResponse> SharesRoute::create(RoutedRequest& request) {
  if (auto refused = refused_writer(request, kRefusedShare, with_.log)) return refused;
  auto read = share_order_of(request.exchange.request.body);
  if (const auto* const wrong = std::get_if<WrongParameter>(&read)) {
    return refusal(problems::kBadParameter, wrong->detail);
  }
  auto order = std::move(std::get<store::NewShare>(read));
  const auto sharer = sharer_of(request);
  order.created_by = sharer->name();
  if (order.thing.job) {
    const cloud::JobAddress& named = *order.thing.job;
    const auto found = address_of(with_.catalogue, named.region(), named.service(),
                                  named.project_id(), named.job_id());
    if (const auto* const wrong = std::get_if<cloud::WrongPart>(&found)) {
      return refusal_of(*wrong, with_.catalogue, named.service());
    }
    order.thing.job = std::get<cloud::JobAddress>(found);
    if (!may_see(sharer->token.get(), with_.own_ids, *order.thing.job)) {
      return told(*sharer, refusal(problems::kNoJobToSee), "not_allowed");
    }
  }
  if (with_.archive.state().kind == store::ArchiveState::Kind::off) {
    return refusal(problems::kNoMemory, "This server remembers nothing, as its operator wants.");
  }
  request.make_later = [this, sharer, order = std::move(order)] { return made(*sharer, order); };
  return std::nullopt;
}

Later SharesRoute::made(const Sharer& sharer, const store::NewShare& order) {
  return with_.reads.run([&]() -> Later {
    const auto token = new_share_token();
    const auto digest = token ? digest_of_share_token(token.value()) : std::nullopt;
    if (!digest) return refusal(problems::kInternal);
    store::NewShare share = order;
    share.digest = *digest;
    const auto created = with_.book.create(share);
    if (!created) return refusal_of(created.failure());
    if (!created.value()) {
      return refusal(problems::kBusy, "This server has as many share links as it can.");
    }
    return told(
        sharer,
        never_stored(json_response(
            201, store::text_of(created_json(*created.value(), token.value(), with_.public_url)))),
        "shared", &*created.value());
  });
}

std::optional<RouteResponse> SharesRoute::list(RoutedRequest& request) {
  if (!request.token) {
    if (auto refused = refused_writer(request, kRefusedShare, with_.log)) return refused;
  }
  if (!request.query.empty()) {
    return refusal(problems::kBadParameter, "This address takes no parameters.");
  }
  request.make_later = [this, sharer = sharer_of(request)] { return listed(*sharer); };
  return std::nullopt;
}

Later SharesRoute::listed(const Sharer& sharer) const {
  return with_.reads.run([&]() -> Later {
    auto shares = std::vector<store::Share>();
    if (with_.archive.state().kind != store::ArchiveState::Kind::off) {
      auto all = with_.archive.shares().all();
      if (!all) return refusal_of(all.failure());
      shares = std::move(all.value());
    }
    std::erase_if(shares, [&](const store::Share& share) { return !is_for(sharer, share); });
    const store::Time now = with_.book.now();
    // Those that can still be used are never the ones for which there is no room. (clang 14 cannot
    // do it with a range of libstdc++ 12.)
    std::stable_partition(shares.begin(), shares.end(),
                          [now](const store::Share& share) { return share.is_live(now); });
    const std::size_t count = std::min(shares.size(), kMostListed);
    Json list = Json::array();
    for (std::size_t i = 0; i < count; ++i)
      list.push_back(listed_json(shares[i], now));
    return never_stored(json_response(
        200, store::text_of({{"shares", std::move(list)}, {"left_out", shares.size() - count}})));
  });
}

bool SharesRoute::is_for(const Sharer& sharer, const store::Share& share) const {
  const Holder* const token = sharer.token.get();
  if (token == nullptr) return true;
  if (!share.created_by.empty() && share.created_by == token->name) return true;
  if (!token->can_share) return false;
  // What another's board shows is cut to what that one may see, which nobody else can tell.
  return share.thing.job ? may_see(token, with_.own_ids, *share.thing.job) : sees_all(*token);
}

std::optional<RouteResponse> SharesRoute::revoke(RoutedRequest& request) {
  if (!request.token) {
    if (auto refused = refused_writer(request, kRefusedShare, with_.log)) return refused;
  }
  const std::string_view text = request.captures["id"];
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc() || end != text.data() + text.size() || id <= 0) {
    return refusal(problems::kNotFound);
  }
  request.make_later = [this, sharer = sharer_of(request), id] { return revoked(*sharer, id); };
  return std::nullopt;
}

Later SharesRoute::revoked(const Sharer& sharer, std::int64_t id) {
  return with_.reads.run([&]() -> Later {
    // As another replica may have made it a moment ago.
    with_.book.look();
    const ShareBook::Entry share = with_.book.find(id);
    if (!share && !with_.book.is_read()) return refusal(problems::kNoMemory);
    // Whether there is one that is not theirs nobody is told.
    if (!share || !is_for(sharer, *share)) {
      return refusal(problems::kNotFound, "There is no such share link.");
    }
    const bool was_live = !share->revoked_at;
    const auto done = with_.book.revoke(id);
    if (!done) return refusal_of(done.failure());
    RouteResponse answer;
    answer.response.status = 204;
    answer.response.set_header("Cache-Control", "no-store");
    if (!was_live) return answer;
    return told(sharer, std::move(answer), "unshared", &*share);
  });
}

std::optional<RouteResponse> SharesRoute::show(RoutedRequest& request) {
  const ShareBook::Entry share = request.token && request.token->shared
                                     ? with_.book.find(request.token->shared->share)
                                     : nullptr;
  if (!share) {
    return refusal(problems::kNoToken,
                   "Send the token of a share link: Authorization: Bearer TOKEN.");
  }
  return never_stored(json_response(200, store::text_of(shown_json(*share))));
}

RouteResponse SharesRoute::told(const Sharer& sharer, RouteResponse answer,
                                std::string_view outcome, const store::Share* share) const {
  Decision decision;
  decision.request_id = answer.request_id;
  decision.viewer = sharer.peer;
  decision.token = sharer.name();
  decision.outcome = outcome;
  if (share != nullptr) {
    decision.share = std::to_string(share->id);
    if (share->thing.job) decision.address = *share->thing.job;
    with_.log.audit_write(decision);
  } else {
    with_.log.audit(decision);
  }
  return answer;
}

}  // namespace jobtree::gateway

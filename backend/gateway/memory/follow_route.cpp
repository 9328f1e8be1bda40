#include "gateway/memory/follow_route.h"

#include <string>
#include <utility>
#include <variant>

#include "gateway/memory/follow_order.h"
#include "gateway/memory/responses.h"
#include "gateway/memory/sight.h"
#include "gateway/memory/write_right.h"
#include "gateway/routing/wrong_address.h"
#include "store/record_json.h"

namespace jobtree::gateway {
namespace {

using cloud::JobAddress;
using SteadyClock = std::chrono::steady_clock;

// Until an id that is not known by then is left as it was written.
constexpr std::chrono::seconds kLongestLookUp{5};
constexpr RefusedWrite kRefusedFollow{
    .to_token = "",
    .to_visitor =
        "Without access tokens only viewers on the server's own machine can have jobs followed."};

}  // namespace

/// What somebody ordered, until it is told what became of it.
struct FollowRoute::Order {
  store::Marking marking;
  std::shared_ptr<const Holder> token;  ///< null when no tokens are in use
  std::string peer;
  SteadyClock::time_point until;
};

std::optional<RouteResponse> FollowRoute::handle(RoutedRequest& request) {
  if (auto refused = refused_writer(request, kRefusedFollow, with_.log)) return refused;
  auto read = follow_order_of(request.exchange.request.body);
  if (const auto* const wrong = std::get_if<WrongParameter>(&read)) {
    return refusal(problems::kBadParameter, wrong->detail);
  }
  const auto order =
      std::make_shared<Order>(Order{std::move(std::get<store::Marking>(read)), request.token,
                                    request.facts.viewer, SteadyClock::now() + kLongestLookUp});
  JobAddress& address = order->marking.address;
  const auto found = address_of(with_.catalogue, address.region(), address.service(),
                                address.project_id(), address.job_id());
  if (const auto* const wrong = std::get_if<cloud::WrongPart>(&found)) {
    return refusal_of(*wrong, with_.catalogue, address.service());
  }
  address = std::get<JobAddress>(found);
  if (!may_see(order->token.get(), with_.own_ids, address)) {
    return told(*order, refusal(problems::kNoJobToSee), "not_allowed");
  }
  if (with_.archive.state().kind == store::ArchiveState::Kind::off) {
    return refusal(problems::kNoMemory, "This server remembers nothing, as its operator wants.");
  }
  if (*order->marking.follow && with_.follower.size() >= Follower::kMost) {
    return refusal(problems::kBusy, "This server follows as many jobs as it can.");
  }
  request.make_later = [this, order] { return carry_out(*order); };
  return std::nullopt;
}

Later FollowRoute::carry_out(Order& order) {
  return with_.reads.run([&]() -> Later {
    // Under the id it will be seen with, so that it is one job.
    if (const auto again = learns_id(order)) return *again;
    order.marking.address = with_.own_ids.by_id(order.marking.address);
    const auto before = with_.archive.job(order.marking.address);
    if (!before) return told(order, refusal_of(before.failure()), "failed");
    const auto now =
        std::chrono::time_point_cast<store::Time::duration>(std::chrono::system_clock::now());
    const auto stored = with_.archive.set_marks(order.marking, now);
    if (!stored) return told(order, refusal_of(stored.failure()), "failed");
    if (*order.marking.follow) {
      with_.follower.follow(order.marking.address);
    } else {
      with_.follower.unfollow(order.marking.address);
    }
    return told(order, done(order, !before.value()),
                *order.marking.follow ? "followed" : "unfollowed");
  });
}

std::optional<SteadyClock::time_point> FollowRoute::learns_id(const Order& order) {
  const JobAddress& address = order.marking.address;
  const cloud::Service& service = *with_.catalogue.find_service(address.service());
  const bool is_open = address.project_id() == "-" && service.pattern.has_owner();
  if (!is_open || !with_.source.known_own_id(service.owner, address.region()).empty()) {
    return std::nullopt;
  }
  const cloud::JobReply reply = with_.source.own_id(service.owner, address.region());
  for (const Bilingual& notice : reply.notices) {
    with_.log.notice(notice.en);
  }
  if (reply.outcome != cloud::Outcome::deferred || reply.not_before >= order.until) {
    return std::nullopt;
  }
  return reply.not_before;
}

RouteResponse FollowRoute::done(const Order& order, bool is_new) {
  const auto record = with_.archive.job(order.marking.address);
  if (!record) return refusal_of(record.failure());
  if (!record.value()) return refusal(problems::kInternal);
  return json_response(is_new ? 201 : 200, store::text_of(store::json_of(
                                               *record.value(), people_for(order.token.get()))));
}

RouteResponse FollowRoute::told(const Order& order, RouteResponse answer,
                                std::string_view outcome) const {
  Decision decision;
  decision.request_id = answer.request_id;
  decision.viewer = order.peer;
  decision.token = order.token ? order.token->name : "";
  decision.address = order.marking.address;
  decision.outcome = outcome;
  if (answer.response.status < 300) {
    with_.log.audit_write(decision);
  } else {
    with_.log.audit(decision);
  }
  return answer;
}

}  // namespace jobtree::gateway

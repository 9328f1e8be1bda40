#include "gateway/site/job_route.h"

#include <chrono>
#include <string>
#include <utility>
#include <variant>

#include "gateway/access/security_headers.h"
#include "gateway/jobs/prefer.h"
#include "gateway/routing/wrong_address.h"
#include "gateway/sdk/sdk_error.h"

namespace jobtree::gateway {
namespace {

constexpr std::chrono::seconds kLookAfterTokens{1};

/// Whose a long poll is, for the look after tokens.
struct Owner {
  std::shared_ptr<const Holder> token;
  cloud::JobAddress address;
};

}  // namespace

/// Who asked for what, until its response is on its way.
struct JobRoute::Viewer {
  RequestFacts facts;
  cloud::JobAddress address;
  std::shared_ptr<const Holder> token;  ///< null when no tokens are in use
  Language language = Language::en;     ///< in which problems are explained to it

  std::string token_name() const { return token ? token->name : ""; }
};

JobRoute::JobRoute(Neighbours neighbours) : with_(neighbours), tasks_(neighbours.executor) {
  if (with_.tokens.has_tokens()) look_later();
}

std::optional<RouteResponse> JobRoute::handle(RoutedRequest& request) {
  const std::string path = std::string("/").append(request.captures["upstream"]);
  const auto found = with_.catalogue.address_of(request.captures["region"],
                                                request.captures["service"], path, request.query);
  const auto* const address = std::get_if<cloud::JobAddress>(&found);
  if (address == nullptr) {
    return refusal_of(std::get<cloud::WrongPart>(found), with_.catalogue,
                      request.captures["service"]);
  }
  if (request.token && !request.token->may_see(*address)) {
    const auto own = with_.own_ids.as_own(*address);
    if (own && request.token->may_see(*own)) return judged(*own, request);
  }
  return judged(*address, request);
}

/// Queries what this viewer may see. Where tokens are in use, all else is told as what is not
/// there: a response of ours alone, the same in every byte but its request id, and on the same way
/// whether the job exists or not, which nobody looks up.
std::optional<RouteResponse> JobRoute::judged(const cloud::JobAddress& address,
                                              RoutedRequest& request) {
  Viewer viewer{std::move(request.facts), address, request.token,
                preferred_language(request.exchange.header("Accept-Language"))};
  const RequestFacts& facts = viewer.facts;
  Decision decision;
  decision.viewer = facts.viewer;
  decision.token = viewer.token_name();
  decision.address = address;

  const auto now = std::chrono::steady_clock::now();
  const bool may_see = !viewer.token || viewer.token->may_see(address);
  const bool is_known = may_see && with_.misses.knows(address);
  std::optional<RouteResponse> refused;
  if (const auto pause =
          is_known ? std::nullopt : with_.misses.pause(decision.token, facts.viewer, now)) {
    Problem problem = problem_of(problems::kTooManyUnknown);
    problem.retry_after = pause;
    refused = refusal(problem);
    decision.outcome = "too_many_unknown";
  } else if (!may_see) {
    with_.misses.spend(decision.token, facts.viewer, now);
    refused = refusal(problems::kNoJobToSee);
    decision.outcome = "not_allowed";
  }
  if (refused) {
    decision.request_id = refused->request_id;
    with_.log.audit(decision);
    request.facts = std::move(viewer.facts);
    return refused;
  }

  const net::Exchange& exchange = request.exchange;
  JobQuery query;
  query.if_none_match = exchange.header("If-None-Match");
  query.accept_encoding = exchange.header("Accept-Encoding");
  query.wait = seconds_to_wait(exchange.header("Prefer"));
  query.header_lines = with_.origins.header_lines(facts.origin);
  if (viewer.token) query.owner = std::make_shared<const Owner>(Owner{viewer.token, address});
  // Under one address whichever way it is written, so that it is one job, and one query.
  with_.jobs.answer(request.exchange, with_.own_ids.by_id(address), query,
                    [this, viewer = std::move(viewer)](JobResponse&& answer) {
                      return finish(viewer, std::move(answer));
                    });
  return std::nullopt;
}

/// The last word on an answer, on any thread.
net::Prepared JobRoute::finish(const Viewer& viewer, JobResponse&& answer) {
  Decision decision;
  decision.viewer = viewer.facts.viewer;
  decision.token = viewer.token_name();
  decision.address = viewer.address;
  decision.cache_status = answer.cache_status;
  // Where nothing came from the cloud, the id is ours: heard() gave one for the log.
  const bool has_heard =
      !answer.problem || !answer.problem->reply || answer.problem->reply->http_status != 0;
  if (has_heard) decision.cloud_request_id = answer.cloud_request_id;

  // Who had to wait may have lost its token meanwhile.
  const bool has_waited = answer.was_parked || answer.way != Way::hit;
  std::optional<RouteResponse> told;
  if (has_waited && viewer.token) told = revoked(viewer, decision);
  const bool is_revoked = told.has_value();
  if (!is_revoked && answer.problem) told = problem_for(viewer, answer, decision);

  int status = answer.status;
  net::Prepared prepared;
  if (told) {
    if (viewer.facts.is_sdk) word_for_sdk(*told);
    status = told->response.status;
    decision.request_id = told->request_id;
    with_.origins.add_headers(viewer.facts.origin, told->response);
    add_security_headers(told->response);
    prepared = net::prepare(std::move(told->response));
    // What is told of unknown jobs is the same whether they are there or not.
    const bool is_uniform = is_revoked || (status == 404 && viewer.token);
    if (!is_uniform) {
      prepared.head = std::make_shared<const std::string>(*prepared.head + answer.header_lines);
    }
  } else {
    decision.outcome = outcome_of(status);
    decision.request_id = answer.cloud_request_id;
    prepared = std::move(answer.prepared);
    with_.misses.learn(viewer.address);
    if (!answer.is_final && !answer.is_stored) with_.metrics.showed(answer.age);
  }
  with_.records.responded(
      viewer.facts,
      {.status = status, .request_id = decision.request_id, .was_parked = answer.was_parked});
  with_.log.audit(decision);
  return prepared;
}

RouteResponse JobRoute::problem_for(const Viewer& viewer, const JobResponse& answer,
                                    Decision& decision) {
  const Problem problem = problem_of(*answer.problem, viewer.language);
  decision.outcome = outcome_of(problem.status);
  if (answer.problem->kind == JobProblem::Kind::internal) {
    with_.records.not_served(problem.status, answer.problem->why, problem.request_id,
                             viewer.facts.viewer);
  }
  if (problem.status != 404) return refusal(problem);
  // What an earlier query brought cost nothing.
  if (answer.way == Way::forwarded) {
    with_.misses.spend(decision.token, decision.viewer, std::chrono::steady_clock::now());
  }
  return viewer.token ? refusal(problems::kNoJobToSee) : refusal(problem);
}

std::optional<RouteResponse> JobRoute::revoked(const Viewer& viewer, Decision& decision) {
  const auto holder = with_.tokens.find_again(viewer.token);
  if (!holder) {
    const Denial denial = with_.tokens.gone(*viewer.token);
    decision.outcome = denial.outcome;
    return refusal_of(denial);
  }
  if (holder->may_see(viewer.address)) return std::nullopt;
  decision.outcome = "not_allowed";
  return refusal(problems::kNoJobToSee);
}

void JobRoute::look_after_tokens() {
  with_.tokens.look();
  with_.jobs.release_if([this](const std::shared_ptr<const void>& owner) {
    if (!owner) return false;
    const auto& [token, address] = *std::static_pointer_cast<const Owner>(owner);
    const auto holder = with_.tokens.find_again(token);
    return !holder || !holder->may_see(address);
  });
  look_later();
}

/// Not on the thread of alarms, for a disk may keep it waiting.
void JobRoute::look_later() {
  tasks_.at(std::chrono::steady_clock::now() + kLookAfterTokens,
            [this] { tasks_.run([this] { look_after_tokens(); }); });
}

}  // namespace jobtree::gateway

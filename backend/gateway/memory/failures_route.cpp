#include "gateway/memory/failures_route.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <variant>

#include "explain/explain.h"
#include "explain/explanation_json.h"
#include "gateway/memory/board_query.h"
#include "gateway/memory/mute_order.h"
#include "gateway/memory/responses.h"
#include "gateway/memory/sight.h"
#include "gateway/memory/write_right.h"
#include "store/record_json.h"

namespace jobtree::gateway {
namespace {

using Json = nlohmann::ordered_json;
using store::FailureQuery;
using store::FailureRecord;

constexpr RefusedWrite kRefusedMute{
    .to_token =
        "This token cannot mute failures; an administrator can create one with \"jobtree token "
        "NAME --follow\".",
    .to_visitor =
        "Without access tokens only viewers on the server's own machine can mute failures."};
constexpr std::string_view kNoFailure =
    "No such failure is remembered, or it is not visible to this token.";

Json time_or_null(const std::optional<store::Time>& time) {
  return time ? Json(store::text_of(*time)) : Json();
}

Json json_of(const store::FailureMute& mute, bool sees_all) {
  return {{"until", time_or_null(mute.until)},
          // Failures of projects that this viewer may not see take from it too.
          {"remaining", mute.remaining && sees_all ? Json(*mute.remaining) : Json()},
          {"note", store::text_or_null(mute.note)},
          {"by", store::text_or_null(mute.by)},
          {"at", store::text_of(mute.at)}};
}

Json json_of(const FailureRecord& failure, const FailureQuery& query) {
  const bool sees_all =
      !query.scope || std::ranges::find(query.scope->projects, "*") != query.scope->projects.end();
  const auto explanation = explain::explain_failure(failure.code, failure.text);
  return {{"name", failure.name},
          {"service", failure.service},
          {"code", store::text_or_null(failure.code)},
          {"text", store::text_or_null(failure.text)},
          {"explanation", explanation ? explain::json_of(*explanation, failure.code) : Json()},
          {"count", failure.count},
          {"jobs", failure.jobs},
          {"first_at", store::text_of(failure.first_at)},
          {"last_at", store::text_of(failure.last_at)},
          {"back_at", time_or_null(failure.back_at)},
          {"is_new", failure.is_new(query.now)},
          {"is_back", failure.is_back(query.now)},
          {"days", failure.days},
          {"sample",
           {{"region", failure.sample.region()},
            {"service", failure.sample.service()},
            {"project_id", failure.sample.project_id()},
            {"job_id", failure.sample.job_id()},
            {"part", store::text_or_null(failure.part)}}},
          {"mute", failure.mute ? json_of(*failure.mute, sees_all) : Json()}};
}

}  // namespace

/// Who looks at what.
struct FailuresRoute::Viewer {
  FailureQuery query;
  std::shared_ptr<const Holder> token;  ///< null when no tokens are in use
  std::string peer;
  std::string if_none_match;
  Language language;
};

std::optional<RouteResponse> FailuresRoute::list(RoutedRequest& request) {
  auto query = failure_query_of(request.query);
  if (const auto* const wrong = std::get_if<WrongParameter>(&query)) {
    return refusal(problems::kBadParameter, wrong->detail);
  }
  const net::Exchange& exchange = request.exchange;
  const auto viewer = std::make_shared<Viewer>(
      Viewer{std::move(std::get<FailureQuery>(query)), request.token, request.facts.viewer,
             std::string(exchange.header("If-None-Match")),
             preferred_language(exchange.header("Accept-Language"))});
  viewer->query.scope = scope_of(request.token.get(), with_.own_ids);
  request.make_later = [this, viewer] {
    viewer->query.now = now();
    return with_.reads.run([&] { return show(*viewer); });
  };
  return std::nullopt;
}

Later FailuresRoute::show(const Viewer& viewer) {
  const auto page = with_.archive.failure_groups(viewer.query);
  if (!page) return told(viewer, refusal_of(page.failure()), "failed");
  Json body{{"failures", Json::array()},
            {"next", store::text_or_null(page.value().next)},
            {"memory", memory_json(with_.archive.state(), viewer.language)}};
  for (const FailureRecord& failure : page.value().failures) {
    body["failures"].push_back(json_of(failure, viewer.query));
  }
  RouteResponse answer = versioned(store::text_of(body), viewer.if_none_match);
  const std::string_view outcome = outcome_of(answer.response.status);
  return told(viewer, std::move(answer), outcome);
}

std::optional<RouteResponse> FailuresRoute::mute(RoutedRequest& request) {
  if (auto refused = refused_writer(request, kRefusedMute, with_.log)) return refused;
  auto order = mute_order_of(request.exchange.request.body, now());
  if (const auto* const wrong = std::get_if<WrongParameter>(&order)) {
    return refusal(problems::kBadParameter, wrong->detail);
  }
  if (with_.archive.state().kind == store::ArchiveState::Kind::off) {
    return refusal(problems::kNoMemory, "This server remembers nothing, as its operator wants.");
  }
  const auto muting = std::make_shared<store::Muting>(std::move(std::get<store::Muting>(order)));
  if (muting->mute && request.token) muting->mute->by = request.token->name;
  const auto viewer = std::make_shared<Viewer>(
      Viewer{FailureQuery{.state = FailureQuery::State::any,
                          .service = muting->service,
                          .name = muting->name,
                          .limit = 1,
                          .scope = scope_of(request.token.get(), with_.own_ids),
                          .now = now()},
             request.token, request.facts.viewer, "", Language::en});
  request.make_later = [this, viewer, muting] {
    return with_.reads.run([&] { return carry_out(*viewer, *muting); });
  };
  return std::nullopt;
}

Later FailuresRoute::carry_out(const Viewer& viewer, const store::Muting& muting) {
  // Who sees none of these failures has none to mute.
  const auto before = with_.archive.failure_groups(viewer.query);
  if (!before) return told(viewer, refusal_of(before.failure()), "failed");
  if (before.value().failures.empty()) {
    return told(viewer, refusal(problems::kNotFound, kNoFailure), "unknown");
  }
  const auto stored = with_.archive.set_mute(muting);
  if (!stored) return told(viewer, refusal_of(stored.failure()), "failed");
  const auto after = with_.archive.failure_groups(viewer.query);
  if (!after) return told(viewer, refusal_of(after.failure()), "failed");
  if (after.value().failures.empty()) {
    return told(viewer, refusal(problems::kNotFound, kNoFailure), "unknown");
  }
  return told(
      viewer,
      json_response(200, store::text_of(json_of(after.value().failures.front(), viewer.query))),
      muting.mute ? "muted" : "unmuted");
}

RouteResponse FailuresRoute::told(const Viewer& viewer, RouteResponse answer,
                                  std::string_view outcome) const {
  Decision decision;
  decision.request_id = answer.request_id;
  decision.viewer = viewer.peer;
  decision.token = viewer.token ? viewer.token->name : "";
  decision.address = cloud::JobAddress("", viewer.query.service, "", "");
  decision.outcome = outcome;
  if (outcome == "muted" || outcome == "unmuted") {
    with_.log.audit_write(decision);
  } else {
    with_.log.audit(decision);
  }
  return answer;
}

store::Time FailuresRoute::now() const {
  return std::chrono::time_point_cast<store::Time::duration>(with_.clock.wall());
}

}  // namespace jobtree::gateway

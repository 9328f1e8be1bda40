#include "gateway/memory/memory_route.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>
#include <variant>

#include "gateway/memory/board_query.h"
#include "gateway/memory/responses.h"
#include "gateway/memory/sight.h"
#include "gateway/routing/wrong_address.h"
#include "store/record_json.h"

namespace jobtree::gateway {
namespace {

using cloud::JobAddress;
using store::JobRecord;
using Json = nlohmann::ordered_json;

constexpr std::string_view kVersions = "versions/";

/// The text before the n-th "/", and what follows it.
std::pair<std::string_view, std::string_view> split_at(std::string_view text, std::size_t n) {
  std::size_t end = 0;
  for (;; ++end) {
    end = text.find('/', end);
    if (end == std::string_view::npos) return {text, {}};
    if (--n == 0) return {text.substr(0, end), text.substr(end + 1)};
  }
}

/// How long jobs took, of a kind of which there are none yet.
Json no_durations() {
  return {{"count", 0}, {"p50", nullptr}, {"p90", nullptr}, {"p95", nullptr}};
}

/// A body in memory, with the room that it takes.
struct ChargedBody {
  std::string bytes;
  ByteCharge charge;
};

}  // namespace

/// Who asks for which job.
struct MemoryRoute::Viewer {
  JobAddress address;
  std::shared_ptr<const Holder> token;  ///< null when no tokens are in use
  std::string peer;
};

std::optional<RouteResponse> MemoryRoute::job(RoutedRequest& request) {
  const Captures& captures = request.captures;
  if (captures["job"].ends_with('/')) return refusal(problems::kNotFound);
  const cloud::Service* service = with_.catalogue.find_service(captures["service"]);
  const std::size_t ids = service == nullptr ? 1 : service->ids.size();
  const auto [job, what] = split_at(captures["job"], ids);
  const auto found = address_of(with_.catalogue, captures["region"], captures["service"],
                                captures["project"], job);
  if (const auto* const wrong = std::get_if<cloud::WrongPart>(&found)) {
    return refusal_of(*wrong, with_.catalogue, captures["service"]);
  }
  return view(request, std::get<JobAddress>(found), what);
}

std::optional<RouteResponse> MemoryRoute::view(RoutedRequest& request, const JobAddress& address,
                                               std::string_view what) {
  std::string tags(request.exchange.header("If-None-Match"));
  if (what == "events") {
    auto query = events_query_of(request.query);
    if (const auto* const wrong = std::get_if<WrongParameter>(&query)) {
      return refusal(problems::kBadParameter, wrong->detail);
    }
    return read(request, address,
                [this, tags, page = std::get<EventsQuery>(query)](const JobRecord& record) {
                  const auto events = with_.archive.events(record.address, page.cursor, page.limit,
                                                           page.newest_first);
                  if (!events) return refusal_of(events.failure());
                  const auto& [json, next] = events.value();
                  return versioned("{\"events\":[" + json + "],\"next\":" +
                                       store::text_of(next.empty() ? Json() : Json(next)) + "}",
                                   tags);
                });
  }
  if (!request.query.empty()) {
    return refusal(problems::kBadParameter, "This address takes no parameters.");
  }
  if (what.empty()) {
    return read(request, address, [tags, token = request.token](const JobRecord& record) {
      return versioned(store::text_of(store::json_of(record, people_for(token.get()))), tags);
    });
  }
  if (what == "versions") {
    return read(request, address, [this, tags](const JobRecord& record) {
      const auto versions = with_.archive.versions(record.address);
      if (!versions) return refusal_of(versions.failure());
      Json list = Json::array();
      for (const store::VersionRecord& version : versions.value()) {
        list.push_back(store::json_of(version));
      }
      return versioned(store::text_of({{"versions", std::move(list)}}), tags);
    });
  }
  if (what.starts_with(kVersions)) {
    const std::string_view text = what.substr(kVersions.size());
    std::int64_t version = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
    if (error == std::errc() && end == text.data() + text.size() && version > 0) {
      return read(request, address, [this, tags, version](const JobRecord& record) {
        return body(record, version, tags);
      });
    }
  }
  return refusal(problems::kNotFound);
}

std::optional<RouteResponse> MemoryRoute::read(RoutedRequest& request, const JobAddress& address,
                                               Show show) {
  const auto viewer =
      std::make_shared<Viewer>(Viewer{address, request.token, request.facts.viewer});
  if (!may_see(viewer->token.get(), with_.own_ids, address)) {
    return told(*viewer, refusal(problems::kNoJobToSee), "not_allowed");
  }
  request.make_later = [this, viewer, show = std::move(show)] {
    return with_.reads.run([&]() -> Later { return shown(*viewer, show); });
  };
  return std::nullopt;
}

RouteResponse MemoryRoute::shown(const Viewer& viewer, const Show& show) {
  const auto record = with_.archive.job(with_.own_ids.by_id(viewer.address));
  if (!record) return told(viewer, refusal_of(record.failure()), "failed");
  // "-" may have found a job of any project.
  if (!record.value() || !may_see(viewer.token.get(), with_.own_ids, record.value()->address)) {
    return told(viewer,
                viewer.token ? refusal(problems::kNoJobToSee)
                             : refusal(problems::kNoJob, "This job is not remembered."),
                "unknown");
  }
  RouteResponse answer = show(*record.value());
  const std::string_view outcome = outcome_of(answer.response.status);
  return told(viewer, std::move(answer), outcome);
}

RouteResponse MemoryRoute::body(const JobRecord& record, std::int64_t version,
                                std::string_view if_none_match) const {
  auto body = with_.archive.body(record.address, version);
  if (!body) return refusal_of(body.failure());
  if (!body.value()) {
    return refusal(problems::kNotFound, "The body of this version is not kept, or never was.");
  }
  auto charge = with_.jobs.charge(body.value()->size());
  if (!charge) return refusal(problems::kBusy);
  const auto held = std::make_shared<const ChargedBody>(
      ChargedBody{std::move(*body.value()), std::move(*charge)});
  return versioned({held, &held->bytes}, etag_of(held->bytes), if_none_match);
}

RouteResponse MemoryRoute::told(const Viewer& viewer, RouteResponse answer,
                                std::string_view outcome) const {
  Decision decision;
  decision.request_id = answer.request_id;
  decision.viewer = viewer.peer;
  decision.token = viewer.token ? viewer.token->name : "";
  decision.address = viewer.address;
  decision.outcome = outcome;
  with_.log.audit(decision);
  return answer;
}

std::optional<RouteResponse> MemoryRoute::stats(RoutedRequest& request) {
  auto query = stats_query_of(request.query);
  if (const auto* const wrong = std::get_if<WrongParameter>(&query)) {
    return refusal(problems::kBadParameter, wrong->detail);
  }
  const auto& stats = std::get<StatsQuery>(query);
  const auto& token = request.token;
  if (token && !token->services.empty() &&
      std::ranges::find(token->services, stats.service) == token->services.end()) {
    return json_response(200, store::text_of(no_durations()));
  }
  request.make_later = [this, stats] {
    return with_.reads.run([&]() -> Later {
      const auto found = with_.archive.durations(stats.service, stats.type, stats.parts);
      if (!found) return refusal_of(found.failure());
      const store::Durations& durations = found.value();
      Json json = no_durations();
      if (durations.count > 0) {
        json = {{"count", durations.count},
                {"p50", durations.p50},
                {"p90", durations.p90},
                {"p95", durations.p95}};
      }
      RouteResponse answer = json_response(200, store::text_of(json));
      answer.response.headers.erase("Cache-Control");
      answer.response.set_header("Cache-Control", "private, max-age=300");
      answer.response.set_header("Vary", "Authorization");
      return answer;
    });
  };
  return std::nullopt;
}

}  // namespace jobtree::gateway

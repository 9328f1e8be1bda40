#include "gateway/memory/compare_route.h"

#include <chrono>
#include <utility>
#include <vector>

#include "gateway/memory/board_query.h"
#include "gateway/memory/comparison.h"
#include "gateway/memory/responses.h"
#include "gateway/memory/sight.h"
#include "gateway/routing/wrong_address.h"
#include "ingest/job_parser.h"
#include "store/record_json.h"

namespace jobtree::gateway {
namespace {

using cloud::JobAddress;
using std::chrono::steady_clock;

/// What was seen a moment ago is not written yet.
constexpr std::chrono::seconds kLongestWrite{1};
constexpr std::chrono::milliseconds kLookForJobAgain{50};

/// "region/service/project/job", of which the job may have "/" itself.
std::array<std::string_view, 4> parts_of(std::string_view job) {
  std::array<std::string_view, 4> parts;
  for (std::size_t i = 0; i < 3; ++i) {
    parts[i] = job.substr(0, job.find('/'));
    job.remove_prefix(std::min(parts[i].size() + 1, job.size()));
  }
  parts[3] = job;
  return parts;
}

}  // namespace

/// Who asks for which jobs.
struct CompareRoute::Viewer {
  std::array<JobAddress, 2> addresses;
  std::shared_ptr<const Holder> token;  ///< null when no tokens are in use
  std::string peer, if_none_match;
  steady_clock::time_point until;  ///< for what is not written yet
};

std::optional<RouteResponse> CompareRoute::handle(RoutedRequest& request) {
  auto query = compare_query_of(request.query);
  if (const auto* const wrong = std::get_if<WrongParameter>(&query)) {
    return refusal(problems::kBadParameter, wrong->detail);
  }
  std::vector<JobAddress> addresses;
  for (const std::string& job : std::get<CompareQuery>(query).jobs) {
    const auto [region, service, project, id] = parts_of(job);
    auto found = address_of(with_.catalogue, region, service, project, id);
    if (const auto* const wrong = std::get_if<cloud::WrongPart>(&found)) {
      return refusal_of(*wrong, with_.catalogue, service);
    }
    addresses.push_back(std::move(std::get<JobAddress>(found)));
  }
  const auto viewer = std::make_shared<const Viewer>(
      Viewer{.addresses = {std::move(addresses[0]), std::move(addresses[1])},
             .token = request.token,
             .peer = request.facts.viewer,
             .if_none_match = std::string(request.exchange.header("If-None-Match")),
             .until = with_.clock.steady() + kLongestWrite});
  for (const JobAddress& address : viewer->addresses) {
    if (may_see(viewer->token.get(), with_.own_ids, address)) continue;
    return told(*viewer, refusal(problems::kNoJobToSee), "not_allowed");
  }
  request.make_later = [this, viewer] {
    return with_.reads.run([&]() -> Later { return compared(*viewer); });
  };
  return std::nullopt;
}

Later CompareRoute::compared(const Viewer& viewer) {
  auto first = read(viewer, viewer.addresses[0]);
  auto second = read(viewer, viewer.addresses[1]);
  for (auto* const run : {&first, &second}) {
    auto* const refused = std::get_if<RouteResponse>(run);
    if (refused == nullptr) continue;
    const auto now = with_.clock.steady();
    const int status = refused->response.status;
    if (status == 404 && now < viewer.until) return now + kLookForJobAgain;
    return told(viewer, std::move(*refused), status == 404 ? "unknown" : "failed");
  }
  const std::array<Run, 2> runs{std::move(std::get<Run>(first)), std::move(std::get<Run>(second))};
  const auto now = std::chrono::floor<store::Time::duration>(with_.clock.wall());
  return told(viewer, versioned(store::text_of(comparison_of(runs, now)), viewer.if_none_match),
              "compared");
}

std::variant<Run, RouteResponse> CompareRoute::read(const Viewer& viewer,
                                                    const JobAddress& address) const {
  auto record = with_.archive.job(with_.own_ids.by_id(address));
  if (!record) return refusal_of(record.failure());
  // "-" may have found a job of any project.
  if (!record.value() || !may_see(viewer.token.get(), with_.own_ids, record.value()->address)) {
    return viewer.token
               ? refusal(problems::kNoJobToSee)
               : refusal(problems::kNoJob, "This job is not remembered; look at it first.");
  }
  Run run{.record = std::move(*record.value())};
  auto body = with_.archive.body(run.record.address, 0);
  if (!body) return refusal_of(body.failure());
  if (!body.value()) return run;
  // The tree takes about as much again, for the time of this call.
  const auto charge = with_.jobs.charge(2 * body.value()->size());
  if (!charge) return refusal(problems::kBusy);
  auto parsed = engine::parse_job(engine::String(*body.value()));
  if (parsed.error == engine::ParsedJob::Error::none) run.tree = std::move(parsed.tree);
  return run;
}

RouteResponse CompareRoute::told(const Viewer& viewer, RouteResponse answer,
                                 std::string_view outcome) const {
  for (const JobAddress& address : viewer.addresses) {
    Decision decision;
    decision.request_id = answer.request_id;
    decision.viewer = viewer.peer;
    decision.token = viewer.token ? viewer.token->name : "";
    decision.address = address;
    decision.outcome = outcome;
    with_.log.audit(decision);
  }
  return answer;
}

}  // namespace jobtree::gateway

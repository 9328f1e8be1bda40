#include "gateway/memory/board_route.h"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include "gateway/jobs/prefer.h"
#include "gateway/memory/board_query.h"
#include "gateway/memory/responses.h"
#include "gateway/memory/sight.h"

namespace jobtree::gateway {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::seconds kLook{1};
constexpr std::chrono::milliseconds kReading{100};  // at a page that is being read

/// When who waits looks again. All of them at the same moments: to wake a thread for each of a
/// thousand viewers costs more than what they look at.
SteadyClock::time_point next_look(SteadyClock::time_point now, SteadyClock::time_point until) {
  return std::min<SteadyClock::time_point>(std::chrono::floor<std::chrono::seconds>(now) + kLook,
                                           until);
}

}  // namespace

/// Who looks, until it is told.
struct BoardRoute::Viewer {
  Viewer(store::BoardQuery of, std::atomic<std::size_t>& all)
      : query(std::move(of)), waiting(all) {}
  ~Viewer() {
    if (is_waiting) --waiting;
  }
  Viewer(const Viewer&) = delete;
  Viewer& operator=(const Viewer&) = delete;

  store::BoardQuery query;
  std::string key{};                      ///< of its page; goes with query and language
  std::shared_ptr<const Holder> token{};  ///< null when no tokens are in use
  std::string address{};
  std::string if_none_match{};
  Language language = Language::en;
  std::chrono::seconds wait{0};
  SteadyClock::time_point until{};
  std::atomic<std::size_t>& waiting;
  bool is_waiting = false;  ///< and is one of them

  BoardPages::Look look(SteadyClock::time_point now) const {
    return {.query = query,
            .language = language,
            .key = key,
            .may_lag = !if_none_match.empty() && until > now};
  }
};

void BoardRoute::set_sight(Viewer& viewer) const {
  viewer.query.scope = scope_of(viewer.token.get(), with_.own_ids);
  viewer.query.may_see_people = people_for(viewer.token.get()) == store::People::shown;
  viewer.key = BoardPages::key_of(viewer.query, viewer.language);
}

std::optional<RouteResponse> BoardRoute::handle(RoutedRequest& request) {
  const SharedView* const shared = request.token ? request.token->shared.get() : nullptr;
  auto query = shared != nullptr ? page_query_of(shared->board, request.query)
                                 : board_query_of(request.query);
  if (const auto* const wrong = std::get_if<WrongParameter>(&query)) {
    return refusal(problems::kBadParameter, wrong->detail);
  }
  const net::Exchange& exchange = request.exchange;
  const auto viewer =
      std::make_shared<Viewer>(std::move(std::get<store::BoardQuery>(query)), waiting_);
  viewer->token = request.token;
  viewer->address = request.facts.viewer;
  viewer->if_none_match = exchange.header("If-None-Match");
  viewer->language = preferred_language(exchange.header("Accept-Language"));
  viewer->wait = seconds_to_wait(exchange.header("Prefer"));
  viewer->until = SteadyClock::now() + viewer->wait;
  set_sight(*viewer);
  request.make_later = [this, viewer] { return look(*viewer); };
  request.wait_on = [this, viewer] { return wait_on(*viewer); };
  return std::nullopt;
}

std::optional<SteadyClock::time_point> BoardRoute::wait_on(const Viewer& viewer) {
  const auto now = SteadyClock::now();
  if (!viewer.is_waiting || now >= viewer.until || is_releasing_) return std::nullopt;
  if (viewer.token && with_.tokens.find_again(viewer.token) != viewer.token) return std::nullopt;
  const BoardPages::Look look = viewer.look(now);
  if (pages_.is_being_read(look)) return std::min(now + kReading, viewer.until);
  const auto content = pages_.known(look, now);
  if (!content || !names_version(viewer.if_none_match, content->etag)) return std::nullopt;
  watch(look, content, now);
  return next_look(now, viewer.until);
}

Later BoardRoute::look(Viewer& viewer) {
  if (viewer.is_waiting) {
    if (auto refusal = refused(viewer)) return std::move(*refusal);
  }
  const auto now = SteadyClock::now();
  const BoardPages::Look look = viewer.look(now);
  if (const auto content = pages_.known(look, now)) return shown(viewer, content, now);
  Later later = with_.reads.run([&]() -> Later {
    auto page = pages_.get(look, now);
    if (const auto* const again = std::get_if<BoardPages::Time>(&page)) return *again;
    if (const auto* const failure = std::get_if<Failure>(&page)) {
      return told(viewer, refusal_of(*failure), "failed");
    }
    return shown(viewer, std::get<BoardPages::Content>(page), now);
  });
  // Who waits has time, and there may be a thousand of them before a slow disk.
  auto* const again = std::get_if<SteadyClock::time_point>(&later);
  if (again != nullptr && viewer.is_waiting && now < viewer.until) {
    *again = std::min(now + kReading, viewer.until);
  }
  return later;
}

void BoardRoute::watch(const BoardPages::Look& look, const BoardPages::Content& content,
                       SteadyClock::time_point now) {
  if (!with_.watch || content->unfinished.empty() || !pages_.is_look_due(look, now)) return;
  with_.watch(content->unfinished);
}

Later BoardRoute::shown(Viewer& viewer, const BoardPages::Content& content,
                        SteadyClock::time_point now) {
  watch(viewer.look(now), content, now);
  const bool has_it = names_version(viewer.if_none_match, content->etag);
  if (has_it && may_wait(viewer, now)) return next_look(now, viewer.until);
  return told(viewer, versioned({content, &content->json}, content->etag, viewer.if_none_match),
              has_it ? "unchanged" : "shown");
}

bool BoardRoute::may_wait(Viewer& viewer, SteadyClock::time_point now) {
  if (now >= viewer.until || is_releasing_) return false;
  if (viewer.is_waiting) return true;
  if (++waiting_ > with_.max_waiting) {
    --waiting_;
    return false;
  }
  viewer.is_waiting = true;
  return true;
}

std::optional<RouteResponse> BoardRoute::refused(Viewer& viewer) const {
  if (!viewer.token) return std::nullopt;
  const auto holder = with_.tokens.find_again(viewer.token);
  if (holder == viewer.token) return std::nullopt;
  if (holder) {
    viewer.token = holder;
    set_sight(viewer);
    return std::nullopt;
  }
  const Denial denial = with_.tokens.gone(*viewer.token);
  return told(viewer, refusal_of(denial), denial.outcome);
}

RouteResponse BoardRoute::told(const Viewer& viewer, RouteResponse answer,
                               std::string_view outcome) const {
  if (viewer.is_waiting) {
    answer.was_parked = true;
    answer.response.set_header("Preference-Applied", "wait=" + std::to_string(viewer.wait.count()));
  }
  Decision decision;
  decision.request_id = answer.request_id;
  decision.viewer = viewer.address;
  decision.token = viewer.token ? viewer.token->name : "";
  decision.outcome = outcome;
  with_.log.audit(decision);
  return answer;
}

}  // namespace jobtree::gateway

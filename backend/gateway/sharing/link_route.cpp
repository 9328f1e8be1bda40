#include "gateway/sharing/link_route.h"

#include <array>
#include <utility>
#include <variant>
#include <vector>

#include "gateway/memory/board_query.h"
#include "gateway/memory/sight.h"
#include "gateway/query_string.h"
#include "gateway/sharing/badge.h"
#include "gateway/sharing/feed.h"
#include "gateway/sharing/share_json.h"
#include "gateway/sharing/share_page.h"

namespace jobtree::gateway {
namespace {

constexpr std::size_t kMostCounted = 256;
constexpr std::size_t kLongestBadgeLabel = 200;  // bytes; more of it is not looked at

/// What follows the token in the name of a file; "" for none of these.
std::string_view ending_of(std::string_view file, std::string_view other) {
  for (const std::string_view ending : {other, std::string_view(".json")}) {
    if (file.ends_with(ending)) return ending;
  }
  return {};
}

/// To who comes again and again, and mostly finds what it has.
RouteResponse fresh(const std::string& body, const char* type, std::string_view if_none_match) {
  RouteResponse answer;
  httplib::Response& response = answer.response;
  const std::string etag = etag_of(body);
  response.set_header("Cache-Control", "no-cache, max-age=0");
  response.set_header("ETag", etag);
  response.set_header("X-Robots-Tag", "noindex");
  response.status = names_version(if_none_match, etag) ? 304 : 200;
  if (response.status == 200) response.set_content(body, type);
  return answer;
}

store::BoardQuery query_of(const store::Share& share, const Holder& holder, const OwnIds& own_ids) {
  auto read = board_query_of(share.thing.board);
  auto* const query = std::get_if<store::BoardQuery>(&read);
  store::BoardQuery board = query != nullptr ? std::move(*query) : store::BoardQuery();
  board.scope = scope_of(&holder, own_ids);
  board.may_see_people = false;
  // What cannot be read any more, as by an older program, shows nothing.
  if (query == nullptr) board.scope = store::BoardQuery::Scope();
  return board;
}

ShareSummary ended_summary(ShareState state) {
  switch (state) {
    case ShareState::expired:
      return no_summary({"expired", "已过期"});
    case ShareState::revoked:
      return no_summary({"revoked", "已撤销"});
    default:
      return no_summary({"no longer shared", "已停止分享"});
  }
}

ShareSummary unavailable() {
  return no_summary({"not available", "暂时不可用"});
}

}  // namespace

/// Who came, with what.
struct LinkRoute::Visit {
  Visit(const RoutedRequest& request, std::string_view file, std::string_view its_ending)
      : token(file.substr(0, file.size() - its_ending.size())),
        ending(its_ending),
        viewer(request.facts.viewer),
        if_none_match(request.exchange.header("If-None-Match")) {
    for (const Parameter& parameter : parameters_of(request.query)) {
      if (parameter.name == "lang" && parameter.value == "zh") words.language = Language::zh;
      if (parameter.name == "label") words.label = parameter.value.substr(0, kLongestBadgeLabel);
    }
  }

  std::string token, ending, viewer, if_none_match;
  BadgeWords words{};
};

LinkRoute::Link LinkRoute::link_of(const Visit& visit) {
  const bool is_too_many = with_.access.is_too_many(visit.viewer);
  ShareBook::Entry share = with_.access.find(visit.token, visit.viewer);
  if (!share && !is_too_many) {
    // As another replica may have made it a moment ago.
    with_.book.look();
    share = with_.access.known(visit.token);
  }
  if (!share) return {};
  Link link{share, with_.access.shown(*share)};
  if (link.shown.holder) with_.book.used(*share);
  return link;
}

std::optional<RouteResponse> LinkRoute::later(RoutedRequest& request,
                                              std::function<RouteResponse()> make) const {
  request.make_later = [this, make = std::move(make)] {
    return with_.reads.run([&]() -> Later { return make(); });
  };
  return std::nullopt;
}

Result<std::optional<store::JobRecord>> LinkRoute::job_of(const Link& link) const {
  auto job = with_.archive.job(with_.own_ids.by_id(*link.share->thing.job));
  if (!job || !job.value()) return job;
  // "-" may have found a job of any project.
  const bool is_it = may_see(link.shown.holder.get(), with_.own_ids, job.value()->address);
  return is_it ? std::move(job) : std::optional<store::JobRecord>();
}

ShareSummary LinkRoute::summary(const Link& link) {
  if (!link.share) {
    return with_.book.is_read() ? no_summary({"not found", "未找到"}) : unavailable();
  }
  if (!link.shown.holder) return ended_summary(link.shown.state);
  if (!link.share->thing.job) return board_summary(link);
  const auto job = job_of(link);
  return job ? summary_of(*link.share, job.value()) : unavailable();
}

ShareSummary LinkRoute::board_summary(const Link& link) {
  store::BoardQuery query = query_of(*link.share, *link.shown.holder, with_.own_ids);
  query.group = store::BoardQuery::Group::service;
  query.limit = store::kMostOnPage;
  const std::string key = std::to_string(link.share->id) + " " + text_of(query);
  const std::uint64_t revision = with_.archive.revision();
  {
    const Lock lock(mutex_);
    const auto found = counted_.find(key);
    if (found != counted_.end() && found->second.revision == revision) return found->second.summary;
  }
  const auto page = with_.archive.board(query);
  if (!page) return unavailable();
  Counted counted{revision, summary_of(*link.share, page.value().groups)};
  const Lock lock(mutex_);
  if (counted_.size() >= kMostCounted) counted_.clear();
  return (counted_[key] = std::move(counted)).summary;
}

// The badge

std::optional<RouteResponse> LinkRoute::badge(RoutedRequest& request) {
  const std::string_view file = request.captures["file"];
  const std::string_view ending = ending_of(file, ".svg");
  if (ending.empty()) return refusal(problems::kNotFound);
  return later(request, [this, visit = Visit(request, file, ending)] { return badge_of(visit); });
}

/// Always 200, for proxies of images pass nothing else on, and who sees it is to know why.
RouteResponse LinkRoute::badge_of(const Visit& visit) {
  const Link link = link_of(visit);
  const ShareSummary summary = this->summary(link);
  const bool is_image = visit.ending == ".svg";
  RouteResponse answer =
      fresh(is_image ? badge_svg(summary, visit.words) : badge_json(summary, visit.words),
            is_image ? "image/svg+xml; charset=utf-8" : "application/json; charset=utf-8",
            visit.if_none_match);
  answer.response.set_header("Cross-Origin-Resource-Policy", "cross-origin");
  return told(visit, link, std::move(answer));
}

// The feed

std::optional<RouteResponse> LinkRoute::feed(RoutedRequest& request) {
  const std::string_view file = request.captures["file"];
  const std::string_view ending = ending_of(file, ".atom");
  if (ending.empty()) return refusal(problems::kNotFound);
  return later(request, [this, visit = Visit(request, file, ending)] { return feed_of(visit); });
}

RouteResponse LinkRoute::feed_of(const Visit& visit) {
  const Link link = link_of(visit);
  if (!link.share) {
    return with_.book.is_read()
               ? told(visit, link, refusal(problems::kNotFound, "There is no such share link."))
               : refusal(problems::kNoMemory);
  }
  if (!link.shown.holder) return told(visit, link, refusal(problems::kShareEnded));
  const Language language = visit.words.language;
  std::vector<FeedEntry> entries;
  ShareSummary summary;
  if (link.share->thing.job) {
    const auto job = job_of(link);
    if (!job) return refusal(problems::kNoMemory);
    if (job.value()) entries = entries_of_job(*job.value(), language);
    summary = summary_of(*link.share, job.value());
  } else {
    store::BoardQuery query = query_of(*link.share, *link.shown.holder, with_.own_ids);
    query.limit = store::kMostOnPage;
    query.order = store::BoardQuery::Order::changed;
    if (query.statuses.empty() && query.state == store::BoardQuery::State::any) {
      query.state = store::BoardQuery::State::lost;
      query.statuses = {store::Status::succeeded, store::Status::failed, store::Status::cancelled,
                        store::Status::skipped};
    }
    const auto board = with_.archive.board(query);
    if (!board) return refusal(problems::kNoMemory);
    entries = settled_entries(board.value().jobs, language);
    summary = summary_of(*link.share, std::vector<store::JobGroup>());
  }
  Feed feed = gateway::feed_of(*link.share, std::move(entries), summary, language);
  feed.self = feed_address(with_.public_url, visit.token, visit.ending);
  feed.page = page_address(with_.public_url, visit.token);
  const bool is_atom = visit.ending == ".atom";
  return told(visit, link,
              fresh(is_atom ? atom_of(feed) : json_feed_of(feed),
                    is_atom ? "application/atom+xml; charset=utf-8"
                            : "application/feed+json; charset=utf-8",
                    visit.if_none_match));
}

// The page

std::optional<RouteResponse> LinkRoute::page(RoutedRequest& request) {
  Visit visit(request, request.captures["token"], "");
  visit.words.language = preferred_language(request.exchange.header("Accept-Language"));
  const ShareBook::Entry share = with_.access.known(visit.token);
  if (share && !share->is_public) {
    // Nothing is read of what it shows, so it need not wait for others who do read.
    request.make_later = [this, visit = std::move(visit)] { return page_of(visit, std::nullopt); };
    return std::nullopt;
  }
  return later(request,
               [this, visit = std::move(visit)] { return page_of(visit, link_of(visit)); });
}

/// The same for all who have no public link, be there one or not: who tries learns nothing.
RouteResponse LinkRoute::page_of(const Visit& visit, const std::optional<Link>& link) {
  const auto html = with_.files.text("share.html");
  if (!html) return refusal(problems::kNotFound);
  const Language language = visit.words.language;
  PreviewText preview{.title = in(language, {"A job on jobtree", "jobtree 上的任务"}),
                      .description = in(language, {"Huawei Cloud jobs and their sub-jobs, live.",
                                                   "实时查看华为云任务及其子任务。"})};
  const bool is_told = link && link->share && link->share->is_public && link->shown.holder;
  if (is_told) {
    const ShareSummary now = summary(*link);
    preview.title = in(language, now.name) + " \xC2\xB7 jobtree";
    preview.description = in(language, now.message);
  }
  RouteResponse answer;
  answer.response.status = 200;
  answer.response.set_header("Cache-Control", "no-store");
  answer.response.set_header("X-Robots-Tag", "noindex");
  answer.response.set_content(share_page(*html, preview), "text/html; charset=utf-8");
  return is_told ? told(visit, *link, std::move(answer)) : std::move(answer);
}

RouteResponse LinkRoute::told(const Visit& visit, const Link& link, RouteResponse answer) const {
  Decision decision;
  decision.request_id = answer.request_id;
  decision.viewer = visit.viewer;
  decision.outcome = !link.share          ? "bad_token"
                     : !link.shown.holder ? "ended_share"
                                          : outcome_of(answer.response.status);
  if (link.shown.holder) {
    decision.token = link.shown.holder->name;
    if (link.share->thing.job) decision.address = *link.share->thing.job;
  }
  with_.log.audit(decision);
  return answer;
}

}  // namespace jobtree::gateway

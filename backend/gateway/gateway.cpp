#include "gateway/gateway.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <future>
#include <limits>
#include <nlohmann/json.hpp>
#include <span>
#include <stdexcept>

#include "base/clock.h"
#include "gateway/access/audit.h"
#include "gateway/access/host_origin.h"
#include "gateway/access/miss_limiter.h"
#include "gateway/access/repeats.h"
#include "gateway/access/tokens.h"
#include "gateway/access/trusted_proxies.h"
#include "gateway/http_server.h"
#include "gateway/jobs/executor.h"
#include "gateway/jobs/job_cache.h"
#include "gateway/jobs/prefer.h"
#include "gateway/metrics.h"
#include "gateway/problem.h"
#include "gateway/site/assets.h"
#include "gateway/site/files.h"
#include "gateway/site/route.h"

namespace jobtree::gateway {
namespace {

using Json = nlohmann::ordered_json;
using Level = LogEntry::Level;

constexpr std::chrono::seconds kBusyPause{1};
// How often it is looked whether a viewer who is made to wait is still there.
constexpr std::chrono::seconds kLookAfterViewer{2};

Response json_response(int status, const Json& body) {
  return {.status = status,
          .content_type = "application/json; charset=utf-8",
          .body = body.dump(-1, ' ', false, Json::error_handler_t::replace),
          .headers = {{"Cache-Control", "private, no-cache"}}};
}

Json json_of(const DemoJob& job) {
  return {{"region", job.region},
          {"service", job.service},
          {"project_id", job.project_id},
          {"job_id", job.job_id},
          {"title", {{"en", job.title_en}, {"zh", job.title_zh}}}};
}

/// A whole number under `name`, or `otherwise` when there is none; nothing when it is anything
/// else.
std::optional<int> whole_number(const Json& object, const char* name, int otherwise) {
  const auto member = object.find(name);
  if (member == object.end()) return otherwise;
  if (!member->is_number_integer()) return std::nullopt;
  const auto value = member->get<std::int64_t>();
  if (value < 0 || value > std::numeric_limits<int>::max()) return std::nullopt;
  return static_cast<int>(value);
}

/// The method for the log, where nothing that came unchecked belongs.
std::string known_method(const std::string& method) {
  for (const char* known : {"GET", "HEAD", "OPTIONS", "POST"}) {
    if (method == known) return method;
  }
  return "other";
}

/// What a response says under this name; "" when it does not.
std::string_view header_of(const Response& response, std::string_view name) {
  const auto found = std::ranges::find_if(
      response.headers, [name](const auto& header) { return header.first == name; });
  return found == response.headers.end() ? std::string_view() : std::string_view(found->second);
}

/// Who asks.
struct Visitor {
  std::shared_ptr<const Holder> token;  ///< null when no tokens are in use

  std::string name() const { return token ? token->name : ""; }
  bool may_see(const cloud::JobAddress& address) const { return !token || token->may_see(address); }
};

/// RFC 9211. What was served although it is past its time says how long, and why.
std::string cache_status_of(const Reading& reading) {
  std::string status = "jobtree; ";
  if (reading.way != Way::hit) {
    status += reading.had_content ? "fwd=stale" : "fwd=miss";
    if (reading.way == Way::collapsed) status += "; collapsed";
  } else {
    status += "hit";
    const bool is_overdue =
        reading.content && !reading.content->is_final && reading.ttl.count() < 0;
    if (is_overdue) status += "; ttl=" + std::to_string(reading.ttl.count());
  }
  if (reading.content && reading.failure) status += "; detail=stale-if-error";
  return status;
}

/// Counts what a source is asked.
class CountedSource final : public cloud::JobSource {
 public:
  CountedSource(cloud::JobSource& source, Metrics& metrics) : source_(source), metrics_(metrics) {}

  cloud::JobReply job(const cloud::JobAddress& address) override {
    const auto began = std::chrono::steady_clock::now();
    const auto count = [&](const cloud::JobReply* answer) {
      metrics_.asked(answer, std::chrono::steady_clock::now() - began,
                     std::chrono::system_clock::now());
    };
    try {
      cloud::JobReply answer = source_.job(address);
      if (answer.outcome != cloud::Outcome::deferred) count(&answer);
      return answer;
    } catch (...) {
      count(nullptr);
      throw;
    }
  }

  cloud::Health health() override { return source_.health(); }
  void stop() override { source_.stop(); }

 private:
  cloud::JobSource& source_;
  Metrics& metrics_;
};

/// The metrics on a port of their own, where nothing else is.
struct MetricsPort {
  Guard guard;
  std::unique_ptr<HttpServer> server;
};

constexpr std::string_view kMetricsPath = "/metrics";

class Site final : public Gateway {
 public:
  Site(const Options& options, cloud::JobSource& source, std::unique_ptr<Executor> executor,
       Guard guard, TrustedProxies proxies, Files files, std::unique_ptr<HttpServer> server,
       std::optional<MetricsPort> metrics_port)
      : options_(options),
        guard_(std::move(guard)),
        proxies_(std::move(proxies)),
        files_(std::move(files)),
        metrics_(patterns()),
        source_(source, metrics_),
        executor_(std::move(executor)),
        jobs_(cache_options(), source_, *executor_, real_clock(),
              std::make_shared<ByteLedger>(options_.max_job_bytes)),
        server_(std::move(server)),
        metrics_port_(std::move(metrics_port)) {
    server_->serve([this](const Request& request) { return answer(request); },
                   [this](int status, std::string_view why, std::string_view origin) {
                     return fault(status, why, origin);
                   });
    if (!metrics_port_) return;
    metrics_port_->server->serve(
        [this](const Request& request) {
          Response response = on_metrics_port(request);
          add_security_headers(response);
          return response;
        },
        [](int status, std::string_view, std::string_view) {
          Response response = response_of(problem_of_status(status));
          add_security_headers(response);
          return response;
        });
  }

  std::string url() const override { return "http://" + authority(options_.host, server_->port()); }
  std::string metrics_url() const override {
    if (!metrics_port_) return "";
    return "http://" + authority(options_.metrics->host, metrics_port_->server->port());
  }
  void wait() override { server_->wait(); }
  void stop() override {
    stopping_ = true;
    if (metrics_port_) metrics_port_->server->stop();
    jobs_.release_all();
    server_->stop();
  }

 private:
  using Handler = Response (Site::*)(const Request&, const Captures&, const Visitor&);
  enum class From {
    anywhere,
    allowed_pages,  ///< our own, and those of origins the operator named
    own_pages,
  };
  enum class Needs {
    nothing,
    token,  ///< once tokens are in use
  };
  /// Who may use what: this is the whole of it.
  struct Route {
    std::string_view method;  ///< a GET answers HEAD as well
    std::string_view pattern;
    From from;
    Needs needs;
    Handler handler;
  };

  /// The first whose pattern fits is the one.
  static std::span<const Route> routes() {
    static constexpr Route kRoutes[] = {
        {"GET", "/", From::anywhere, Needs::nothing, &Site::page},
        {"GET", "/embed.html", From::anywhere, Needs::nothing, &Site::embed},
        {"GET", "/healthz", From::anywhere, Needs::nothing, &Site::healthz},
        {"GET", "/readyz", From::anywhere, Needs::nothing, &Site::readyz},
        {"GET", kMetricsPath, From::own_pages, Needs::token, &Site::metrics},
        {"GET", "/api/config", From::allowed_pages, Needs::nothing, &Site::config},
        {"POST", "/api/demo/batches", From::own_pages, Needs::token, &Site::start_batch},
        {"GET", "/api/{region}/{service}/{upstream...}", From::allowed_pages, Needs::token,
         &Site::job},
        {"GET", "/{file}", From::anywhere, Needs::nothing, &Site::file},
    };
    return kRoutes;
  }

  static std::vector<std::string_view> patterns() {
    std::vector<std::string_view> patterns;
    for (const Route& route : routes()) {
      patterns.push_back(route.pattern);
    }
    return patterns;
  }

  Response answer(const Request& request) {
    const auto began = std::chrono::steady_clock::now();
    const Route* route = route_of(request.path);
    Response response;
    try {
      response = guarded(request, route);
    } catch (...) {
      // Counted here, where the route is known; the server words the answer.
      count(route, 500, began, false);
      throw;
    }
    guard_.add_cors(request.origin, response);
    add_security_headers(response);
    count(route, response.status, began, !header_of(response, "Preference-Applied").empty());
    // The route and not the path, in which anything may stand, a token too.
    log(response.status < 400 ? Level::debug : Level::info, "answered",
        {{"method", known_method(request.method)},
         {"route", std::string(route == nullptr ? "none" : route->pattern)},
         {"status", std::to_string(response.status)},
         {"request_id", std::string(header_of(response, "X-Request-Id"))}});
    return response;
  }

  void count(const Route* route, int status, std::chrono::steady_clock::time_point began,
             bool was_parked) {
    const auto place =
        route == nullptr ? routes().size() : static_cast<std::size_t>(route - routes().data());
    metrics_.answered(place, status, std::chrono::steady_clock::now() - began, was_parked);
  }

  Response fault(int status, std::string_view why, std::string_view origin) {
    // What broke a handler has been counted under its route.
    if (status != 500) metrics_.turned_away(status);
    const Problem problem = problem_of_status(status);
    log(status == 500 ? Level::error : Level::info, "request not served",
        {{"status", std::to_string(problem.status)},
         {"why", std::string(why)},
         {"request_id", problem.request_id}});
    Response response = response_of(problem);
    guard_.add_cors(origin, response);
    add_security_headers(response);
    return response;
  }

  static const Route* route_of(std::string_view path) {
    const auto known = routes();
    const auto route = std::ranges::find_if(known, [path](const Route& candidate) {
      return match(candidate.pattern, path).has_value();
    });
    return route == known.end() ? nullptr : &*route;
  }

  Response guarded(const Request& request, const Route* route) {
    if (!guard_.knows_host(request.host)) return refusal(trouble::kWrongHost);
    // "OPTIONS *" and targets in absolute form name no path of ours.
    if (!request.path.starts_with('/')) return refusal(trouble::kBadRequest);
    if (route == nullptr) return refusal(trouble::kNotFound);
    return routed(request, *route);
  }

  /// Whether the request comes from where the route may be asked from.
  bool comes_from(const Request& request, From from) const {
    if (from == From::anywhere || is_same_origin(request)) return true;
    return from == From::allowed_pages && guard_.allows_origin(request.origin);
  }

  Response routed(const Request& request, const Route& route) {
    if (!comes_from(request, route.from)) return refusal(trouble::kCrossSite);
    const bool is_get = route.method == "GET";
    if (request.method == "OPTIONS" && is_get && guard_.allows_origin(request.origin)) {
      return preflight_answer();  // browsers send no token with it
    }
    if (request.method != route.method && !(is_get && request.method == "HEAD")) {
      Response response = refusal(trouble::kWrongMethod);
      response.headers.emplace_back("Allow", is_get ? "GET, HEAD" : route.method);
      return response;
    }
    Visitor visitor;
    if (route.needs == Needs::token && options_.tokens) {
      const auto bearer = bearer_of(request.authorization);
      if (!bearer) return unauthorized(request, problem_of(trouble::kNoToken), "no_token");
      Tokens::Found found = options_.tokens->find(*bearer);
      if (!found.notice.empty()) log(Level::warning, "notice", {{"detail", found.notice}});
      if (found.ended) {
        return unauthorized(request, problem_of(trouble::kBadToken, ended_detail(*found.ended)),
                            "expired_token");
      }
      if (!found.holder) return unauthorized(request, problem_of(trouble::kBadToken), "bad_token");
      visitor.token = std::move(found.holder);
    }
    return (this->*route.handler)(request, *match(route.pattern, request.path), visitor);
  }

  static std::string ended_detail(const Holder& holder) {
    return "This token was good up to " + day_text(*holder.last_day) +
           " and has ended; ask the operator of this server for another.";
  }

  Response unauthorized(const Request& request, const Problem& problem, std::string outcome) {
    Response response = response_of(problem);
    response.headers.emplace_back(
        "WWW-Authenticate", outcome == "no_token" ? "Bearer" : "Bearer error=\"invalid_token\"");
    Decision decision;
    decision.request_id = problem.request_id;
    decision.viewer = proxies_.viewer_of(request.peer, request.forwarded_for);
    decision.outcome = std::move(outcome);
    audit(std::move(decision));
    return response;
  }

  /// With tokens every decision is in the log; without, there is nothing to decide but the budget
  /// of unknown jobs. Who is shut out again and again gets a line a minute.
  void audit(Decision decision) {
    if (!options_.log) return;
    const Level level = options_.tokens ? Level::info : Level::debug;
    const auto now = std::chrono::steady_clock::now();
    for (const Repeats::Rest& rest : repeats_.take_rests(now)) {
      Decision more;
      more.viewer = rest.viewer;
      more.outcome = rest.kind;
      more.repeated = rest.left_out;
      options_.log(audit_entry(level, more));
    }
    static constexpr std::string_view kCounted[] = {"no_token", "bad_token", "expired_token",
                                                    "too_many_unknown"};
    if (std::ranges::find(kCounted, decision.outcome) != std::end(kCounted)) {
      const auto repeated = repeats_.note(decision.viewer, decision.outcome, now);
      if (!repeated) return;
      decision.repeated = *repeated;
    }
    options_.log(audit_entry(level, decision));
  }

  Response page(const Request& request, const Captures&, const Visitor&) {
    return send("index.html", request);
  }

  /// A page for frames: who may show it is the browser's to see to.
  Response embed(const Request& request, const Captures&, const Visitor&) {
    Response response = send("embed.html", request);
    if (response.status == 200) guard_.allow_framing(response);
    return response;
  }

  Response file(const Request& request, const Captures& captures, const Visitor&) {
    return send(captures["file"], request);
  }

  Response send(std::string_view name, const Request& request) {
    auto response = files_.get(name, request);
    return response ? std::move(*response) : refusal(trouble::kNotFound);
  }

  Response healthz(const Request&, const Captures&, const Visitor&) {
    return json_response(200, {{"status", "ok"}});
  }

  Response readyz(const Request&, const Captures&, const Visitor&) {
    Json age = nullptr;
    if (const auto last = metrics_.last_success()) {
      const auto passed =
          std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now() - *last);
      age = std::max<std::int64_t>(passed.count(), 0);  // the clock may have been set back
    }
    const auto told = [&age](int status, std::string_view word, std::string_view detail) {
      Json body{{"status", word}, {"last_success_age", age}};
      if (!detail.empty()) body["detail"] = detail;
      return json_response(status, body);
    };
    if (stopping_) return told(503, "stopping", "This server is about to end.");
    const cloud::Health health = source_.health();
    if (health.no_key) {
      return told(503, "no_key",
                  "The backend's temporary key has ended, and it got no new one yet: look at the "
                  "instance's agency.");
    }
    if (health.shut_for.count() > 0) {
      Response response = told(503, "key_paused",
                               "The cloud refused the key three times in a row; nothing is asked "
                               "for a while, so that it does not lock the key. Correct the key.");
      response.headers.emplace_back("Retry-After", std::to_string(health.shut_for.count()));
      return response;
    }
    return told(200, "ready", "");
  }

  Response metrics(const Request&, const Captures&, const Visitor&) {
    return metrics_port_ ? refusal(trouble::kNotFound) : metrics_text();
  }

  Response on_metrics_port(const Request& request) {
    if (!metrics_port_->guard.knows_host(request.host)) return refusal(trouble::kWrongHost);
    if (!is_same_origin(request)) return refusal(trouble::kCrossSite);
    if (request.path != kMetricsPath) return refusal(trouble::kNotFound);
    if (request.method == "GET" || request.method == "HEAD") return metrics_text();
    Response response = refusal(trouble::kWrongMethod);
    response.headers.emplace_back("Allow", "GET, HEAD");
    return response;
  }

  Response metrics_text() {
    return {.status = 200,
            .content_type = "text/plain; version=0.0.4; charset=utf-8",
            .body = metrics_.render({.version = options_.version,
                                     .jobs = jobs_.figures(),
                                     .connections = server_->connections(),
                                     .cloud = source_.health()}),
            .headers = {{"Cache-Control", "no-store"}}};
  }

  Response config(const Request&, const Captures&, const Visitor&) {
    Json regions = Json::array();
    for (const std::string& region : options_.catalogue->regions()) {
      regions.push_back(region);
    }
    Json services = Json::array();
    for (const cloud::Service& service : options_.catalogue->services()) {
      services.push_back({{"name", service.name},
                          {"path", service.path},
                          {"title", {{"en", service.title_en}, {"zh", service.title_zh}}}});
    }
    Json body{{"version", options_.version},
              {"regions", std::move(regions)},
              {"services", std::move(services)},
              {"default_region", options_.default_region},
              // Which project it is, is not for those who have no token.
              {"default_project", options_.tokens ? "-" : options_.default_project},
              {"token_required", options_.tokens != nullptr},
              {"integrity", files_.integrity()},
              {"demo", nullptr}};
    if (options_.demo) {
      Json jobs = Json::array();
      for (const DemoJob& job : options_.demo->jobs()) {
        jobs.push_back(json_of(job));
      }
      body["demo"] = {{"jobs", std::move(jobs)}};
    }
    return json_response(200, body);
  }

  Response start_batch(const Request& request, const Captures&, const Visitor&) {
    if (!options_.demo) return refusal(trouble::kNotFound);
    // A form of another site cannot send this type without the browser asking first.
    if (request.content_type.substr(0, request.content_type.find(';')) != "application/json") {
      return refusal(trouble::kWrongType);
    }
    const Json order = Json::parse(request.body, nullptr, false);
    if (!order.is_object()) return refusal(trouble::kBadOrder);
    const auto count = whole_number(order, "count", 20);
    const auto failing = whole_number(order, "failing", 0);
    if (!count || !failing) return refusal(trouble::kBadOrder);
    const auto job = options_.demo->start_batch(*count, *failing);
    if (!job) return refusal(trouble::kBadOrder, job.error());
    return json_response(201, json_of(job.value()));
  }

  Response job(const Request& request, const Captures& captures, const Visitor& visitor) {
    const std::string upstream = std::string("/").append(captures["upstream"]);
    const auto found = options_.catalogue->address_of(captures["region"], captures["service"],
                                                      upstream, request.query);
    if (const auto* const address = std::get_if<cloud::JobAddress>(&found)) {
      return judged(*address, request, visitor);
    }
    switch (std::get<cloud::WrongPart>(found)) {
      case cloud::WrongPart::region:
        return refusal(trouble::kNoRegion);
      case cloud::WrongPart::service:
        return refusal(trouble::kNoService);
      case cloud::WrongPart::path:
        return refusal(trouble::kNoPath);
      case cloud::WrongPart::project:
        return refusal(trouble::kBadProject);
      case cloud::WrongPart::job_id:
        break;
    }
    return refusal(trouble::kBadJob);
  }

  /// Asks for what this visitor may see. Where tokens are in use, all else is told as what is not
  /// there: an answer of ours alone, the same in every byte but its request id, and on the same way
  /// whether the job exists or not, which nobody looks up.
  Response judged(const cloud::JobAddress& address, const Request& request,
                  const Visitor& visitor) {
    const auto now = std::chrono::steady_clock::now();
    const std::string viewer = proxies_.viewer_of(request.peer, request.forwarded_for);
    Decision decision;
    decision.viewer = viewer;
    decision.token = visitor.name();
    decision.address = address;
    const bool may_see = visitor.may_see(address);
    const bool is_known = may_see && unknown_.knows(address);
    if (const auto pause = is_known ? std::nullopt : unknown_.pause(decision.token, viewer, now)) {
      Problem problem = problem_of(trouble::kTooManyUnknown);
      problem.retry_after = pause;
      decision.request_id = problem.request_id;
      decision.outcome = "too_many_unknown";
      audit(std::move(decision));
      return response_of(problem);
    }
    Response answer = may_see ? ask(address, request) : refusal(trouble::kNoJobToSee);
    decision.outcome = may_see ? outcome_of(answer.status) : "not_allowed";
    decision.request_id = header_of(answer, "X-Request-Id");
    decision.cache_status = header_of(answer, "Cache-Status");
    if (!is_own_request_id(decision.request_id)) decision.cloud_request_id = decision.request_id;
    if (answer.status == 404) {
      // What an earlier question brought cost nothing.
      const std::string& cache = decision.cache_status;
      const bool was_free =
          cache.find("hit") != std::string::npos || cache.find("collapsed") != std::string::npos;
      if (!was_free) unknown_.spend(decision.token, viewer, now);
      if (options_.tokens) {
        const Problem told = problem_of(trouble::kNoJobToSee);
        decision.request_id = told.request_id;
        answer = response_of(told);
      }
    } else if (answer.status < 400) {
      unknown_.learn(address);
    }
    audit(std::move(decision));
    return answer;
  }

  JobCache::Options cache_options() {
    return {
        .limits = {.max_fetches = static_cast<std::size_t>(options_.max_open_questions),
                   .max_waiting = static_cast<std::size_t>(options_.max_waiting),
                   .max_parked = static_cast<std::size_t>(options_.max_parked),
                   .max_jobs = options_.max_jobs,
                   .max_bytes = options_.max_job_bytes},
        .version_of = [](std::string_view body) { return etag_of(body); },
        .judge =
            [this](const auto&, const cloud::JobReply& reply) {
              return options_.is_settled && options_.is_settled(reply.body);
            },
        .heard = [this](const auto& address, cloud::JobReply& reply) { heard(address, reply); }};
  }

  Response ask(const cloud::JobAddress& address, const Request& request) {
    auto patience = seconds_to_wait(request.prefer);
    if (patience.count() > 0 && request.has_left()) patience = {};
    // On another thread, so by value.
    const auto has = [etags = std::string(request.if_none_match)](std::string_view version) {
      return matches(etags, version);
    };
    Reading reading = read(address, {.has = has, .wait = patience}, request);
    if (reading.content && !reading.content->is_final) metrics_.showed(reading.age);
    Response response = response_to(reading, request);
    response.headers.emplace_back("Cache-Status", cache_status_of(reading));
    if (reading.was_parked) {
      response.headers.emplace_back("Preference-Applied",
                                    "wait=" + std::to_string(patience.count()));
    }
    return response;
  }

  /// Blocks while the viewer is made to wait, and is there. Each has a future of its own, so that a
  /// thousand are woken without a lock between them.
  Reading read(const cloud::JobAddress& address, ReadQuery query, const Request& request) {
    if (auto now = jobs_.read(address, query)) return std::move(*now);
    const auto told = std::make_shared<std::promise<Reading>>();
    auto reading = told->get_future();
    const auto viewer = jobs_.wait(address, std::move(query),
                                   [told](Reading now) { told->set_value(std::move(now)); });
    while (reading.wait_for(kLookAfterViewer) != std::future_status::ready) {
      if (request.has_left()) jobs_.leave(address, viewer);
    }
    return reading.get();
  }

  static Response response_to(const Reading& reading, const Request& request) {
    if (!reading.content) return without_job(reading);
    const std::string& etag = reading.content->version;
    Response response{.status = 200,
                      .content_type = "application/json; charset=utf-8",
                      .body = {},
                      .headers = {{"ETag", etag},
                                  {"Age", std::to_string(reading.age.count())},
                                  {"Cache-Control", "private, no-cache"}}};
    if (!reading.request_id.empty()) {
      response.headers.emplace_back("X-Request-Id", reading.request_id);
    }
    if (matches(request.if_none_match, etag)) {
      response.status = 304;
      response.content_type.clear();
    } else {
      response.shared_body = {reading.content, &reading.content->body};
    }
    return response;
  }

  static Response without_job(const Reading& reading) {
    if (!reading.failure || reading.failure->kind == FailedFetch::Kind::no_room) {
      Problem problem = problem_of(trouble::kBusy);
      problem.retry_after = kBusyPause;
      return response_of(problem);
    }
    if (reading.failure->kind == FailedFetch::Kind::broken) {
      throw std::runtime_error(reading.failure->what);
    }
    Problem problem = problem_of(reading.failure->reply);
    if (problem.retry_after) {
      problem.retry_after = std::max(*problem.retry_after - reading.age, std::chrono::seconds(1));
    }
    Response response = response_of(problem);
    response.headers.emplace_back("Age", std::to_string(reading.age.count()));
    return response;
  }

  /// Once for every answer of the cloud, however many viewers it has.
  void heard(const cloud::JobAddress& address, cloud::JobReply& answer) {
    for (const std::string& notice : answer.notices) {
      log(Level::warning, "notice", {{"detail", notice}});
    }
    if (answer.outcome == cloud::Outcome::succeeded ||
        answer.outcome == cloud::Outcome::deferred) {
      return;
    }
    const Problem problem = problem_of(answer);
    answer.request_id = problem.request_id;  // so that all viewers are told the one in the log
    const bool expected = answer.outcome == cloud::Outcome::not_found;
    log(expected ? Level::info : Level::warning, "no job from the cloud",
        {{"region", address.region},
         {"service", address.service},
         {"project", address.project_id},
         {"job", address.job_id},
         {"code", problem.code},
         {"cloud_status", std::to_string(answer.http_status)},
         {"request_id", problem.request_id},
         {"detail", answer.detail},
         {"cloud_says", answer.log_detail}});
  }

  static Response refusal(const Trouble& trouble, std::string_view detail = {}) {
    return response_of(problem_of(trouble, detail));
  }

  void log(Level level, std::string message, std::vector<LogField> fields) const {
    if (options_.log) options_.log({level, std::move(message), std::move(fields)});
  }

  const Options options_;
  const Guard guard_;
  const TrustedProxies proxies_;
  const Files files_;
  MissLimiter unknown_;
  Repeats repeats_;
  std::atomic<bool> stopping_ = false;
  Metrics metrics_;
  CountedSource source_;
  const std::unique_ptr<Executor> executor_;
  JobCache jobs_;
  std::unique_ptr<HttpServer> server_;  // last, with the next: their threads use all of the above
  std::optional<MetricsPort> metrics_port_;
};

// A Prometheus server or two ask there, each every few seconds.
constexpr std::size_t kMetricsThreads = 4;
constexpr std::size_t kMetricsConnections = 32;

Result<MetricsPort> bind_metrics(const Options& options) {
  const auto& [host, port] = *options.metrics;
  auto server = HttpServer::bind({.host = host,
                                  .port = port,
                                  .threads = kMetricsThreads,
                                  .max_connections = kMetricsConnections});
  if (!server) return server.failure().prefixed("the metrics: ");
  auto guard = Guard::make(host, server.value()->port(), options.allow_hosts);
  if (!guard) return guard.failure();
  return MetricsPort{std::move(guard.value()), std::move(server.value())};
}

}  // namespace

Result<std::unique_ptr<Gateway>> Gateway::start(const Options& options, cloud::JobSource& source) {
  if (!options.catalogue) return Failure::usage("a gateway needs a catalogue of what may be asked");
  if (auto allowed = may_listen_on(options.host, options.tokens != nullptr); !allowed)
    return allowed.failure();
  auto proxies = TrustedProxies::make(options.trusted_proxies);
  if (!proxies) return proxies.failure();
  auto files = Files::make(assets(), options.web_root);
  if (!files) return files.failure();
  auto server = HttpServer::bind({.host = options.host, .port = options.port});
  if (!server) return server.failure();
  auto guard =
      Guard::make(options.host, server.value()->port(), options.allow_hosts, options.allow_origins);
  if (!guard) return guard.failure();
  std::optional<MetricsPort> metrics_port;
  if (options.metrics) {
    auto bound = bind_metrics(options);
    if (!bound) return bound.failure();
    metrics_port = std::move(bound.value());
  }
  auto executor = make_executor({});
  if (!executor) return executor.failure();
  return std::unique_ptr<Gateway>(
      std::make_unique<Site>(options, source, std::move(executor.value()), std::move(guard.value()),
                             std::move(proxies.value()), std::move(files.value()),
                             std::move(server.value()), std::move(metrics_port)));
}

}  // namespace jobtree::gateway

#include "gateway/gateway.h"

#include <atomic>
#include <utility>

#include "base/clock.h"
#include "gateway/access/authenticator.h"
#include "gateway/access/host_policy.h"
#include "gateway/access/origin_policy.h"
#include "gateway/access/request_log.h"
#include "gateway/access/security_headers.h"
#include "gateway/access/tokens.h"
#include "gateway/access/trusted_proxies.h"
#include "gateway/counted_source.h"
#include "gateway/jobs/executor.h"
#include "gateway/jobs/follower.h"
#include "gateway/jobs/job_memory.h"
#include "gateway/jobs/own_ids.h"
#include "gateway/memory/archive_reads.h"
#include "gateway/memory/board_route.h"
#include "gateway/memory/compare_route.h"
#include "gateway/memory/follow_route.h"
#include "gateway/memory/memory_route.h"
#include "gateway/metrics.h"
#include "gateway/problem.h"
#include "gateway/sdk/identity.h"
#include "gateway/site/assets.h"
#include "gateway/site/config.h"
#include "gateway/site/dispatcher.h"
#include "gateway/site/error_codes.h"
#include "gateway/site/files.h"
#include "gateway/site/health.h"
#include "gateway/site/job_route.h"
#include "gateway/site/request_records.h"
#include "gateway/site/routes.h"
#include "net/http_server.h"

namespace jobtree::gateway {
namespace {

using MaybeResponse = std::optional<RouteResponse>;

// A Prometheus server or two ask there, each every few seconds.
constexpr std::size_t kMetricsConnections = 32;
// Programs, of which one opens a connection or two.
constexpr std::size_t kSdkConnections = 512;
// Beside the fetches: compressing, and what else is short.
constexpr std::size_t kSpareThreads = 8;

/// What handlers read of a request, beside Host.
std::vector<std::string> headers_read() {
  return {"Accept-Encoding", "Accept-Language", "Authorization",  "Content-Type",   "If-None-Match",
          "Origin",          "Prefer",          "Sec-Fetch-Site", "X-Forwarded-For"};
}

/// A port that is open, and the names it goes by.
struct Port {
  HostPolicy hosts;
  std::unique_ptr<net::HttpServer> server;
};

Result<Port> open_port(const net::ServerOptions& options,
                       const std::vector<std::string>& allow_hosts) {
  auto server = net::HttpServer::bind(options);
  if (!server) return server.failure();
  auto hosts = HostPolicy::make(options.host, server.value()->port(), allow_hosts);
  if (!hosts) return hosts.failure();
  return Port{std::move(hosts.value()), std::move(server.value())};
}

/// What can fail at the start.
struct Parts {
  OriginPolicy origins;
  TrustedProxies proxies;
  Files files;
  std::unique_ptr<Executor> executor;
  Port main;
  std::optional<Port> metrics;
  std::vector<Port> sdk;  ///< as the options have them
};

class Joined final : public Gateway {
 public:
  Joined(const Options& options, cloud::JobSource& source, Parts parts)
      : options_(options),
        parts_(std::move(parts)),
        log_(options.log, options.least_log_level, options.tokens != nullptr),
        tokens_(options.tokens, log_),
        metrics_(patterns_of(routes())),
        records_(patterns_of(routes()), metrics_, log_),
        source_(source, metrics_),
        archive_(options.archive != nullptr ? *options.archive : *no_archive_),
        own_ids_(*options_.catalogue, source_),
        memory_(
            archive_, [this](const cloud::JobAddress& address) { return own_ids_.by_id(address); },
            real_clock().wall),
        jobs_(job_options(), source_, *parts_.executor, real_clock()),
        follower_({.archive = archive_,
                   .source = source_,
                   .executor = *parts_.executor,
                   .clock = real_clock(),
                   .look =
                       [this](const cloud::JobAddress& address,
                              std::function<void(const Reading&)> done) {
                         jobs_.look(address, std::move(done));
                       },
                   .notice = [this](const Bilingual& text) { log_.notice(text.en); },
                   .share = options_.background}),
        board_route_({.archive = archive_,
                      .reads = reads_,
                      .own_ids = own_ids_,
                      .tokens = tokens_,
                      .log = log_,
                      .max_waiting = options_.limits.max_parked}),
        memory_route_({.archive = archive_,
                       .reads = reads_,
                       .catalogue = *options_.catalogue,
                       .own_ids = own_ids_,
                       .jobs = jobs_,
                       .log = log_}),
        compare_route_({.archive = archive_,
                        .reads = reads_,
                        .catalogue = *options_.catalogue,
                        .own_ids = own_ids_,
                        .jobs = jobs_,
                        .log = log_,
                        .clock = real_clock()}),
        follow_route_({.archive = archive_,
                       .reads = reads_,
                       .catalogue = *options_.catalogue,
                       .source = source_,
                       .own_ids = own_ids_,
                       .follower = follower_,
                       .log = log_}),
        job_route_({.catalogue = *options_.catalogue,
                    .own_ids = own_ids_,
                    .jobs = jobs_,
                    .tokens = tokens_,
                    .origins = parts_.origins,
                    .log = log_,
                    .records = records_,
                    .metrics = metrics_,
                    .executor = *parts_.executor}),
        identity_(*options_.catalogue, source_, *parts_.executor,
                  [this](const std::string& region, cloud::JobReply& reply) {
                    heard_of_key(region, reply);
                  }),
        dispatcher_(judges(parts_.main.hosts, ""), Routes(routes())) {
    if (parts_.metrics) {
      metrics_dispatcher_.emplace(Dispatcher::Judges{.hosts = parts_.metrics->hosts,
                                                     .origins = no_origins_,
                                                     .proxies = parts_.proxies,
                                                     .executor = *parts_.executor},
                                  Routes(metrics_routes()));
      serve(*parts_.metrics, *metrics_dispatcher_);
    }
    for (std::size_t i = 0; i < parts_.sdk.size(); ++i) {
      const SdkAddress& address = options_.sdk_addresses[i];
      const std::string prefix = "/api/" + address.region + "/" + address.service;
      sdk_dispatchers_.push_back(
          std::make_unique<Dispatcher>(judges(parts_.sdk[i].hosts, prefix), Routes(routes())));
      serve(parts_.sdk[i], *sdk_dispatchers_.back());
      // Which tokens may see the jobs of SDKs depends on it.
      if (options_.tokens) identity_.learn_project(address.region);
    }
    follower_.start();
    serve(parts_.main, dispatcher_);
  }

  ~Joined() override {
    // Their threads use all the rest.
    parts_.main.server.reset();
    if (parts_.metrics) parts_.metrics->server.reset();
    for (Port& port : parts_.sdk)
      port.server.reset();
    follower_.close();
    // A fetch that ends now still has the last word said by what goes before it.
    jobs_.close();
  }

  std::string url() const override {
    return "http://" + authority(options_.host, parts_.main.server->port());
  }
  std::string metrics_url() const override {
    if (!parts_.metrics) return "";
    return "http://" + authority(options_.metrics->host, parts_.metrics->server->port());
  }
  std::vector<std::string> sdk_urls() const override {
    std::vector<std::string> urls;
    for (std::size_t i = 0; i < parts_.sdk.size(); ++i) {
      urls.push_back("http://" +
                     authority(options_.sdk_addresses[i].host, parts_.sdk[i].server->port()));
    }
    return urls;
  }
  void wait() override {
    parts_.main.server->wait();
    for (const Port& port : parts_.sdk)
      port.server->wait();
  }
  void stop() override {
    is_stopping_ = true;
    if (parts_.metrics) parts_.metrics->server->stop();
    jobs_.release_all();
    board_route_.release_all();
    for (const Port& port : parts_.sdk)
      port.server->stop();
    parts_.main.server->stop();
  }

 private:
  Dispatcher::Judges judges(const HostPolicy& hosts, std::string prefix) {
    return {.hosts = hosts,
            .origins = parts_.origins,
            .proxies = parts_.proxies,
            .executor = *parts_.executor,
            .tokens = &tokens_,
            .audit = &log_,
            .records = &records_,
            .prefix = std::move(prefix)};
  }

  static void serve(Port& port, Dispatcher& dispatcher) {
    port.server->serve([&dispatcher](net::Exchange& exchange) { dispatcher.handle(exchange); },
                       [&dispatcher](const net::RequestError& error, httplib::Response& response) {
                         dispatcher.error(error, response);
                       });
  }

  /// Who may use what: this is the whole of it.
  std::vector<Route> routes() {
    return {
        {"GET", "/", From::anywhere, false, false,
         [this](RoutedRequest& request) { return page("index.html", request); }},
        {"GET", "/embed.html", From::anywhere, false, false,
         [this](RoutedRequest& request) { return page("embed.html", request); }},
        {"GET", "/healthz", From::anywhere, false, false,
         [](RoutedRequest&) { return MaybeResponse(healthz_response()); }},
        {"GET", "/readyz", From::anywhere, false, false,
         [this](RoutedRequest&) { return MaybeResponse(readyz()); }},
        {"GET", "/metrics", From::own_pages, true, false,
         [this](RoutedRequest&) {
           return MaybeResponse(parts_.metrics ? refusal(problems::kNotFound) : metrics());
         }},
        {"GET", "/api/config", From::allowed_pages, false, false,
         [this](RoutedRequest& request) { return config(request); }},
        {"GET", "/api/error-codes.json", From::allowed_pages, false, false,
         [this](RoutedRequest& request) {
           return MaybeResponse(error_codes_.table(query_of(request)));
         }},
        {"GET", "/api/error-codes/{code}", From::allowed_pages, false, false,
         [this](RoutedRequest& request) {
           return MaybeResponse(
               error_code_response(request.captures["code"], request.query, query_of(request)));
         }},
        {"POST", "/api/demo/batches", From::own_pages, true, options_.demo.has_value(),
         [this](RoutedRequest& request) { return MaybeResponse(batch(request)); }},
        // Before the routes of a region, of which none has such a name.
        {"GET", "/api/jobs", From::allowed_pages, true, false,
         [this](RoutedRequest& request) { return board_route_.handle(request); }},
        {"POST", "/api/jobs", From::own_pages, true, true,
         [this](RoutedRequest& request) { return follow_route_.handle(request); }},
        {"GET", "/api/jobs/{region}/{service}/{project}/{job...}", From::allowed_pages, true, false,
         [this](RoutedRequest& request) { return memory_route_.job(request); }},
        {"GET", "/api/stats", From::allowed_pages, true, false,
         [this](RoutedRequest& request) { return memory_route_.stats(request); }},
        {"GET", "/api/compare", From::allowed_pages, true, false,
         [this](RoutedRequest& request) { return compare_route_.handle(request); }},
        {"GET", "/api/{region}/v3/projects", From::allowed_pages, true, false,
         [this](RoutedRequest& request) { return identity_.projects(request); }},
        {"GET", "/api/{region}/v3/auth/domains", From::allowed_pages, true, false,
         [this](RoutedRequest& request) { return identity_.domains(request); }},
        {"GET", "/api/{region}/{service}/v3/projects", From::allowed_pages, true, false,
         [this](RoutedRequest& request) { return identity_.projects(request); }},
        {"GET", "/api/{region}/{service}/v3/auth/domains", From::allowed_pages, true, false,
         [this](RoutedRequest& request) { return identity_.domains(request); }},
        {"GET", "/api/{region}/{service}/{upstream...}", From::allowed_pages, true, false,
         [this](RoutedRequest& request) { return job_route_.handle(request); }},
        {"GET", "/{file}", From::anywhere, false, false,
         [this](RoutedRequest& request) { return page(request.captures["file"], request); }},
    };
  }

  /// On the metrics' own port there is nothing else.
  std::vector<Route> metrics_routes() {
    return {{"GET", "/metrics", From::own_pages, false, false,
             [this](RoutedRequest&) { return MaybeResponse(metrics()); }}};
  }

  static FileQuery query_of(const RoutedRequest& request) {
    return {.if_none_match = request.exchange.header("If-None-Match"),
            .accept_encoding = request.exchange.header("Accept-Encoding")};
  }

  /// A file of the page. Those of a folder are read where that may block.
  MaybeResponse page(std::string_view name, RoutedRequest& request) const {
    const FileQuery query = query_of(request);
    if (!parts_.files.reads_folder()) return file(name, query);
    request.make_later = [this, name = std::string(name), tags = std::string(query.if_none_match),
                          codings = std::string(query.accept_encoding)] {
      return file(name, {.if_none_match = tags, .accept_encoding = codings});
    };
    return std::nullopt;
  }

  RouteResponse file(std::string_view name, const FileQuery& query) const {
    auto found = parts_.files.get(name, query);
    if (!found) return refusal(problems::kNotFound);
    // Who may show this one in a frame is the browser's to see to.
    if (name == "embed.html" && found->response.status == 200) {
      allow_framing(parts_.origins.names(), found->response);
    }
    return std::move(*found);
  }

  MaybeResponse config(RoutedRequest& request) {
    auto make = [this] {
      return config_response(config_facts(), source_.health(), parts_.files.integrity());
    };
    if (!parts_.files.reads_folder()) return make();
    request.make_later = std::move(make);
    return std::nullopt;
  }

  RouteResponse readyz() {
    const auto last_success = metrics_.last_success();
    const store::ArchiveState memory = archive_.state();
    if (is_stopping_) return stopping_response(memory, last_success);
    return readyz_response(readiness_of(source_.health()), memory, last_success);
  }

  RouteResponse metrics() {
    RouteResponse answer;
    answer.response.status = 200;
    answer.response.set_header("Cache-Control", "no-store");
    answer.response.set_content(
        metrics_.render({.version = options_.version,
                         .jobs = figures(),
                         .connections = connections(),
                         .cloud = source_.health(),
                         .memory = archive_.state(),
                         .followed = follower_.size(),
                         .log_lost = options_.log_lost ? options_.log_lost() : 0}),
        "text/plain; version=0.0.4; charset=utf-8");
    return answer;
  }

  JobFigures figures() const {
    JobFigures figures = jobs_.figures();
    figures.parked += board_route_.waiting();
    return figures;
  }

  std::size_t connections() const {
    std::size_t open = parts_.main.server->connections();
    for (const Port& port : parts_.sdk)
      open += port.server->connections();
    return open;
  }

  ConfigFacts config_facts() const {
    return {.version = options_.version,
            .catalogue = options_.catalogue,
            .default_region = options_.default_region,
            .default_project = options_.default_project,
            .wants_tokens = options_.tokens != nullptr,
            .memory = archive_.state().kind,
            .demo = options_.demo ? &*options_.demo : nullptr,
            .sdk_endpoints = sdk_endpoints()};
  }

  std::vector<SdkEndpoint> sdk_endpoints() const {
    std::vector<SdkEndpoint> endpoints;
    const std::vector<std::string> urls = sdk_urls();
    for (std::size_t i = 0; i < urls.size(); ++i) {
      const SdkAddress& address = options_.sdk_addresses[i];
      endpoints.push_back({address.service, address.region, urls[i]});
    }
    return endpoints;
  }

  RouteResponse batch(const RoutedRequest& request) const {
    if (!options_.demo) return refusal(problems::kNotFound);
    return start_batch(*options_.demo, request.exchange.request.body);
  }

  JobHandler::Options job_options() {
    return {.limits = options_.limits,
            .judge = options_.judge,
            .header_lines = security_header_lines(),
            .body_header_lines = data_policy_line(),
            .heard = [this](const cloud::JobAddress& address,
                            cloud::JobReply& reply) { heard(address, reply); },
            .memory = &memory_};
  }

  /// Once for every reply of the cloud, however many viewers it has.
  void heard(const cloud::JobAddress& address, cloud::JobReply& reply) {
    for (const Bilingual& notice : reply.notices) {
      log_.notice(notice.en);
    }
    if (reply.outcome == cloud::Outcome::succeeded || reply.outcome == cloud::Outcome::deferred) {
      return;
    }
    const Problem problem = problem_of(reply);
    reply.request_id = problem.request_id;  // so that all viewers are told the one in the log
    const bool expected = reply.outcome == cloud::Outcome::not_found;
    log_.write({expected ? LogEntry::Level::info : LogEntry::Level::warning,
                "job query failed",
                {{"region", address.region()},
                 {"service", address.service()},
                 {"project", address.project_id()},
                 {"job", address.job_id()},
                 {"code", problem.code},
                 {"upstream_status", std::to_string(reply.http_status)},
                 {"request_id", problem.request_id},
                 {"detail", reply.detail.en},
                 {"upstream_message", reply.log_detail}}});
  }

  /// Once for every look-up of the key's own project or account.
  void heard_of_key(const std::string& region, cloud::JobReply& reply) {
    for (const Bilingual& notice : reply.notices) {
      log_.notice(notice.en);
    }
    if (reply.outcome == cloud::Outcome::succeeded) return;
    const Problem problem = problem_of(reply);
    reply.request_id = problem.request_id;
    log_.write({LogEntry::Level::warning,
                "project look-up failed",
                {{"region", region},
                 {"code", problem.code},
                 {"upstream_status", std::to_string(reply.http_status)},
                 {"request_id", problem.request_id},
                 {"detail", reply.detail.en},
                 {"upstream_message", reply.log_detail}}});
  }

  const Options options_;
  Parts parts_;
  const OriginPolicy no_origins_{};
  const ErrorCodes error_codes_{};
  std::atomic<bool> is_stopping_ = false;
  RequestLog log_;
  Authenticator tokens_;
  Metrics metrics_;
  RequestRecords records_;
  CountedSource source_;
  const std::unique_ptr<store::Archive> no_archive_ = store::no_archive();
  store::Archive& archive_;
  OwnIds own_ids_;
  JobMemory memory_;
  JobHandler jobs_;
  Follower follower_;
  ArchiveReads reads_;
  BoardRoute board_route_;
  MemoryRoute memory_route_;
  CompareRoute compare_route_;
  FollowRoute follow_route_;
  JobRoute job_route_;
  Identity identity_;
  Dispatcher dispatcher_;
  std::vector<std::unique_ptr<Dispatcher>> sdk_dispatchers_;
  std::optional<Dispatcher> metrics_dispatcher_;
};

Result<Parts> make_parts(const Options& options) {
  auto origins = OriginPolicy::make(options.allow_origins);
  if (!origins) return origins.failure();
  auto proxies = TrustedProxies::make(options.trusted_proxies);
  if (!proxies) return proxies.failure();
  auto files = Files::make(assets(), options.web_root);
  if (!files) return files.failure();
  auto executor = make_executor(
      {.max_threads = options.limits.max_fetches + kSpareThreads,
       .threw = [log = options.log](std::string_view what) {
         if (log) {
           log({LogEntry::Level::error, "internal error", {{"reason", std::string(what)}}});
         }
       }});
  if (!executor) return executor.failure();
  auto main = open_port({.host = options.host, .port = options.port, .headers = headers_read()},
                        options.allow_hosts);
  if (!main) return main.failure();
  Parts parts{std::move(origins.value()),
              std::move(proxies.value()),
              std::move(files.value()),
              std::move(executor.value()),
              std::move(main.value()),
              std::nullopt,
              {}};
  for (const SdkAddress& address : options.sdk_addresses) {
    auto port = open_port({.host = address.host,
                           .port = address.port,
                           .workers = 1,
                           .headers = headers_read(),
                           .max_connections = kSdkConnections},
                          options.allow_hosts);
    if (!port) return port.failure().prefixed({"--sdk-listen: ", "--sdk-listen："});
    parts.sdk.push_back(std::move(port.value()));
  }
  if (options.metrics) {
    auto metrics = open_port({.host = options.metrics->host,
                              .port = options.metrics->port,
                              .workers = 1,
                              .headers = headers_read(),
                              .max_connections = kMetricsConnections},
                             options.allow_hosts);
    if (!metrics) return metrics.failure().prefixed({"--metrics-listen: ", "--metrics-listen："});
    parts.metrics = std::move(metrics.value());
  }
  return parts;
}

}  // namespace

Result<std::unique_ptr<Gateway>> Gateway::start(const Options& options, cloud::JobSource& source) {
  if (!options.catalogue) return Failure::usage("a gateway needs a catalogue");
  if (auto allowed = may_listen_on(options.host, options.tokens != nullptr); !allowed) {
    return allowed.failure();
  }
  for (const SdkAddress& address : options.sdk_addresses) {
    if (auto allowed = may_listen_on(address.host, options.tokens != nullptr); !allowed) {
      return allowed.failure().prefixed({"--sdk-listen: ", "--sdk-listen："});
    }
  }
  auto parts = make_parts(options);
  if (!parts) return parts.failure();
  return std::unique_ptr<Gateway>(
      std::make_unique<Joined>(options, source, std::move(parts.value())));
}

}  // namespace jobtree::gateway

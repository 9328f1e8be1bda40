#include "gateway/gateway.h"

#include <atomic>
#include <utility>

#include "base/clock.h"
#include "gateway/access/authenticator.h"
#include "gateway/access/origin_policy.h"
#include "gateway/access/request_log.h"
#include "gateway/access/security_headers.h"
#include "gateway/access/tokens.h"
#include "gateway/access/trusted_proxies.h"
#include "gateway/channels/channels_route.h"
#include "gateway/counted_source.h"
#include "gateway/jobs/executor.h"
#include "gateway/jobs/follower.h"
#include "gateway/jobs/job_memory.h"
#include "gateway/jobs/own_ids.h"
#include "gateway/memory/archive_reads.h"
#include "gateway/memory/board_route.h"
#include "gateway/memory/compare_route.h"
#include "gateway/memory/failures_route.h"
#include "gateway/memory/follow_route.h"
#include "gateway/memory/memory_route.h"
#include "gateway/metrics.h"
#include "gateway/ports.h"
#include "gateway/problem.h"
#include "gateway/reply_log.h"
#include "gateway/sdk/identity.h"
#include "gateway/sharing/link_route.h"
#include "gateway/sharing/share_access.h"
#include "gateway/sharing/share_book.h"
#include "gateway/sharing/shares_route.h"
#include "gateway/site/assets.h"
#include "gateway/site/config.h"
#include "gateway/site/dispatcher.h"
#include "gateway/site/error_codes.h"
#include "gateway/site/files.h"
#include "gateway/site/health.h"
#include "gateway/site/job_route.h"
#include "gateway/site/request_records.h"
#include "gateway/site/routes.h"

namespace jobtree::gateway {
namespace {

using MaybeResponse = std::optional<RouteResponse>;

// Beside the fetches: compressing, and what else is short.
constexpr std::size_t kSpareThreads = 8;

/// What can fail at the start.
struct Parts {
  OriginPolicy origins;
  TrustedProxies proxies;
  Files files;
  std::unique_ptr<Executor> executor;
  Ports ports;
};

class Joined final : public Gateway {
 public:
  Joined(const Options& options, cloud::JobSource& source, Parts parts)
      : options_(options),
        parts_(std::move(parts)),
        log_(options.log, options.least_log_level, options.tokens != nullptr),
        tokens_(options.tokens, log_, &share_access_),
        metrics_(patterns_of(routes())),
        records_(patterns_of(routes()), metrics_, log_),
        source_(source, metrics_),
        archive_(options.archive != nullptr ? *options.archive : *no_archive_),
        own_ids_(*options_.catalogue, source_),
        share_book_(archive_, *parts_.executor, real_clock()),
        share_access_({.book = share_book_,
                       .tokens = options_.tokens.get(),
                       .own_ids = own_ids_,
                       .misses = misses_}),
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
                   .share = options_.shared != nullptr ? &options_.shared->background() : nullptr}),
        board_route_({.archive = archive_,
                      .reads = reads_,
                      .own_ids = own_ids_,
                      .tokens = tokens_,
                      .log = log_,
                      .watch = [this](auto jobs) { follower_.watch(jobs); },
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
        failures_route_({.archive = archive_,
                         .reads = reads_,
                         .own_ids = own_ids_,
                         .log = log_,
                         .clock = real_clock()}),
        follow_route_({.archive = archive_,
                       .reads = reads_,
                       .catalogue = *options_.catalogue,
                       .source = source_,
                       .own_ids = own_ids_,
                       .follower = follower_,
                       .log = log_}),
        channels_route_(options_.channels, log_),
        shares_route_({.archive = archive_,
                       .reads = reads_,
                       .book = share_book_,
                       .catalogue = *options_.catalogue,
                       .own_ids = own_ids_,
                       .log = log_,
                       .public_url = options_.public_url}),
        link_route_({.archive = archive_,
                     .reads = reads_,
                     .book = share_book_,
                     .access = share_access_,
                     .own_ids = own_ids_,
                     .files = parts_.files,
                     .log = log_,
                     .public_url = options_.public_url}),
        job_route_({.catalogue = *options_.catalogue,
                    .own_ids = own_ids_,
                    .jobs = jobs_,
                    .tokens = tokens_,
                    .misses = misses_,
                    .origins = parts_.origins,
                    .log = log_,
                    .records = records_,
                    .metrics = metrics_,
                    .executor = *parts_.executor}),
        identity_(*options_.catalogue, source_, *parts_.executor,
                  [this](const std::string& region, cloud::JobReply& reply) {
                    reply_log_.project(region, reply);
                  }),
        dispatcher_(judges(parts_.ports.main.hosts, ""), Routes(routes())) {
    if (parts_.ports.metrics) {
      metrics_dispatcher_.emplace(Dispatcher::Judges{.hosts = parts_.ports.metrics->hosts,
                                                     .origins = no_origins_,
                                                     .proxies = parts_.proxies,
                                                     .executor = *parts_.executor},
                                  Routes(metrics_routes()));
      serve(*parts_.ports.metrics, *metrics_dispatcher_);
    }
    for (std::size_t i = 0; i < parts_.ports.sdk.size(); ++i) {
      const SdkAddress& address = options_.sdk_addresses[i];
      const std::string prefix = "/api/" + address.region + "/" + address.service;
      sdk_dispatchers_.push_back(std::make_unique<Dispatcher>(
          judges(parts_.ports.sdk[i].hosts, prefix), Routes(routes())));
      serve(parts_.ports.sdk[i], *sdk_dispatchers_.back());
      // Which tokens may see the jobs of SDKs depends on it.
      if (options_.tokens) identity_.learn_project(address.region);
    }
    follower_.start();
    serve(parts_.ports.main, dispatcher_);
  }

  ~Joined() override {
    // Their threads use all the rest.
    parts_.ports.main.server.reset();
    if (parts_.ports.metrics) parts_.ports.metrics->server.reset();
    for (Port& port : parts_.ports.sdk)
      port.server.reset();
    follower_.close();
    // A fetch that ends now still has the last word said by what goes before it.
    jobs_.close();
  }

  std::string url() const override { return parts_.ports.main.url; }
  std::string metrics_url() const override {
    return parts_.ports.metrics ? parts_.ports.metrics->url : "";
  }
  std::vector<std::string> sdk_urls() const override {
    std::vector<std::string> urls;
    for (const Port& port : parts_.ports.sdk)
      urls.push_back(port.url);
    return urls;
  }
  void follow(const cloud::JobAddress& address) override { follower_.follow(address); }
  void wait() override { parts_.ports.wait(); }
  void stop() override {
    is_stopping_ = true;
    if (parts_.ports.metrics) parts_.ports.metrics->server->stop();
    jobs_.release_all();
    board_route_.release_all();
    for (const Port& port : parts_.ports.sdk)
      port.server->stop();
    parts_.ports.main.server->stop();
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
           return MaybeResponse(parts_.ports.metrics ? refusal(problems::kNotFound) : metrics());
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
         [this](RoutedRequest& request) { return board_route_.handle(request); },
         OpenTo::board_shares},
        {"POST", "/api/jobs", From::own_pages, true, true,
         [this](RoutedRequest& request) { return follow_route_.handle(request); }},
        {"GET", "/api/jobs/{region}/{service}/{project}/{job...}", From::allowed_pages, true, false,
         [this](RoutedRequest& request) { return memory_route_.job(request); }, OpenTo::job_shares},
        {"POST", "/api/shares", From::own_pages, true, true,
         [this](RoutedRequest& request) { return shares_route_.create(request); }},
        {"GET", "/api/shares", From::own_pages, true, false,
         [this](RoutedRequest& request) { return shares_route_.list(request); }},
        {"DELETE", "/api/shares/{id}", From::own_pages, true, false,
         [this](RoutedRequest& request) { return shares_route_.revoke(request); }},
        {"GET", "/api/share", From::allowed_pages, true, false,
         [this](RoutedRequest& request) { return shares_route_.show(request); }, OpenTo::any_share},
        {"GET", "/api/discovery", From::allowed_pages, true, false,
         [this](RoutedRequest&) { return MaybeResponse(discovery()); }},
        {"GET", "/api/channels", From::own_pages, true, false,
         [this](RoutedRequest& request) { return channels_route_.list(request); }},
        {"POST", "/api/channels/{name}/test", From::own_pages, true, true,
         [this](RoutedRequest& request) { return channels_route_.test(request); }},
        {"GET", "/api/stats", From::allowed_pages, true, false,
         [this](RoutedRequest& request) { return memory_route_.stats(request); },
         OpenTo::job_shares},
        {"GET", "/api/failures", From::allowed_pages, true, false,
         [this](RoutedRequest& request) { return failures_route_.list(request); }},
        {"POST", "/api/failures", From::own_pages, true, true,
         [this](RoutedRequest& request) { return failures_route_.mute(request); }},
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
         [this](RoutedRequest& request) { return job_route_.handle(request); }, OpenTo::job_shares},
        {"GET", "/s/{token}", From::anywhere, false, false,
         [this](RoutedRequest& request) { return link_route_.page(request); }},
        {"GET", "/badge/{file}", From::anywhere, false, false,
         [this](RoutedRequest& request) { return link_route_.badge(request); }},
        {"GET", "/feed/{file}", From::anywhere, false, false,
         [this](RoutedRequest& request) { return link_route_.feed(request); }},
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

  RouteResponse discovery() const {
    if (!options_.discovery.json) return refusal(problems::kNotFound);
    return json_response(200, options_.discovery.json());
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
                         .connections = parts_.ports.connections(),
                         .cloud = source_.health(),
                         .memory = archive_.state(),
                         .followed = follower_.size(),
                         .discovery = options_.discovery.figures ? options_.discovery.figures()
                                                                 : DiscoveryFigures(),
                         .channels = options_.channels.figures ? options_.channels.figures()
                                                               : std::vector<ChannelFigures>(),
                         .log_lost = options_.log_lost ? options_.log_lost() : 0}),
        "text/plain; version=0.0.4; charset=utf-8");
    return answer;
  }

  JobFigures figures() const {
    JobFigures figures = jobs_.figures();
    figures.parked += board_route_.waiting();
    return figures;
  }

  ConfigFacts config_facts() const {
    return {.version = options_.version,
            .catalogue = options_.catalogue,
            .default_region = options_.default_region,
            .default_project = options_.default_project,
            .wants_tokens = options_.tokens != nullptr,
            .memory = archive_.state().kind,
            .discovery = options_.discovery.mode,
            .demo = options_.demo ? &*options_.demo : nullptr,
            .sdk_endpoints = sdk_endpoints()};
  }

  std::vector<SdkEndpoint> sdk_endpoints() const {
    std::vector<SdkEndpoint> endpoints;
    for (std::size_t i = 0; i < parts_.ports.sdk.size(); ++i) {
      const SdkAddress& address = options_.sdk_addresses[i];
      endpoints.push_back({address.service, address.region, parts_.ports.sdk[i].url});
    }
    return endpoints;
  }

  RouteResponse batch(const RoutedRequest& request) const {
    if (!options_.demo) return refusal(problems::kNotFound);
    return start_batch(*options_.demo, request.exchange.request.body);
  }

  JobHandler::Options job_options() {
    decltype(JobHandler::Options::take_turn) take_turn;
    if (options_.shared != nullptr) {
      take_turn = [this](const cloud::JobAddress& address, schedule::Duration interval) {
        return options_.shared->poll_turns().take(
            own_ids_.by_id(address).key(),
            std::chrono::duration_cast<std::chrono::milliseconds>(interval));
      };
    }
    return {.limits = options_.limits,
            .judge = options_.judge,
            .header_lines = security_header_lines(),
            .body_header_lines = data_policy_line(),
            .heard = [this](const cloud::JobAddress& address,
                            cloud::JobReply& reply) { reply_log_.job(address, reply); },
            .take_turn = std::move(take_turn),
            .memory = &memory_};
  }

  const Options options_;
  Parts parts_;
  const OriginPolicy no_origins_{};
  const ErrorCodes error_codes_{};
  std::atomic<bool> is_stopping_ = false;
  RequestLog log_;
  ReplyLog reply_log_{log_};
  Authenticator tokens_;
  Metrics metrics_;
  RequestRecords records_;
  CountedSource source_;
  const std::unique_ptr<store::Archive> no_archive_ = store::no_archive();
  store::Archive& archive_;
  OwnIds own_ids_;
  MissLimiter misses_;
  ShareBook share_book_;
  ShareAccess share_access_;
  JobMemory memory_;
  JobHandler jobs_;
  Follower follower_;
  ArchiveReads reads_;
  BoardRoute board_route_;
  MemoryRoute memory_route_;
  CompareRoute compare_route_;
  FailuresRoute failures_route_;
  FollowRoute follow_route_;
  ChannelsRoute channels_route_;
  SharesRoute shares_route_;
  LinkRoute link_route_;
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
  auto ports = Ports::open({.host = options.host,
                            .port = options.port,
                            .allow_hosts = options.allow_hosts,
                            .sdk_addresses = options.sdk_addresses,
                            .metrics = options.metrics,
                            .with_tokens = options.tokens != nullptr});
  if (!ports) return ports.failure();
  return Parts{.origins = std::move(origins.value()),
               .proxies = std::move(proxies.value()),
               .files = std::move(files.value()),
               .executor = std::move(executor.value()),
               .ports = std::move(ports.value())};
}

}  // namespace

Result<std::unique_ptr<Gateway>> Gateway::start(const Options& options, cloud::JobSource& source) {
  if (!options.catalogue) return Failure::usage("a gateway needs a catalogue");
  auto parts = make_parts(options);
  if (!parts) return parts.failure();
  return std::unique_ptr<Gateway>(
      std::make_unique<Joined>(options, source, std::move(parts.value())));
}

}  // namespace jobtree::gateway

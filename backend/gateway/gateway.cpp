#include "gateway/gateway.h"

#include <utility>

#include "base/clock.h"
#include "gateway/access/authenticator.h"
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
#include "gateway/metrics.h"
#include "gateway/ports.h"
#include "gateway/reply_log.h"
#include "gateway/route_table.h"
#include "gateway/routing/dispatcher.h"
#include "gateway/routing/request_records.h"
#include "gateway/sharing/share_access.h"
#include "gateway/sharing/share_book.h"
#include "gateway/site/assets.h"
#include "gateway/site/files.h"

namespace jobtree::gateway {
namespace {

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
        site_route_({.files = parts_.files,
                     .origins = parts_.origins,
                     .source = source_,
                     .archive = archive_,
                     .metrics = metrics_,
                     .facts = [this] { return config_facts(); },
                     .figures = [this] { return figures_now(); },
                     .discovery = options_.discovery.json,
                     .demo = options_.demo}),
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
                                  Routes(metrics_routes_of(site_route_)));
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
    site_route_.stop();
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

  std::vector<Route> routes() {
    return routes_of(
        {.site = site_route_,
         .board = board_route_,
         .memory = memory_route_,
         .compare = compare_route_,
         .failures = failures_route_,
         .follow = follow_route_,
         .channels = channels_route_,
         .shares = shares_route_,
         .links = link_route_,
         .jobs = job_route_,
         .identity = identity_},
        {.has_demo = options_.demo.has_value(), .has_metrics_port = options_.metrics.has_value()});
  }

  Metrics::Now figures_now() {
    JobFigures jobs = jobs_.figures();
    jobs.parked += board_route_.waiting();
    return {
        .version = options_.version,
        .jobs = jobs,
        .connections = parts_.ports.connections(),
        .cloud = source_.health(),
        .memory = archive_.state(),
        .followed = follower_.size(),
        .discovery = options_.discovery.figures ? options_.discovery.figures() : DiscoveryFigures(),
        .channels =
            options_.channels.figures ? options_.channels.figures() : std::vector<ChannelFigures>(),
        .log_lost = options_.log_lost ? options_.log_lost() : 0};
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
  SiteRoute site_route_;
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

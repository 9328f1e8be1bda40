// backend serve: joins cloud, simulator and gateway, and keeps them up until it is told to end.
//
// Knows: its flags, and who is started and ended in which order. Must not know: what a request or a
// response looks like.
#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/protocol/public_url.h"
#include "cloud/ask/transport.h"
#include "cloud/cloud.h"
#include "cloud/key/key_ring.h"
#include "commands/cli/cloud_connection.h"
#include "commands/cli/exit_code.h"
#include "commands/cli/flags.h"
#include "commands/cli/host_port.h"
#include "commands/cli/log.h"
#include "commands/cli/message.h"
#include "commands/cli/service_manager.h"
#include "commands/cli/signals.h"
#include "commands/commands.h"
#include "commands/job/job_judge.h"
#include "commands/memory/memory.h"
#include "commands/memory/past_runs.h"
#include "commands/serving/discover.h"
#include "commands/serving/notifications.h"
#include "commands/serving/sdk_listen.h"
#include "gateway/access/host_policy.h"
#include "gateway/access/tokens.h"
#include "gateway/gateway.h"
#include "simulator/simulator.h"
#include "store/archive.h"

namespace jobtree::commands {
namespace {

constexpr const char* kServe = "serve";
constexpr cloud::Rate kDemoBudget{1000, std::chrono::seconds(1)};  // nobody is disturbed
// systemd's unit and README promise the end within five seconds of SIGTERM.
constexpr std::chrono::milliseconds kGrace{4000};
constexpr std::chrono::milliseconds kDrain{2500};       // of them, for the answers of the cloud
constexpr std::chrono::milliseconds kLastChanges{700};  // of jobs, for the store
constexpr std::chrono::milliseconds kLastLines{500};    // for the log, when all else has ended
constexpr std::chrono::milliseconds kProbe{2000};       // of the watchdog, for each of its steps

struct ServeFlags {
  std::string listen = "127.0.0.1:8080";
  bool demo = false;
  CloudFlags cloud;
  std::vector<std::string> allow_hosts;
  std::vector<std::string> allow_origins;
  std::vector<std::string> trusted_proxies;
  std::string tokens_file;
  std::vector<std::string> sdk_listen;
  std::string metrics_listen;
  std::string log_level = "info";
  std::string log_format = "text";
  std::string web_root;
  std::string public_url;
  MemoryFlags memory;
  DiscoverFlags discover;
  std::string notify_file;
};

/// The cloud behind the gateway, real or simulated.
struct Upstream {
  std::unique_ptr<simulator::Simulator>
      simulator;  // above the cloud, which keeps connections to it
  CloudConnection cloud;
};

/// In the demo's project, or, where the service's path has none, the key's own.
gateway::DemoJob demo_job(const simulator::KnownJob& job, const cloud::Service& service) {
  const bool is_of_project = service.owner == cloud::Owner::project && service.pattern.has_owner();
  return {job.region, job.service,  is_of_project ? simulator::demo_project() : "-",
          job.job_id, job.title_en, job.title_zh};
}

gateway::Demo demo_of(simulator::Simulator& simulator, const cloud::Catalogue& catalogue) {
  return {
      .jobs =
          [&simulator, &catalogue] {
            std::vector<gateway::DemoJob> jobs;
            for (const simulator::KnownJob& job : simulator.known_jobs()) {
              // The simulator plays more services than the catalogue has.
              const cloud::Service* service = catalogue.find_service(job.service);
              if (service != nullptr) jobs.push_back(demo_job(job, *service));
            }
            return jobs;
          },
      .start_batch = [&simulator, &catalogue](int count, int failing) -> Result<gateway::DemoJob> {
        const auto job = simulator.start_batch({.count = count, .failing = failing});
        if (!job) return job.failure();
        return demo_job(job.value(), *catalogue.find_service(job.value().service));
      }};
}

/// Takes the flags as connect() would, so that a mistake in them is one here too.
Result<Upstream> simulated(const Environment& environment, CloudFlags flags) {
  if (auto checked = make_catalogue(environment, flags); !checked) return checked.failure();
  simulator::Options options;
  options.scenario.document_times = simulator::DocumentTimes::lately;
  auto simulator = simulator::Simulator::start(options);
  if (!simulator) return simulator.failure();
  flags.endpoints = {"*=" + simulator.value()->url()};
  auto catalogue = make_catalogue(environment, flags);
  if (!catalogue) return catalogue.failure();
  auto transport = cloud::make_transport({});
  if (!transport) return transport.failure();
  const auto [access, secret] = simulator::demo_key();
  cloud::Credentials credentials{
      {access, Secret(secret)}, Secret(), simulator::demo_project(), "", "simulator"};
  auto source = cloud::make_cloud(cloud::KeyRing::of(std::move(credentials), real_clock()),
                                  catalogue.value(), std::move(transport.value()), kDemoBudget);
  return Upstream{std::move(simulator.value()),
                  {std::move(catalogue.value()), std::move(source), simulator::demo_project(),
                   bilingual({"Demo mode: simulated cloud, no key needed. To use Huawei Cloud, set "
                              "HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK and run: {program} "
                              "--region cn-north-4",
                              "演示模式：使用模拟云，无需密钥。要连接华为云，请设置 "
                              "HUAWEICLOUD_SDK_AK 和 HUAWEICLOUD_SDK_SK，并运行：{program} "
                              "--region cn-north-4"})}};
}

Result<Upstream> real(const Environment& environment, const CloudFlags& flags,
                      store::Shared* shared) {
  auto connection = connect(environment, flags, shared == nullptr ? nullptr : &shared->limits());
  if (!connection) return connection.failure();
  return Upstream{nullptr, std::move(connection.value())};
}

/// A demo tells the robots that its cloud plays, unless others are named, or nothing is remembered.
Result<Telling> telling_for(const Environment& environment, const ServeFlags& flags,
                            const std::string& public_url, const Upstream& upstream) {
  const bool is_played =
      upstream.simulator && flags.notify_file.empty() && flags.memory.data != "none";
  return is_played ? demo_telling(*upstream.simulator, public_url)
                   : open_telling(flags.notify_file, public_url, environment);
}

/// What of the flags is checked before anything is started.
struct Settings {
  HostPort listen;
  std::optional<gateway::MetricsAddress> metrics;
  std::shared_ptr<gateway::Tokens> tokens;
  store::Retention retention;
  std::string public_url;
};

Result<Settings> settings_of(const ServeFlags& flags) {
  Settings settings;
  const auto address = parse_host_port(flags.listen);
  if (!address) return address.failure().prefixed({"--listen: ", "--listen："});
  settings.listen = address.value();
  const bool with_tokens = !flags.tokens_file.empty();
  if (auto allowed = gateway::may_listen_on(address.value().host, with_tokens); !allowed) {
    return allowed.failure().prefixed(
        bilingual({"--listen {0}: ", "--listen {0}："}, flags.listen));
  }
  if (with_tokens) {
    auto opened = gateway::Tokens::open(flags.tokens_file, real_clock());
    if (!opened) return opened.failure().prefixed({"--tokens-file: ", "--tokens-file："});
    settings.tokens = std::move(opened.value());
  }
  if (!flags.metrics_listen.empty()) {
    const auto metrics = parse_host_port(flags.metrics_listen);
    if (!metrics) return metrics.failure().prefixed({"--metrics-listen: ", "--metrics-listen："});
    settings.metrics = {.host = metrics.value().host, .port = metrics.value().port};
  }
  const auto public_url = parse_public_url(flags.public_url);
  if (!public_url) return public_url.failure().prefixed({"--public-url: ", "--public-url："});
  settings.public_url = public_url.value();
  const auto retention = retention_of(flags.memory);
  if (!retention) return retention.failure();
  settings.retention = retention.value();
  return settings;
}

gateway::Options gateway_options(const ServeFlags& flags, Settings settings,
                                 const Upstream& upstream, const Log& log) {
  const CloudConnection& cloud = upstream.cloud;
  gateway::Options options;
  options.host = settings.listen.host;
  options.port = settings.listen.port;
  options.version = JOBTREE_VERSION;
  options.catalogue = cloud.catalogue;
  options.default_region = flags.cloud.region;
  if (!cloud.project.empty()) options.default_project = cloud.project;
  options.allow_hosts = flags.allow_hosts;
  options.allow_origins = flags.allow_origins;
  options.trusted_proxies = flags.trusted_proxies;
  options.tokens = std::move(settings.tokens);
  options.metrics = std::move(settings.metrics);
  options.public_url = std::move(settings.public_url);
  options.web_root = flags.web_root;
  options.judge = [catalogue = cloud.catalogue](const cloud::JobAddress& address,
                                                std::string_view body) {
    const cloud::Service* service = catalogue->find_service(address.service());
    const bool has_id = service != nullptr && service->id_in_response;
    const JobVerdict verdict = judge_job(body, has_id ? address.job_id() : "");
    return gateway::Judgement{.is_final = verdict.is_final, .is_another = verdict.is_another};
  };
  if (upstream.simulator) options.demo = demo_of(*upstream.simulator, *cloud.catalogue);
  options.log = [log](const LogEntry& entry) { log.write(entry); };
  options.least_log_level = log.least();
  options.log_lost = [log] { return log.lost(); };
  return options;
}

/// What SIGHUP does. Where a terminal is closed it ends the process. A service it tells to read its
/// files again, which it does by itself.
std::function<void()> on_hangup(const Log& log) {
  if (has_terminal()) return {};
  return [log] {
    log.write({LogEntry::Level::info,
               "SIGHUP ignored: profile and tokens file are reloaded whenever they change; flags "
               "and the config file need a restart"});
  };
}

/// Serves until a signal comes, or until listening breaks.
int serve_until_end(gateway::Gateway& gateway, cloud::JobSource& source, EndSignals& signals,
                    const ServiceManager& manager) {
  manager.notify("READY=1");
  const std::string url = gateway.url();
  std::optional<Watchdog> watchdog;
  watchdog.emplace(manager, [url] { return answers(url, kProbe); });
  std::atomic<bool> is_stopping = false;
  std::atomic<bool> broke = false;
  std::promise<void> drained;
  const std::jthread waiter([&] {
    gateway.wait();
    drained.set_value();
    if (is_stopping) return;
    broke = true;
    signals.end();
  });
  signals.wait();
  is_stopping = true;
  watchdog.reset();
  manager.notify("STOPPING=1");
  gateway.stop();
  // Viewers get what the cloud still answers, but not for longer than the grace allows.
  drained.get_future().wait_for(kDrain);
  source.stop();
  return broke ? fail(kServe, kExitFailed,
                      bilingual({"the server stopped listening; restart it",
                                 "服务端已停止监听，请重新启动"}))
               : kExitOk;
}

int run_with(const Log& log, EndSignals& signals, const Environment& environment,
             const ServeFlags& flags, Settings settings) {
  auto shared = open_shared(environment, flags.memory, flags.demo);
  if (!shared) return fail(kServe, shared.failure());
  auto upstream = flags.demo ? simulated(environment, flags.cloud)
                             : real(environment, flags.cloud, shared.value().get());
  if (!upstream) return fail(kServe, upstream.failure());
  auto sdk_addresses = parse_sdk_addresses(flags.sdk_listen, *upstream.value().cloud.catalogue);
  if (!sdk_addresses) return fail(kServe, sdk_addresses.failure());
  const std::string public_url = settings.public_url;
  const auto telling = telling_for(environment, flags, public_url, upstream.value());
  if (!telling) return fail(kServe, telling.failure());
  auto memory = open_memory(environment, flags.memory, flags.demo,
                            {.retention = settings.retention,
                             .herald = telling.value().herald,
                             .log = [log](const LogEntry& entry) { log.write(entry); }});
  if (!memory) return fail(kServe, memory.failure());
  store::Archive& archive = *memory.value().archive;
  if (memory.value().passing) {
    remember_past_runs(archive, simulator::demo_project(), real_clock());
  }
  const bool has_metrics = settings.metrics.has_value();
  auto options = gateway_options(flags, std::move(settings), upstream.value(), log);
  options.sdk_addresses = std::move(sdk_addresses.value());
  options.archive = &archive;
  options.shared = shared.value().get();
  const auto* const share = shared.value() ? &shared.value()->background() : nullptr;
  auto finder = make_finder(flags.discover, flags.cloud.region, flags.demo,
                            {.catalogue = *upstream.value().cloud.catalogue,
                             .source = *upstream.value().cloud.source,
                             .archive = archive,
                             .share = share,
                             .log = options.log});
  if (!finder) return fail(kServe, finder.failure());
  options.discovery = discovery_of(*finder.value(), upstream.value().cloud.catalogue);
  auto notifier = make_notifier(telling.value(), public_url,
                                {.archive = archive, .share = share, .log = options.log});
  if (!notifier) return fail(kServe, notifier.failure());
  options.channels = channels_of(notifier.value().get());
  auto gateway = gateway::Gateway::start(options, *upstream.value().cloud.source);
  if (!gateway) return fail(kServe, gateway.failure());
  std::string words = "listening on " + gateway.value()->url() + "\n";
  if (has_metrics) words += "metrics on " + gateway.value()->metrics_url() + "/metrics\n";
  words += spoken(sdk_lines(options.sdk_addresses, gateway.value()->sdk_urls(),
                            *upstream.value().cloud.catalogue));
  words += spoken(upstream.value().cloud.words) + "\n";
  for (const Bilingual& notice : upstream.value().cloud.notices) {
    words += spoken(bilingual({"Note: {0}", "注意：{0}"}, notice)) + "\n";
  }
  for (const Bilingual& line : memory.value().words)
    words += spoken(line) + "\n";
  for (const Bilingual& line : words_of(telling.value(), public_url, environment))
    words += spoken(line) + "\n";
  log.print(words);
  finder.value()->start(
      [&](const cloud::JobAddress& address) { gateway.value()->follow(address); });
  if (notifier.value()) {
    notifier.value()->start(
        [&](const cloud::JobAddress& address) { gateway.value()->follow(address); });
  }
  const int code = serve_until_end(*gateway.value(), *upstream.value().cloud.source, signals,
                                   ServiceManager(environment));
  finder.value()->stop();
  if (notifier.value()) notifier.value()->stop();
  gateway.value().reset();  // nothing more is seen
  archive.flush(real_clock().steady() + kLastChanges);
  return code;
}

int run(const Environment& environment, const ServeFlags& flags) {
  auto settings = settings_of(flags);
  if (!settings) return fail(kServe, settings.failure());
  const auto log = Log::open({.level = flags.log_level, .format = flags.log_format});
  if (!log) return fail(kServe, log.failure());
  EndSignals signals({.grace = kGrace, .on_hangup = on_hangup(log.value())});
  const int code = run_with(log.value(), signals, environment, flags, std::move(settings.value()));
  log.value().flush(kLastLines);
  return code;
}

}  // namespace

void add_serve(CLI::App& app, Context& context) {
  const auto flags = std::make_shared<ServeFlags>();
  CLI::App* serve = app.add_subcommand(
      kServe, help_text({"Start the web server (default)", "启动网页服务端（默认命令）"}));
  add_option(
      *serve, "--listen", flags->listen,
      {"HOST:PORT to listen on; loopback only without --tokens-file; port 0 picks a free one",
       "监听地址 HOST:PORT；没有 --tokens-file 时仅限回环地址；端口 0 表示任选空闲端口"})
      ->capture_default_str();
  serve
      ->add_flag("--demo", flags->demo,
                 help_text({"Use the built-in simulated cloud; no key needed (ignores --project, "
                            "--profile, --endpoint and --ca-file)",
                            "使用内置的模拟云，无需密钥（忽略 --project、--profile、--endpoint 和 "
                            "--ca-file）"}))
      ->envname(variable_of("--demo"));
  add_cloud_flags(*serve, flags->cloud);
  add_option(
      *serve, "--allow-host", flags->allow_hosts,
      {"Additional host name to accept, e.g. behind a proxy (repeatable). Example: "
       "--allow-host jobs.example.com",
       "允许的其他主机名，例如位于代理之后时（可重复）。示例：--allow-host jobs.example.com"})
      ->allow_extra_args(false)
      ->delimiter(',');
  add_option(*serve, "--allow-origin", flags->allow_origins,
             {"Origin whose pages can call the API and frame /embed.html (repeatable). Example: "
              "--allow-origin https://portal.example.com",
              "允许其网页调用 API 并嵌入 /embed.html 的来源（可重复）。示例：--allow-origin "
              "https://portal.example.com"})
      ->allow_extra_args(false)
      ->delimiter(',');
  add_option(
      *serve, "--trust-proxy", flags->trusted_proxies,
      {"Address of a proxy whose X-Forwarded-For is trusted; with several in a row, name each "
       "(repeatable). Example: --trust-proxy 10.0.0.1",
       "其 X-Forwarded-For 可信的代理地址；多级代理须逐一列出（可重复）。示例：--trust-proxy "
       "10.0.0.1"})
      ->allow_extra_args(false)
      ->delimiter(',');
  add_option(*serve, "--tokens-file", flags->tokens_file,
             {"File of access tokens (see \"{program} token\"), reloaded on change. Every request "
              "for jobs "
              "then needs a token, also on loopback",
              "访问令牌文件（见 {program} "
              "token），更改后自动加载。设置后查询任务都需要令牌，回环地址也不例外"});
  add_option(*serve, "--sdk-listen", flags->sdk_listen,
             {"Also serve the official SDKs of a service in a region, at an address without a path "
              "(repeatable). Example: --sdk-listen eip@cn-north-4=127.0.0.1:8081",
              "另在不带路径的地址上供某区域某服务的官方 SDK 使用（可重复）。示例：--sdk-listen "
              "eip@cn-north-4=127.0.0.1:8081"})
      ->allow_extra_args(false)
      ->delimiter(',')
      ->type_name("SERVICE@REGION=HOST:PORT");
  add_option(*serve, "--metrics-listen", flags->metrics_listen,
             {"Serve /metrics on this HOST:PORT without authentication; port 0 picks a free one "
              "(default: on the main port, with a token if there are tokens)",
              "在此 HOST:PORT 提供 /metrics，无需认证；端口 0 "
              "表示任选空闲端口（默认使用主端口，启用令牌时需要"
              "令牌）"});
  add_option(
      *serve, "--log-level", flags->log_level,
      {"Log level: debug, info, warning or error", "日志级别：debug、info、warning 或 error"})
      ->capture_default_str();
  add_option(*serve, "--log-format", flags->log_format,
             {"Log format on standard error: text or json", "标准错误上的日志格式：text 或 json"})
      ->capture_default_str();
  add_option(*serve, "--web-root", flags->web_root,
             {"Serve web files from this folder instead of the built-in ones (for development)",
              "优先使用此目录中的网页文件，而非内置文件（用于开发）"});

  add_option(
      *serve, "--public-url", flags->public_url,
      {"Address by which people reach this server; links in messages, feeds and badges begin "
       "with it. Example: --public-url https://jobs.example.com",
       "用户访问本服务端的地址，消息、订阅源和徽章中的链接以此开头。示例：--public-url "
       "https://jobs.example.com"});

  add_memory_flags(*serve, flags->memory);
  add_discover_flags(*serve, flags->discover);
  add_notify_file_flag(*serve, flags->notify_file);

  on_run(*serve, context, [flags, &context] { return run(context.environment, *flags); });
}

}  // namespace jobtree::commands

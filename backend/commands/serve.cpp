// backend serve: joins cloud, simulator and gateway, and keeps them up until it is told to end.
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <ctime>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "cloud/ask/transport.h"
#include "cloud/cloud.h"
#include "cloud/key/key_ring.h"
#include "commands/cli/cloud_connection.h"
#include "commands/cli/flags.h"
#include "commands/cli/host_port.h"
#include "commands/cli/log.h"
#include "commands/commands.h"
#include "gateway/access/host_origin.h"
#include "gateway/access/tokens.h"
#include "gateway/gateway.h"
#include "job_parser.h"
#include "simulator/simulator.h"

namespace jobtree::commands {
namespace {

constexpr int kOk = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr cloud::Rate kDemoBudget{1000, std::chrono::seconds(1)};  // nobody is disturbed
constexpr std::time_t kGraceSeconds = 4;  // for the last answers, after the signal to end

struct Flags {
  std::string listen = "127.0.0.1:8080";
  bool demo = false;
  CloudFlags cloud;
  std::vector<std::string> allow_hosts;
  std::vector<std::string> allow_origins;
  std::vector<std::string> trusted_proxies;
  std::string tokens_file;
  std::string metrics_listen;
  std::string log_level = "info";
  std::string log_format = "text";
  std::string web_root;
};

/// The cloud behind the gateway, real or simulated.
struct Upstream {
  std::unique_ptr<simulator::Simulator>
      simulator;  // above the cloud, which keeps connections to it
  CloudConnection cloud;
};

int fail(int code, const std::string& message) {
  std::cerr << "backend serve: " << message << std::endl;
  return code;
}

int bad_flag(const std::string& message) {
  return fail(kUsage, message + " (backend --help explains every flag)");
}

/// In the demo's project, or, of a service that asks for an account, the key's own.
gateway::DemoJob demo_job(const simulator::KnownJob& job, const cloud::Service& service) {
  const bool is_of_project = service.owner == cloud::Owner::project;
  return {job.region, job.service,  is_of_project ? simulator::demo_project() : "-",
          job.job_id, job.title_en, job.title_zh};
}

gateway::Demo demo_of(simulator::Simulator& simulator, const cloud::Catalogue& catalogue) {
  return {
      .jobs =
          [&simulator, &catalogue] {
            std::vector<gateway::DemoJob> jobs;
            for (const simulator::KnownJob& job : simulator.known_jobs()) {
              // The simulator plays more services than can be asked for here.
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
Result<Upstream> simulated(CloudFlags flags) {
  if (auto checked = make_catalogue(flags); !checked) return checked.failure();
  auto simulator = simulator::Simulator::start({});
  if (!simulator) return simulator.failure();
  flags.endpoints = {"*=" + simulator.value()->url()};
  auto catalogue = make_catalogue(flags);
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
                   "The cloud behind it is simulated: nothing is real, and no key is needed.\n"
                   "For the real one, put a key into HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK and "
                   "leave --demo "
                   "out: backend --region cn-north-4"}};
}

Result<Upstream> real(const CloudFlags& flags) {
  auto connection = connect(flags);
  if (!connection) return connection.failure();
  return Upstream{nullptr, std::move(connection.value())};
}

/// Whether nothing in an answer will change any more. The engine has the words of all families of
/// jobs, and takes one that it does not know for unfinished. Some services call the whole ended
/// while parts go on, so every part must have ended too; and a list may yet grow.
bool is_settled(std::string_view body) {
  const engine::ParsedJob parsed = engine::parse_job(body);
  return parsed.error == engine::ParsedJob::Error::none && !parsed.tree.is_list &&
         !parsed.tree.empty() && std::ranges::all_of(parsed.tree.jobs, [](const engine::Job& job) {
           return engine::is_settled(job.status);
         });
}

/// SIGINT and SIGTERM, held back from every thread that starts from now on, so that one can wait
/// for them.
sigset_t hold_back_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

/// Returns when a signal came and the last answer is out, or when listening broke. A second signal,
/// or too long a wait for the last answers, ends the process on the spot.
int run_until_signal(gateway::Gateway& gateway, const sigset_t& signals) {
  std::atomic<bool> ended = false;
  const std::jthread watcher([&] {
    gateway.wait();
    ended = true;
    ::kill(::getpid(), SIGTERM);  // wakes the waits below
  });
  int signal = 0;
  sigwait(&signals, &signal);
  if (ended) return fail(kFailed, "listening broke off; start it again");
  gateway.stop();
  const timespec grace{.tv_sec = kGraceSeconds, .tv_nsec = 0};
  sigtimedwait(&signals, nullptr, &grace);
  if (!ended) ::_exit(kOk);
  return kOk;
}

int run(const Flags& flags) {
  const auto address = parse_host_port(flags.listen);
  if (!address) return bad_flag("--listen: " + address.error());
  const bool with_tokens = !flags.tokens_file.empty();
  if (auto allowed = gateway::may_listen_on(address.value().host, with_tokens); !allowed) {
    return bad_flag("--listen " + flags.listen + ": " + allowed.error());
  }
  std::shared_ptr<gateway::Tokens> tokens;
  if (with_tokens) {
    auto opened = gateway::Tokens::open(flags.tokens_file, real_clock());
    if (!opened) return bad_flag("--tokens-file: " + opened.error());
    tokens = std::move(opened.value());
  }
  std::optional<gateway::MetricsAddress> metrics;
  if (!flags.metrics_listen.empty()) {
    auto place = parse_host_port(flags.metrics_listen);
    if (!place) return bad_flag("--metrics-listen: " + place.error());
    metrics = {.host = place.value().host, .port = place.value().port};
  }
  auto log = make_log(flags.log_level, flags.log_format);
  if (!log) return bad_flag(log.error());

  const sigset_t signals = hold_back_signals();
  auto upstream = flags.demo ? simulated(flags.cloud) : real(flags.cloud);
  if (!upstream) return bad_flag(upstream.error());
  auto& [simulator, cloud] = upstream.value();

  gateway::Options options;
  options.host = address.value().host;
  options.port = address.value().port;
  options.version = JOBTREE_VERSION;
  options.catalogue = cloud.catalogue;
  options.default_region = flags.cloud.region;
  if (!cloud.project.empty()) options.default_project = cloud.project;
  options.allow_hosts = flags.allow_hosts;
  options.allow_origins = flags.allow_origins;
  options.trusted_proxies = flags.trusted_proxies;
  options.tokens = std::move(tokens);
  options.metrics = std::move(metrics);
  options.web_root = flags.web_root;
  options.is_settled = is_settled;
  if (simulator) options.demo = demo_of(*simulator, *cloud.catalogue);
  options.log = std::move(log.value());
  auto gateway = gateway::Gateway::start(options, *cloud.source);
  if (!gateway) return fail(kFailed, gateway.error());
  std::cerr << "listening on " << gateway.value()->url() << "\n";
  if (options.metrics) std::cerr << "metrics on " << gateway.value()->metrics_url() << "/metrics\n";
  std::cerr << cloud.words << std::endl;
  return run_until_signal(*gateway.value(), signals);
}

}  // namespace

void add_serve(CLI::App& app, int& exit_code) {
  const auto flags = std::make_shared<Flags>();
  CLI::App* serve = app.add_subcommand(
      "serve",
      "Serve the page and answer its questions with signed ones to the cloud (the default "
      "command)");
  add_option(*serve, "--listen", flags->listen,
             "HOST:PORT, loopback only unless --tokens-file is given; port 0 takes a free one")
      ->capture_default_str();
  serve
      ->add_flag("--demo", flags->demo,
                 "Ask a simulated cloud inside this program. Needs no key; --project, --profile, "
                 "--endpoint and --ca-file do not count then")
      ->envname(variable_of("--demo"));
  add_cloud_flags(*serve, flags->cloud);
  add_option(*serve, "--allow-host", flags->allow_hosts,
             "Further name the page may be reached by, behind a proxy say; repeatable. Example: "
             "--allow-host jobs.example.com")
      ->allow_extra_args(false)
      ->delimiter(',');
  add_option(
      *serve, "--allow-origin", flags->allow_origins,
      "Further origin whose pages may ask, and may frame /embed.html, with scheme and port as "
      "browsers send it; repeatable. Example: --allow-origin https://portal.example.com")
      ->allow_extra_args(false)
      ->delimiter(',');
  add_option(*serve, "--trust-proxy", flags->trusted_proxies,
             "Address of a proxy whose X-Forwarded-For names the viewer, so that the budget of "
             "unknown jobs is each viewer's own; repeatable. Example: --trust-proxy 10.0.0.1")
      ->allow_extra_args(false)
      ->delimiter(',');
  add_option(*serve, "--tokens-file", flags->tokens_file,
             "File of the tokens that open this server (backend token makes them), read again when "
             "it changes. From then on nobody may ask without one, on loopback too");
  add_option(*serve, "--metrics-listen", flags->metrics_listen,
             "HOST:PORT that has /metrics, for Prometheus, and nothing else, open to whoever "
             "reaches it; port 0 takes a free one. Without it /metrics is on the main port, and "
             "needs a token once there is --tokens-file");
  add_option(*serve, "--log-level", flags->log_level, "debug, info, warning or error")
      ->capture_default_str();
  add_option(*serve, "--log-format", flags->log_format, "text or json, on standard error")
      ->capture_default_str();
  add_option(
      *serve, "--web-root", flags->web_root,
      "Folder whose files go before those of the page inside this program, for work on the page");

  on_run(*serve, exit_code, [flags] { return run(*flags); });
}

}  // namespace jobtree::commands

// backend serve: joins cloud, simulator and gateway, and keeps them up until it is told to end.
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <ctime>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "cloud/catalogue.h"
#include "cloud/cloud.h"
#include "cloud/credentials.h"
#include "cloud/transport.h"
#include "commands/commands.h"
#include "commands/config_file.h"
#include "commands/host_port.h"
#include "commands/log.h"
#include "gateway/gateway.h"
#include "gateway/guard.h"
#include "simulator/simulator.h"

namespace jobtree::commands {
namespace {

constexpr int kOk = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr std::time_t kGraceSeconds = 4;  // for the last answers, after the signal to end

struct Flags {
  std::string listen = "127.0.0.1:8080";
  bool demo = false;
  std::string region = "cn-north-4";
  std::string project;
  std::string profile;
  std::string config;
  std::vector<std::string> endpoints;
  std::string ca_file;
  std::vector<std::string> allow_hosts;
  std::string log_level = "info";
  std::string log_format = "text";
  std::string web_root;
};

/// The cloud behind the gateway, real or simulated.
struct Upstream {
  std::unique_ptr<simulator::Simulator> simulator;  // above `cloud`, which keeps connections to it
  std::unique_ptr<cloud::JobSource> cloud;
  std::string project;  ///< the key's, "" when not known
  std::string words;    ///< about it, for the person who started this
};

int fail(int code, const std::string& message) {
  std::cerr << "backend serve: " << message << std::endl;
  return code;
}

int bad_flag(const std::string& message) {
  return fail(kUsage, message + " (backend --help explains every flag)");
}

/// The key is in this process's memory: nobody else may read that, no file may hold it.
void keep_memory_private() {
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
}

gateway::DemoJob demo_job(const simulator::KnownJob& job) {
  return {job.region, job.service,  simulator::demo_project(),
          job.job_id, job.title_en, job.title_zh};
}

gateway::Demo demo_of(simulator::Simulator& simulator) {
  return {.jobs =
              [&simulator] {
                std::vector<gateway::DemoJob> jobs;
                std::ranges::transform(simulator.known_jobs(), std::back_inserter(jobs), demo_job);
                return jobs;
              },
          .start_batch = [&simulator](int count, int failing) -> Result<gateway::DemoJob> {
            const auto job = simulator.start_batch({.count = count, .failing = failing});
            if (!job) return Failure{job.error()};
            return demo_job(job.value());
          }};
}

Result<Upstream> simulated() {
  auto simulator = simulator::Simulator::start({});
  if (!simulator) return Failure{simulator.error()};
  cloud::Endpoints endpoints;
  if (auto added = endpoints.add("*=" + simulator.value()->url()); !added) {
    return Failure{added.error()};
  }
  auto transport = cloud::make_transport({});
  if (!transport) return Failure{transport.error()};
  const auto [access, secret] = simulator::demo_key();
  cloud::Credentials credentials{
      {access, cloud::Secret(secret)}, cloud::Secret(), simulator::demo_project(), "simulator"};
  return Upstream{
      std::move(simulator.value()),
      cloud::make_cloud(std::move(credentials), std::move(endpoints), std::move(transport.value())),
      simulator::demo_project(),
      "The cloud behind it is simulated: nothing is real, and no key is needed.\n"
      "For the real one, put a key into HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK and leave --demo "
      "out: backend --region cn-north-4"};
}

Result<Upstream> real(const Flags& flags, cloud::Endpoints endpoints,
                      Result<cloud::Credentials> credentials) {
  if (!credentials) return Failure{credentials.error()};
  if (!flags.project.empty()) credentials.value().project_id = flags.project;
  cloud::TransportOptions options;
  options.ca_file = flags.ca_file;
  auto transport = cloud::make_transport(options);
  if (!transport) return Failure{transport.error()};
  const std::string project = credentials.value().project_id;
  const std::string words =
      "Asking as " + cloud::masked(credentials.value().key.access) + " (" +
      credentials.value().source + "), region " + flags.region + ", project " +
      (project.empty() ? "not known: name it with --project, or in each address" : project);
  return Upstream{nullptr,
                  cloud::make_cloud(std::move(credentials.value()), std::move(endpoints),
                                    std::move(transport.value())),
                  project, words};
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
  keep_memory_private();
  const auto address = parse_host_port(flags.listen);
  if (!address) return bad_flag("--listen: " + address.error());
  if (auto allowed = gateway::may_listen_on(address.value().host); !allowed) {
    return bad_flag("--listen " + flags.listen + ": " + allowed.error());
  }
  if (std::ranges::find(cloud::regions(), flags.region) == cloud::regions().end()) {
    return bad_flag("--region: there is no region \"" + flags.region + "\"");
  }
  if (!flags.project.empty() && !cloud::is_project_id(flags.project)) {
    return bad_flag("--project: a project id is 32 lower-case hex digits");
  }
  cloud::Endpoints endpoints;
  for (const std::string& endpoint : flags.endpoints) {
    if (auto added = endpoints.add(endpoint); !added) {
      return bad_flag("--endpoint: " + added.error());
    }
  }
  auto log = make_log(flags.log_level, flags.log_format);
  if (!log) return bad_flag(log.error());

  auto credentials = flags.demo
                         ? Result<cloud::Credentials>(Failure{})
                         : cloud::find_credentials(cloud::process_environment(), flags.profile);
  cloud::forget_environment();
  const sigset_t signals = hold_back_signals();
  auto upstream =
      flags.demo ? simulated() : real(flags, std::move(endpoints), std::move(credentials));
  if (!upstream) return fail(kUsage, upstream.error());
  auto& [simulator, source, project, words] = upstream.value();

  gateway::Options options;
  options.host = address.value().host;
  options.port = address.value().port;
  options.version = JOBTREE_VERSION;
  options.default_region = flags.region;
  if (!project.empty()) options.default_project = project;
  options.allow_hosts = flags.allow_hosts;
  options.web_root = flags.web_root;
  if (simulator) options.demo = demo_of(*simulator);
  options.log = std::move(log.value());
  auto gateway = gateway::Gateway::start(options, *source);
  if (!gateway) return fail(kFailed, gateway.error());
  std::cerr << "listening on " << gateway.value()->url() << "\n" << words << std::endl;
  return run_until_signal(*gateway.value(), signals);
}

}  // namespace

void add_serve(CLI::App& app, int& exit_code) {
  const auto flags = std::make_shared<Flags>();
  CLI::App* serve = app.add_subcommand(
      "serve",
      "Serve the page and answer its questions with signed ones to the cloud (the default "
      "command)");
  const auto add = [serve](const char* flag, const char* variable, auto& value, const char* help) {
    return serve->add_option(flag, value, help)->envname(variable);
  };

  add("--listen", "JOBTREE_LISTEN", flags->listen,
      "HOST:PORT, loopback only; port 0 takes a free one")
      ->capture_default_str();
  serve
      ->add_flag("--demo", flags->demo,
                 "Ask a simulated cloud inside this program. Needs no key; --project, --profile, "
                 "--endpoint and --ca-file do not count then")
      ->envname("JOBTREE_DEMO");
  add("--region", "JOBTREE_REGION", flags->region, "Region the page offers first")
      ->capture_default_str();
  add("--project", "JOBTREE_PROJECT", flags->project,
      "The key's project, 32 hex digits: what \"-\" in an address stands for");
  add("--profile", "JOBTREE_PROFILE", flags->profile,
      "Profile file to take the key from when the environment holds none; without it, "
      "~/.huaweicloud/credentials");
  add("--config", "JOBTREE_CONFIG", flags->config,
      "File with a line \"flag = value\" for each flag that is neither on the command line nor in "
      "the environment");
  add("--endpoint", "JOBTREE_ENDPOINT", flags->endpoints,
      "SERVICE=URL: where a service lives if not at its usual host, repeatable; * for all. https, "
      "or http on loopback")
      ->allow_extra_args(false)
      ->delimiter(',');
  add("--ca-file", "JOBTREE_CA_FILE", flags->ca_file,
      "PEM file of the authorities to trust, instead of the system's");
  add("--allow-host", "JOBTREE_ALLOW_HOST", flags->allow_hosts,
      "Further name the page may be reached by, behind a proxy say; repeatable. Example: "
      "--allow-host jobs.example.com")
      ->allow_extra_args(false)
      ->delimiter(',');
  add("--log-level", "JOBTREE_LOG_LEVEL", flags->log_level, "debug, info, warning or error")
      ->capture_default_str();
  add("--log-format", "JOBTREE_LOG_FORMAT", flags->log_format, "text or json, on standard error")
      ->capture_default_str();
  add("--web-root", "JOBTREE_WEB_ROOT", flags->web_root,
      "Folder whose files go before those of the page inside this program, for work on the page");

  serve->callback([serve, flags, &exit_code] {
    if (!flags->config.empty()) read_config(*serve, flags->config);
    exit_code = run(*flags);
  });
}

}  // namespace jobtree::commands

// backend simulate: the pretend cloud as a program of its own, for clients other than our page.
#include <csignal>
#include <cstdint>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>

#include "commands/commands.h"
#include "commands/flags.h"
#include "commands/host_port.h"
#include "simulator/simulator.h"

namespace jobtree::commands {
namespace {

constexpr int kFailed = 1;
constexpr int kUsage = 2;

struct Flags {
  std::string listen = "127.0.0.1:9443";
  std::uint64_t seed = 1;
  double speed = 1;
};

/// Where it is, what it holds and how to ask; the first line is for programs that wait for it.
std::string introduction(const simulator::Simulator& cloud) {
  const auto [access, secret] = simulator::demo_key();
  const std::string project = simulator::demo_project();
  const std::string keys = "CLOUD_SDK_AK=" + access + " CLOUD_SDK_SK=" + secret;
  const auto jobs = cloud.known_jobs();

  std::ostringstream text;
  text << "listening on " << cloud.url() << "\n\n"
       << "A simulated cloud: nothing in it is real, and its key opens nothing else.\n"
       << "  access key  " << access << "\n"
       << "  secret key  " << secret << "\n"
       << "  project     " << project << "\n\nJobs:\n";
  for (const auto& job : jobs) {
    text << "  " << job.job_id << "  " << job.service << "  " << job.title_en << "\n";
  }
  text << "\nAsk for one:\n  eval \"$(" << keys << " backend sign --show curl " << cloud.url()
       << "/v1/" << project << "/jobs/" << jobs.front().job_id << ")\"\n"
       << "\nSee them in a browser:\n  " << keys << " backend --endpoint '*=" << cloud.url()
       << "' --project " << project << "\n";
  return text.str();
}

int fail(int code, const std::string& message) {
  std::cerr << "backend simulate: " << message << std::endl;
  return code;
}

int run(const Flags& flags) {
  const auto address = parse_host_port(flags.listen);
  if (!address) return fail(kUsage, "--listen: " + address.error());
  const simulator::Options options{.host = address.value().host,
                                   .port = address.value().port,
                                   .seed = flags.seed,
                                   .speed = flags.speed};
  if (const auto wrong = simulator::check_options(options); !wrong.empty()) {
    return fail(kUsage, wrong);
  }
  // Blocked before any thread starts, so that all inherit it and sigwait alone sees them.
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);

  auto cloud = simulator::Simulator::start(options);
  if (!cloud) return fail(kFailed, cloud.error());
  std::cerr << introduction(*cloud.value()) << std::flush;
  int signal = 0;
  sigwait(&ends, &signal);
  return 0;
}

}  // namespace

void add_simulate(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("simulate", "Run a pretend cloud on a loopback port");
  const auto flags = std::make_shared<Flags>();
  add_option(*command, "--listen", flags->listen,
             "HOST:PORT, loopback only; port 0 takes a free one")
      ->capture_default_str();
  add_option(*command, "--seed", flags->seed, "Same seed, same course of every job")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  add_option(*command, "--speed", flags->speed, "10 makes a batch of 30 s run in 3 s")
      ->check(CLI::Range(0.01, 1000.0))
      ->capture_default_str();
  on_run(*command, exit_code, [flags] { return run(*flags); });
}

}  // namespace jobtree::commands

// backend simulate: the pretend cloud as a program of its own, for clients other than our page.
#include <cstdint>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <utility>

#include "commands/cli/exit_code.h"
#include "commands/cli/flags.h"
#include "commands/cli/host_port.h"
#include "commands/cli/message.h"
#include "commands/cli/signals.h"
#include "commands/commands.h"
#include "simulator/script/scenario_file.h"
#include "simulator/simulator.h"

namespace jobtree::commands {
namespace {

constexpr const char* kCommand = "simulate";

struct Flags {
  std::string listen = "127.0.0.1:9443";
  std::string scenario;
  std::optional<std::uint64_t> seed;
  std::optional<double> speed;
  std::string admin_listen;
  std::optional<std::string> tls;
  std::string ca_out;
};

/// Where it is, what it holds and how to query it; the first lines are for programs that wait for
/// them.
std::string introduction(const simulator::Simulator& cloud, const simulator::Account& account,
                         const std::string& ca_out) {
  const auto& [access, secret] = account.key;
  std::string keys = "CLOUD_SDK_AK=" + access + " CLOUD_SDK_SK=" + secret;
  if (!account.security_token.empty()) {
    keys = "HUAWEICLOUD_SDK_AK=" + access + " HUAWEICLOUD_SDK_SK=" + secret +
           " HUAWEICLOUD_SDK_SECURITY_TOKEN=" + account.security_token;
  }
  const auto jobs = cloud.known_jobs();
  const std::string ca_flag = ca_out.empty() ? "" : " --ca-file " + ca_out;

  std::ostringstream text;
  text << "listening on " << cloud.url() << "\n";
  if (!cloud.admin_url().empty()) text << "admin on " << cloud.admin_url() << "\n";
  text << "\nA simulated cloud: nothing in it is real, and its key opens nothing else.\n"
       << "  access key  " << access << "\n"
       << "  secret key  " << secret << "\n"
       << "  project     " << account.project_id << "\n"
       << "  domain      " << account.domain_id << "\n\nJobs:\n";
  for (const auto& job : jobs) {
    text << "  " << job.job_id << "  " << job.service << "  " << job.title_en << "\n";
  }
  if (!jobs.empty()) {
    text << "\nAsk for one:\n  eval \"$(" << keys << " backend sign --show curl '" << cloud.url()
         << jobs.front().path << "')\"\n";
  }
  text << "\nSee them in a browser:\n  " << keys << " backend --endpoint '*=" << cloud.url()
       << "' --project " << account.project_id << ca_flag << "\n";
  return text.str();
}

Result<simulator::Tls> tls_of(const std::string& word) {
  using enum simulator::Tls;
  if (word == "none") return none;
  if (word == "good") return good;
  if (word == "wrong-name") return wrong_name;
  if (word == "expired") return expired;
  return Failure::usage("--tls: " + word + " is none of none, good, wrong-name and expired");
}

/// What the flags say: the file's scenario, and over it what stands on the command line.
Result<simulator::Options> options_of(const Flags& flags) {
  simulator::Options options;
  options.scenario.forget_after = simulator::kForgetAfter;
  if (!flags.scenario.empty()) {
    auto scenario = simulator::read_scenario(flags.scenario);
    if (!scenario) return scenario.failure().prefixed("--scenario ");
    options.scenario = std::move(scenario.value());
  }
  const auto address = parse_host_port(flags.listen);
  if (!address) return address.failure().prefixed("--listen: ");
  options.host = address.value().host;
  options.port = address.value().port;
  if (!flags.admin_listen.empty()) {
    const auto admin = parse_host_port(flags.admin_listen);
    if (!admin) return admin.failure().prefixed("--admin-listen: ");
    options.admin_host = admin.value().host;
    options.admin_port = admin.value().port;
  }
  options.seed = flags.seed.value_or(options.scenario.seed.value_or(options.seed));
  options.speed = flags.speed.value_or(options.scenario.speed.value_or(options.speed));
  if (flags.tls) {
    const auto tls = tls_of(*flags.tls);
    if (!tls) return tls.failure();
    options.scenario.tls = tls.value();
  }
  if (!flags.ca_out.empty() && options.scenario.tls == simulator::Tls::none) {
    return Failure::usage("--ca-out: there is no authority to write out without --tls");
  }
  if (auto wrong = simulator::check_options(options); !wrong.empty()) return Failure::usage(wrong);
  return options;
}

bool write_file(const std::string& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << bytes;
  file.close();
  return file.good();
}

int run(const Flags& flags) {
  const auto options = options_of(flags);
  if (!options) return fail(kCommand, options.failure());
  EndSignals signals({});
  auto cloud = simulator::Simulator::start(options.value());
  if (!cloud) return fail(kCommand, cloud.failure());
  if (!flags.ca_out.empty() && !write_file(flags.ca_out, cloud.value()->authority_pem())) {
    return fail(kCommand, kExitFailed, "--ca-out: " + flags.ca_out + " cannot be written");
  }
  std::cerr << introduction(*cloud.value(), options.value().scenario.accounts.front(), flags.ca_out)
            << std::flush;
  signals.wait();
  return kExitOk;
}

}  // namespace

void add_simulate(CLI::App& app, Context& context) {
  auto* command =
      app.add_subcommand(kCommand, "Run the simulated cloud by itself, on a loopback port");
  const auto flags = std::make_shared<Flags>();
  add_option(*command, "--listen", flags->listen,
             "HOST:PORT, loopback only; port 0 takes a free one")
      ->capture_default_str();
  add_option(*command, "--scenario", flags->scenario,
             "JSON file of the keys, jobs, limits and faults to play, instead of the built-in "
             "ones; backend/simulator/README.md explains it");
  add_option(*command, "--seed", flags->seed,
             "Same seed, same course of every job and same bytes (the file's, else 1)")
      ->check(CLI::NonNegativeNumber);
  add_option(*command, "--speed", flags->speed,
             "10 makes a batch of 30 s run in 3 s, and divides every other duration: locks, "
             "quotas, lives of keys, delays of faults (the file's, else 1)")
      ->check(CLI::Range(simulator::kMinSpeed, simulator::kMaxSpeed));
  add_option(*command, "--admin-listen", flags->admin_listen,
             "HOST:PORT, loopback only, for GET and DELETE /journal, GET and PUT /faults, GET "
             "/ca.pem; without it there is none");
  add_option(*command, "--tls", flags->tls,
             "Serve https with a certificate that is good, wrong-name or expired, or none (the "
             "file's, else none)");
  add_option(*command, "--ca-out", flags->ca_out,
             "File to write the certificate of that https' authority to, as PEM");
  on_run(*command, context, [flags] { return run(*flags); });
}

}  // namespace jobtree::commands

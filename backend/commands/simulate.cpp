// backend simulate: the simulated cloud by itself, for clients other than our page.
//
// Knows: its flags, what a person is told at the start. Must not know: how the cloud is simulated.
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

constexpr const char* kSimulate = "simulate";
constexpr double kMaxSeed = 9'007'199'254'740'991;  // what JSON numbers hold exactly

struct SimulateFlags {
  std::string listen = "127.0.0.1:9443";
  std::string scenario;
  std::optional<std::uint64_t> seed;
  std::optional<double> speed;
  std::string admin_listen;
  std::optional<std::string> tls;
  std::string ca_out;
};

/// A robot a line: its URL, and what it checks. Names of settings are those of a scenario file.
std::string robot_lines(const simulator::Simulator& cloud) {
  std::string lines;
  for (const auto& [robot, path] : cloud.known_robots()) {
    lines.append("  ").append(simulator::vendor_name(robot.vendor)).append("  ");
    lines.append(cloud.url()).append(path);
    if (!robot.secret.empty()) lines.append("  secret ").append(robot.secret);
    if (!robot.keyword.empty()) lines.append("  keyword ").append(robot.keyword);
    lines += '\n';
  }
  return lines;
}

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
  text << spoken(
      bilingual({"\nSimulated cloud: nothing here is real, and its key works nowhere else.\n"
                 "  access key  {0}\n  secret key  {1}\n  project     {2}\n"
                 "  domain      {3}\n\nJobs:\n",
                 "\n模拟云：这里的一切都不是真实资源，密钥也仅在此有效。\n"
                 "  AK    {0}\n  SK    {1}\n  项目  {2}\n"
                 "  账号  {3}\n\n任务：\n"},
                access, secret, account.project_id, account.domain_id));
  for (const auto& job : jobs) {
    text << "  " << job.job_id << "  " << job.service << "  "
         << (language() == Language::zh ? job.title_zh : job.title_en) << "\n";
  }
  if (!jobs.empty()) {
    text << spoken(bilingual({"\nQuery one:\n", "\n查询其中一个：\n"})) << "  eval \"$(" << keys
         << " " << program_name() << " sign --show curl '" << cloud.url() << jobs.front().path
         << "')\"\n";
  }
  if (const std::string robots = robot_lines(cloud); !robots.empty()) {
    text << spoken(bilingual({"\nRobots of chat channels:\n", "\n聊天机器人：\n"})) << robots;
  }
  text << spoken(bilingual({"\nWatch them in a browser:\n", "\n在浏览器中查看：\n"})) << "  "
       << keys << " " << program_name() << " --endpoint '*=" << cloud.url() << "' --project "
       << account.project_id << ca_flag << "\n";
  return text.str();
}

Result<simulator::Tls> tls_of(const std::string& word) {
  using enum simulator::Tls;
  if (word == "none") return none;
  if (word == "good") return good;
  if (word == "wrong-name") return wrong_name;
  if (word == "expired") return expired;
  return Failure::usage(bilingual({"--tls: \"{0}\" is not one of none, good, wrong-name, expired",
                                   "--tls：“{0}”应为 none、good、wrong-name、expired 之一"},
                                  word));
}

/// What the flags say: the file's scenario, and over it what stands on the command line.
Result<simulator::Options> options_of(const SimulateFlags& flags) {
  simulator::Options options;
  options.scenario.forget_after = simulator::kForgetAfter;
  if (!flags.scenario.empty()) {
    auto scenario = simulator::read_scenario(flags.scenario);
    if (!scenario) return scenario.failure().prefixed("--scenario ");
    options.scenario = std::move(scenario.value());
  }
  const auto address = parse_host_port(flags.listen);
  if (!address) return address.failure().prefixed({"--listen: ", "--listen："});
  options.host = address.value().host;
  options.port = address.value().port;
  if (!flags.admin_listen.empty()) {
    const auto admin = parse_host_port(flags.admin_listen);
    if (!admin) return admin.failure().prefixed({"--admin-listen: ", "--admin-listen："});
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
    return Failure::usage(bilingual({"--ca-out needs --tls: without it there is no CA",
                                     "--ca-out 需要与 --tls 一起使用，否则没有 CA"}));
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

int run(const SimulateFlags& flags) {
  const auto options = options_of(flags);
  if (!options) return fail(kSimulate, options.failure());
  EndSignals signals({});
  auto cloud = simulator::Simulator::start(options.value());
  if (!cloud) return fail(kSimulate, cloud.failure());
  if (!flags.ca_out.empty() && !write_file(flags.ca_out, cloud.value()->authority_pem())) {
    return fail(kSimulate, kExitFailed,
                bilingual({"--ca-out: cannot write {0}", "--ca-out：无法写入 {0}"}, flags.ca_out));
  }
  std::cerr << introduction(*cloud.value(), options.value().scenario.accounts.front(), flags.ca_out)
            << std::flush;
  signals.wait();
  return kExitOk;
}

}  // namespace

void add_simulate(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand(
      kSimulate, help_text({"Run the simulated cloud on its own", "单独运行模拟云"}));
  const auto flags = std::make_shared<SimulateFlags>();
  add_option(*command, "--listen", flags->listen,
             {"HOST:PORT to listen on, loopback only; port 0 picks a free one",
              "监听地址 HOST:PORT，仅限回环地址；端口 0 表示任选空闲端口"})
      ->capture_default_str();
  add_option(*command, "--scenario", flags->scenario,
             {"JSON file with the keys, jobs, limits, robots and faults to simulate instead of the "
              "built-in ones; see backend/simulator/README.md",
              "JSON 文件，定义要模拟的密钥、任务、限流、机器人和故障，代替内置内容；见 "
              "backend/simulator/README.md"});
  add_option(*command, "--seed", flags->seed,
             {"Random seed: the same seed gives the same jobs, byte for byte (default: the file's, "
              "else 1)",
              "随机种子：种子相同，任务的过程和内容完全相同（默认取自文件，否则为 1）"})
      ->check(between(0, kMaxSeed));
  add_option(
      *command, "--speed", flags->speed,
      {"Speed factor; 10 runs a 30 s batch in 3 s, and applies to all durations (default: "
       "the file's, else 1)",
       "速度倍数；10 表示 30 秒的批量任务 3 秒完成，作用于所有时长（默认取自文件，否则为 1）"})
      ->check(between(simulator::kMinSpeed, simulator::kMaxSpeed));
  add_option(
      *command, "--admin-listen", flags->admin_listen,
      {"HOST:PORT for the admin API, loopback only: GET and DELETE /journal and /messages, GET "
       "and PUT /faults, GET /ca.pem (default: none)",
       "管理接口的 HOST:PORT，仅限回环地址：GET、DELETE /journal 和 /messages，GET、PUT "
       "/faults，GET /ca.pem（默认不开启）"});
  add_option(*command, "--tls", flags->tls,
             {"Serve HTTPS with a certificate that is good, wrong-name or expired, or none "
              "(default: the file's, else none)",
              "以 HTTPS 提供服务，证书可为 good、wrong-name、expired，或 "
              "none（默认取自文件，否则为 none）"});
  add_option(*command, "--ca-out", flags->ca_out,
             {"Write the simulator's CA certificate (PEM) to this file",
              "将模拟云的 CA 证书（PEM）写入此文件"});
  on_run(*command, context, [flags] { return run(*flags); });
}

}  // namespace jobtree::commands

// backend job: one job in the terminal, once or until it ends. Joins the cloud, the watch, a
// display and this process.
//
// Knows: its flags, and which part gets what. Must not know: how a job is queried or drawn.
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <exception>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>

#include "cloud/ask/transport.h"
#include "cloud/where/job_ids.h"
#include "commands/cli/cloud_connection.h"
#include "commands/cli/exit_code.h"
#include "commands/cli/flags.h"
#include "commands/cli/message.h"
#include "commands/cli/terminal.h"
#include "commands/commands.h"
#include "commands/job/follow_by.h"
#include "commands/job/job_display.h"
#include "commands/job/job_text.h"
#include "commands/job/job_watch.h"
#include "commands/job/past_jobs.h"
#include "commands/job/process_events.h"
#include "commands/memory/data_folder.h"

namespace jobtree::commands {
namespace {

constexpr const char* kJob = "job";
constexpr double kLongestTimeout = 30.0 * 24 * 3600;  // seconds

struct JobFlags {
  std::string job_id;
  CloudFlags cloud;
  std::string service = "eip";
  bool wait = false;
  double timeout = 600;
  std::string output = "tree";
  std::string color = "auto";
  std::string lang;
  std::string follow_by;
  std::string label;
  std::string data;
  std::string config;
};

/// What the user's environment says of the terminal and the language.
struct Surroundings {
  bool is_terminal = false;  ///< one that can be drawn on
  bool colour = false;
  engine::Language language = engine::Language::en;
};

Surroundings look_around(const Environment& environment, const JobFlags& flags) {
  Surroundings it;
  const std::string_view terminal = environment("TERM");
  it.is_terminal = is_terminal(STDOUT_FILENO) && !terminal.empty() && terminal != "dumb";
  // https://no-color.org: any value but the empty one.
  const bool wanted = it.is_terminal && environment("NO_COLOR").empty();
  it.colour = flags.color == "always" || (flags.color == "auto" && wanted);
  it.language = language() == Language::zh ? engine::Language::zh : engine::Language::en;
  return it;
}

std::unique_ptr<Display> display_for(const JobFlags& flags, bool is_live, Outlet outlet) {
  if (flags.output == "json") return json_display(std::move(outlet));
  if (flags.output == "events") return event_display(std::move(outlet), flags.job_id);
  if (flags.output == "markdown") {
    return markdown_display(std::move(outlet), {.service = flags.service,
                                                .region = flags.cloud.region,
                                                .project = flags.cloud.project,
                                                .job_id = flags.job_id});
  }
  if (is_live) return live_display(std::move(outlet));
  return flags.wait ? line_display(std::move(outlet)) : tree_display(std::move(outlet));
}

/// Never kExitFailed, which would say that the job has failed.
int cannot_query(const Failure& failure) {
  return failure.kind() == Failure::Kind::usage ? usage_error(kJob, failure.text())
                                                : fail(kJob, kExitQueryFailed, failure.text());
}

/// Hands the job to a server and returns: no key is needed here.
int hand_over(const Environment& environment, const JobFlags& flags) {
  cloud::TransportOptions options;
  options.ca_file = flags.cloud.ca_file;
  const auto transport = cloud::make_transport(options);
  if (!transport) return cannot_query(transport.failure());
  const auto followed = follow_by(
      *transport.value(), {.server = flags.follow_by,
                           .token = std::string(environment("JOBTREE_TOKEN")),
                           .region = flags.cloud.region,
                           .service = flags.service,
                           .project = flags.cloud.project.empty() ? "-" : flags.cloud.project,
                           .job_id = flags.job_id,
                           .label = flags.label});
  if (!followed) return cannot_query(followed.failure());
  if (followed.value().is_unknown) {
    note(
        kJob,
        {"Huawei Cloud does not know this job. If it is about to begin, all is well: the server "
         "looks for it for an hour. Else check the ID, the region and the service",
         "华为云暂无此任务。如果任务即将开始，无需处理，服务端会在一小时内持续查找；否则请检查任务 "
         "ID、区域和服务"});
  }
  return print(kJob,
               spoken(bilingual({"followed: {0}", "已跟踪：{0}"}, followed.value().page)) + "\n");
}

int run(const Environment& environment, const JobFlags& flags) {
  if (!flags.lang.empty()) set_language(language_of_locale(flags.lang));
  const Surroundings around = look_around(environment, flags);
  const bool is_live = flags.wait && flags.output == "tree" && around.is_terminal;
  // What is wrong with the address is said before a key is looked for, which may take its time.
  const auto catalogue = make_catalogue(environment, flags.cloud);
  if (!catalogue) return usage_error(kJob, catalogue.failure().text());
  const cloud::Service* service = catalogue.value()->find_service(flags.service);
  if (service == nullptr) {
    return usage_error(kJob, Bilingual("--service: ", "--service：") +
                                 unknown_service(*catalogue.value(), flags.service));
  }
  if (const auto wrong = wrong_ids(*service, flags.job_id)) {
    return usage_error(kJob, Bilingual("job-id: ", "job-id：") + *wrong);
  }
  if (!flags.follow_by.empty()) return hand_over(environment, flags);
  ProcessEvents events(is_live);
  // On the heap: after a signal the thread goes on with it, until the process ends.
  const auto connection = std::make_shared<std::optional<Result<CloudConnection>>>();
  const int signal = events.run_unless_interrupted(
      [connection, environment, flags] { *connection = connect(environment, flags.cloud); });
  if (signal != 0) ::_exit(kExitBySignal + signal);
  if (!connection->value()) return cannot_query(connection->value().failure());
  CloudConnection& cloud = connection->value().value();
  if (cloud.no_key) return cannot_query(*cloud.no_key);
  events.set_query(std::move(cloud.source), {flags.cloud.region, flags.service, "-", flags.job_id});

  Writer out(STDOUT_FILENO);
  Writer err(STDERR_FILENO);
  Outlet outlet{.out = [&out](std::string_view bytes) { out.write(bytes); },
                .err = [&err](std::string_view bytes) { err.write(bytes); },
                .window = {},
                .past_runs = {},
                .colour = around.colour,
                .language = around.language};
  std::optional<Bilingual> no_past;
  outlet.past_runs = [&](const engine::JobTree& tree) {
    const auto past = past_runs_of(environment, flags.data, flags.service, tree);
    if (!past && !flags.data.empty() && flags.data != "none") no_past = past.failure().text();
    return past ? past.value() : engine::PastRuns();
  };
  if (is_terminal(STDOUT_FILENO)) {
    outlet.window = [] { return window_size(STDOUT_FILENO); };
  }
  const auto display = display_for(flags, is_live, std::move(outlet));
  for (const Bilingual& notice : cloud.notices)
    display->note(notice);
  const WatchOptions options{.job_ids = service->id_in_response ? flags.job_id : "",
                             .until_end = flags.wait,
                             .timeout = flags.timeout,
                             .seed = std::random_device()()};
  const Ending ending = watch(options, events, *display);

  if (no_past) display->note(*no_past);
  err.write(ending_report(ending, flags.timeout, events.wall(), around.language));
  int code = exit_code(ending);
  if (out.error() != 0 && out.error() != EPIPE) {
    code = fail(kJob, kExitQueryFailed,
                bilingual({"cannot write to standard output: {0}", "无法写入标准输出：{0}"},
                          std::strerror(out.error())));
  }
  if (events.is_fetching()) ::_exit(code);
  return code;
}

}  // namespace

void add_job(CLI::App& app, Context& context) {
  const auto flags = std::make_shared<JobFlags>();
  CLI::App* job =
      app.add_subcommand(kJob, help_text({"Show a job and its sub-jobs, once or until it finishes",
                                          "查看任务及其子任务，查询一次或等待其结束"}));
  job->footer(
      help_text({"Exit codes:\n"
                 "  0    the job succeeded; without --wait also: is still running\n"
                 "  1    the job failed or was cancelled\n"
                 "  2    usage error\n"
                 "  3    the query failed\n"
                 "  4    timed out\n"
                 "  130  interrupted\n",
                 "退出码：\n"
                 "  0    任务成功；不带 --wait 时也可能仍在运行\n"
                 "  1    任务失败或已取消\n"
                 "  2    用法错误\n"
                 "  3    查询失败\n"
                 "  4    超时\n"
                 "  130  被中断\n"}));
  job->add_option("job-id", flags->job_id,
                  help_text({"Job ID, such as ff808082843684110184e155fdb36461; for a service that "
                             "needs several IDs, with \"/\" between them: {program} job "
                             "INSTANCE_ID/TASK_ID --service dms",
                             "任务 ID，例如 ff808082843684110184e155fdb36461；服务需要多个 ID "
                             "时以“/”连接：{program} job INSTANCE_ID/TASK_ID --service dms"}))
      ->required();
  add_cloud_flags(*job, flags->cloud);
  add_option(*job, "--service", flags->service,
             {"Service the job belongs to, see \"{program} services\". Example: --service ecs",
              "任务所属的服务，见 {program} services。示例：--service ecs"})
      ->capture_default_str();
  job->add_flag("--wait", flags->wait,
                help_text({"Wait until the job finishes; in a pipe, print one line per change",
                           "等待任务结束；在管道中每次变更输出一行"}))
      ->envname("JOBTREE_WAIT");
  add_option(*job, "--timeout", flags->timeout,
             {"Give up after this many seconds. Example: --timeout 1800",
              "超过此秒数后放弃。示例：--timeout 1800"})
      ->check(between(1, kLongestTimeout))
      ->capture_default_str();
  add_option(
      *job, "--output", flags->output,
      {"tree, json (the unmodified API response; with --wait the last one), events (one JSON "
       "object per line and change) or markdown (for a ticket: what it is, when it ran, why it "
       "failed)",
       "tree、json（未经修改的 API 响应；与 --wait 一起使用时为最后一次）、events（每次变更一行 "
       "JSON）或 markdown（用于工单：任务信息、时间、失败原因）"})
      ->check(one_of({"tree", "json", "events", "markdown"}))
      ->capture_default_str();
  add_option(*job, "--color", flags->color,
             {"Colors; auto: in a terminal, unless NO_COLOR is set or TERM is dumb",
              "颜色；auto：仅在终端中，且未设置 NO_COLOR、TERM 不是 dumb"})
      ->check(one_of({"auto", "always", "never"}))
      ->capture_default_str();
  add_option(*job, "--lang", flags->lang,
             {"Language: en or zh (default: as LC_ALL, LC_MESSAGES or LANG say)",
              "语言：en 或 zh（默认由 LC_ALL、LC_MESSAGES 或 LANG 决定）"})
      ->check(one_of({"en", "zh"}));
  add_option(
      *job, "--follow-by", flags->follow_by,
      {"Hand the job to this jobtree server, which follows it to its end, and return; no key "
       "is needed here. With an access token in JOBTREE_TOKEN where the server wants one. "
       "Example: --follow-by https://jobtree.example.com",
       "将任务交给此 jobtree 服务端跟踪至结束，然后返回；此处无需密钥。服务端需要访问令牌时，"
       "设置 JOBTREE_TOKEN。示例：--follow-by https://jobtree.example.com"})
      ->type_name("URL");
  add_option(*job, "--label", flags->label,
             {"With --follow-by: what the server's list calls the job. Example: --label \"nightly "
              "#128\"",
              "与 --follow-by 一起使用：任务在服务端列表中的名称。示例：--label \"nightly #128\""});
  add_data_flag(*job, flags->data, false);
  on_run(*job, context, [flags, &context] {
    try {
      return run(context.environment, *flags);
    } catch (const std::exception& error) {
      // Not the program's code for this, 1: that would say that the job has failed.
      return fail(kJob, kExitQueryFailed,
                  bilingual({"internal error: {0}", "内部错误：{0}"}, error.what()));
    }
  });
}

}  // namespace jobtree::commands

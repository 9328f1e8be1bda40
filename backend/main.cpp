// The program: picks the command and tells a person at the terminal what was wrong with it.
//
// Knows: the commands by name. Must not know: what one does.
#include <algorithm>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "base/ascii.h"
#include "commands/cli/exit_code.h"
#include "commands/cli/flags.h"
#include "commands/cli/language.h"
#include "commands/cli/message.h"
#include "commands/cli/process.h"
#include "commands/cli/version.h"
#include "commands/commands.h"

namespace {

using namespace jobtree;
using namespace jobtree::commands;

/// What was not understood, up to "=": a value may be a secret that was put in the wrong place.
Bilingual first_unknown(const CLI::App& app) {
  const std::vector<std::string> unknown = app.remaining(true);
  if (unknown.empty()) return bilingual({"too many values", "值过多"});
  const auto flag =
      std::ranges::find_if(unknown, [](const auto& text) { return text.starts_with('-'); });
  if (flag == unknown.end()) return bilingual({"unexpected argument", "多余的参数"});
  return bilingual({"unknown flag {0}", "未知参数 {0}"}, flag->substr(0, flag->find('=')));
}

bool is_command(CLI::App& app, std::string_view name) {
  return !app.get_subcommands(
                 [name](const CLI::App* command) { return command->get_name() == name; })
              .empty();
}

/// "serve" may be left out before its flags.
std::vector<std::string> with_command(std::vector<std::string> arguments) {
  const bool is_about_all =
      !arguments.empty() && (arguments[0] == "--help" || arguments[0] == "-h" ||
                             arguments[0] == "--help-all" || arguments[0] == "--version");
  if (arguments.empty() || (arguments[0].starts_with('-') && !is_about_all)) {
    arguments.insert(arguments.begin(), "serve");
  }
  return arguments;
}

constexpr Sentence<0> kFooter{
    "Examples:\n"
    "  {program} --demo                                   try it with a simulated cloud, no key\n"
    "  {program} --region cn-north-4                      the dashboard on http://127.0.0.1:8080\n"
    "  {program} job JOB_ID --service ecs --wait          follow one job in the terminal\n\n"
    "\"{program} COMMAND --help\" explains a command's flags. Precedence: flag, then environment\n"
    "variable (JOBTREE_<FLAG>), then config file.\n",
    "示例：\n"
    "  {program} --demo                                   用模拟云试用，无需密钥\n"
    "  {program} --region cn-north-4                      在 http://127.0.0.1:8080 打开看板\n"
    "  {program} job JOB_ID --service ecs --wait          在终端中跟踪一个任务\n\n"
    "各命令的参数见 {program} COMMAND "
    "--help。优先级：命令行参数、环境变量（JOBTREE_<FLAG>）、配置文件。\n"};

/// With the command that was meant, when it is a letter or two away.
Bilingual unknown_command(CLI::App& app, const std::string& name) {
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (command->get_group().empty()) continue;
    if (letters_between(name, command->get_name()) <= 2) {
      return bilingual(
          {"unknown command \"{0}\". Did you mean \"{1}\"?", "未知命令“{0}”。是否想输入“{1}”？"},
          name, command->get_name());
    }
  }
  return bilingual({"unknown command \"{0}\"", "未知命令“{0}”"}, name);
}

/// Of the command that was given, "" before there is one.
std::string command_of(const CLI::App& app) {
  const auto given = app.get_subcommands();
  return given.empty() ? "" : given.front()->get_name();
}

int run(const std::vector<std::string>& arguments) {
  Context context{.environment = prepare_process()};
  set_language(language_of_environment(context.environment));
  CLI::App app(help_text({"Watch Huawei Cloud jobs and sub-jobs live, in a browser or a terminal.",
                          "在浏览器或终端中实时查看华为云任务及其子任务。"}),
               program_name());
  translate_help(app);
  app.set_help_flag("-h,--help", help_text({"Show help", "显示帮助"}));
  app.set_help_all_flag("--help-all", help_text({"Show help for all commands and flags",
                                                 "显示全部命令和参数的帮助"}));
  app.set_version_flag("--version", version_text, help_text({"Show version", "显示版本"}));
  app.footer(help_text(kFooter));
  app.require_subcommand(1);
  app.fallthrough();
  add_serve(app, context);
  add_job(app, context);
  add_explain(app, context);
  add_history(app, context);
  add_backup(app, context);
  add_notify(app, context);
  add_sign(app, context);
  add_simulate(app, context);
  add_services(app, context);
  add_regions(app, context);
  add_token(app, context);
  for (CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    command->group(help_text({"Commands", "命令"}));
    for (const char* flag : {"--help", "--help-all"}) {
      command->get_option(flag)->group(help_text({"Options", "选项"}));
    }
  }
  add_manual(app, context);

  const auto complete = with_command(arguments);
  if (!complete[0].starts_with('-') && !is_command(app, complete[0])) {
    return usage_error("", unknown_command(app, complete[0]));
  }
  try {
    app.parse(std::vector<std::string>(complete.rbegin(), complete.rend()));
  } catch (const CLI::Success& done) {
    return app.exit(done);  // --help, --version
  } catch (const CLI::ExtrasError&) {
    return usage_error(command_of(app), first_unknown(app));
  } catch (const CLI::ParseError& error) {
    return usage_error(command_of(app), parse_error_text(error));
  }
  return context.exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 0) set_program_name(argv[0]);
  try {
    return run({argv + (argc > 0 ? 1 : 0), argv + argc});
  } catch (const std::exception& error) {
    return fail("", kExitFailed, bilingual({"internal error: {0}", "内部错误：{0}"}, error.what()));
  }
}

// The program: picks the command and tells a person at the terminal what was wrong with it.
#include <algorithm>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "commands/cli/exit_code.h"
#include "commands/cli/message.h"
#include "commands/cli/process.h"
#include "commands/cli/version.h"
#include "commands/commands.h"

namespace {

using namespace jobtree::commands;

/// What was not understood, up to "=": a value may be a secret that was put in the wrong place.
std::string first_unknown(const CLI::App& app) {
  const std::vector<std::string> unknown = app.remaining(true);
  if (unknown.empty()) return "too many values";
  const auto flag =
      std::ranges::find_if(unknown, [](const auto& text) { return text.starts_with('-'); });
  if (flag == unknown.end()) return "unexpected argument";
  return "unknown flag " + flag->substr(0, flag->find('='));
}

bool is_command(CLI::App& app, std::string_view name) {
  return !app.get_subcommands(
                 [name](const CLI::App* command) { return command->get_name() == name; })
              .empty();
}

/// "serve" may be left out before its flags.
std::vector<std::string> with_command(std::vector<std::string> arguments) {
  const bool is_about_all =
      !arguments.empty() &&
      (arguments[0] == "--help" || arguments[0] == "-h" || arguments[0] == "--version");
  if (arguments.empty() || (arguments[0].starts_with('-') && !is_about_all)) {
    arguments.insert(arguments.begin(), "serve");
  }
  return arguments;
}

int run(const std::vector<std::string>& arguments) {
  Context context{.environment = prepare_process()};
  CLI::App app(
      "Watch Huawei Cloud jobs and sub-jobs live, in a browser or a terminal.\n"
      "Precedence: flag, then environment variable, then config file.",
      "backend");
  app.set_help_flag("");
  app.set_help_all_flag("-h,--help", "Explain every command and flag");
  app.set_version_flag("--version", version_text, "Show the version, and those of the libraries");
  app.require_subcommand(1);
  app.fallthrough();
  add_serve(app, context);
  add_job(app, context);
  add_sign(app, context);
  add_simulate(app, context);
  add_services(app, context);
  add_regions(app, context);
  add_token(app, context);

  const auto complete = with_command(arguments);
  if (!complete[0].starts_with('-') && !is_command(app, complete[0])) {
    return usage_error("", "unknown command " + complete[0]);
  }
  try {
    app.parse(std::vector<std::string>(complete.rbegin(), complete.rend()));
  } catch (const CLI::Success& done) {
    return app.exit(done);  // --help, --version
  } catch (const CLI::ExtrasError&) {
    return usage_error("", first_unknown(app));
  } catch (const CLI::ParseError& error) {
    return usage_error("", error.what());
  }
  return context.exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    return fail("", kExitFailed, std::string("internal error: ") + error.what());
  }
}

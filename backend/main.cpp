// The program: picks the command and tells a person at the terminal what was wrong with it.
#include <algorithm>
#include <exception>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "commands/commands.h"

namespace {

constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr const char* kName = "backend";

int fail(int code, const std::string& message) {
  std::cerr << kName << ": " << message << std::endl;
  return code;
}

int usage_error(std::string message) {
  std::ranges::replace(message, '\n', ' ');
  return fail(kUsage, message + " (" + kName + " --help explains every flag)");
}

/// What was not understood, up to "=": a value may be a secret that was put in the wrong place.
std::string first_unknown(const CLI::App& app) {
  const std::vector<std::string> unknown = app.remaining(true);
  if (unknown.empty()) return "too many values";
  const auto flag =
      std::ranges::find_if(unknown, [](const auto& text) { return text.starts_with('-'); });
  if (flag == unknown.end()) return "a value belongs to no flag";
  return "there is no flag " + flag->substr(0, flag->find('='));
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
  CLI::App app(
      "Shows Huawei Cloud jobs and their sub-jobs, live, in a web page. Keeps the key, signs, "
      "asks.\n"
      "A flag on the command line goes before its variable, and that before the config file.",
      kName);
  app.set_help_flag("");
  app.set_help_all_flag("-h,--help", "Explain every command and flag");
  app.set_version_flag("--version", "jobtree " JOBTREE_VERSION);
  app.require_subcommand(1);
  app.fallthrough();
  int exit_code = 0;
  jobtree::commands::add_serve(app, exit_code);
  jobtree::commands::add_job(app, exit_code);
  jobtree::commands::add_sign(app, exit_code);
  jobtree::commands::add_simulate(app, exit_code);
  jobtree::commands::add_services(app, exit_code);
  jobtree::commands::add_regions(app, exit_code);
  jobtree::commands::add_token(app, exit_code);

  const auto complete = with_command(arguments);
  if (!complete[0].starts_with('-') && !is_command(app, complete[0])) {
    return usage_error("there is no command " + complete[0]);
  }
  try {
    app.parse(std::vector<std::string>(complete.rbegin(), complete.rend()));
  } catch (const CLI::Success& done) {
    return app.exit(done);  // --help, --version
  } catch (const CLI::ExtrasError&) {
    return usage_error(first_unknown(app));
  } catch (const CLI::ParseError& error) {
    return usage_error(error.what());
  }
  return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    return fail(kFailed, std::string("internal error: ") + error.what());
  }
}

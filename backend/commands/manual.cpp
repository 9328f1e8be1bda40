// backend manual: writes the manual pages and what shells complete; the build runs it, and help
// does not show it.
//
// Knows: which files there are. Must not know: what stands in them.
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "base/bilingual.h"
#include "commands/cli/exit_code.h"
#include "commands/cli/message.h"
#include "commands/commands.h"
#include "commands/manual/completion.h"
#include "commands/manual/man_page.h"

namespace jobtree::commands {
namespace {

constexpr const char* kManual = "manual";

bool write_file(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text << std::flush;
  return static_cast<bool>(file);
}

/// By SOURCE_DATE_EPOCH: the same sources are the same pages on every day.
std::string date_of(const Environment& environment) {
  const std::string seconds(environment("SOURCE_DATE_EPOCH"));
  if (seconds.empty()) return "";
  const std::time_t time = std::strtoll(seconds.c_str(), nullptr, 10);
  std::tm parts{};
  char text[16] = "";
  if (::gmtime_r(&time, &parts) == nullptr) return "";
  return {text, std::strftime(text, sizeof text, "%Y-%m-%d", &parts)};
}

int run(const CLI::App& app, const Environment& environment, const std::string& folder) {
  const CommandRow program = command_table(app);
  const std::string date = date_of(environment);
  const std::filesystem::path to(folder);
  std::error_code error;
  std::filesystem::create_directories(to, error);
  bool is_written = write_file(to / (page_name(program) + ".1"), man_page(program, program, date));
  for (const CommandRow* command : runnable(program)) {
    is_written = is_written &&
                 write_file(to / (page_name(*command) + ".1"), man_page(program, *command, date));
  }
  is_written = is_written && write_file(to / program_name(), bash_completion(program)) &&
               write_file(to / ("_" + program_name()), zsh_completion(program));
  if (is_written) return kExitOk;
  return fail(kManual, kExitFailed, bilingual({"cannot write to {0}", "无法写入 {0}"}, folder));
}

}  // namespace

void add_manual(CLI::App& app, Context& context) {
  const auto folder = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand(kManual)->group("");
  command->add_option("DIR", *folder)->required();
  command->callback(
      [&app, &context, folder] { context.exit_code = run(app, context.environment, *folder); });
}

}  // namespace jobtree::commands

#include "commands/cli/flags.h"

#include <memory>
#include <utility>

#include "base/ascii.h"
#include "commands/cli/config_file.h"

namespace jobtree::commands {

std::string variable_of(const std::string& flag) {
  std::string variable = "JOBTREE_";
  for (const char c : flag.substr(flag.find_first_not_of('-'))) {
    variable += c == '-' ? '_' : to_upper(c);
  }
  return variable;
}

void on_run(CLI::App& command, Context& context, std::function<int()> run) {
  const auto file = std::make_shared<std::string>();
  add_option(command, "--config", *file,
             "File with a line \"flag = value\" for each flag that is neither on the command line "
             "nor in the environment");
  command.callback([&command, &context, file, run = std::move(run)] {
    if (!file->empty()) read_config(command, *file);
    context.exit_code = run();
  });
}

}  // namespace jobtree::commands

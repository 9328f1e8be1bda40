#include "commands/cli/config_file.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <system_error>

#include "commands/cli/language.h"

namespace jobtree::commands {
namespace {

constexpr std::uintmax_t kMaxFile = std::uintmax_t{64} * 1024;

/// Throws CLI::ParseError when the option does not take the value.
void set(CLI::Option& option, const CLI::ConfigItem& item) {
  if (option.count() > 0) return;
  if (item.inputs.empty())
    throw CLI::ConfigError(spoken(bilingual({"{0} has no value", "{0} 没有值"}, item.fullname())));
  option.add_result(item.inputs);
  option.run_callback();
}

/// Whether another of the program's commands has it.
bool is_flag_of_another(const CLI::App& command, const std::string& flag) {
  const CLI::App* program = command.get_parent();
  return program != nullptr &&
         std::ranges::any_of(program->get_subcommands({}), [&flag](const CLI::App* other) {
           return other->get_option_no_throw(flag) != nullptr;
         });
}

}  // namespace

void read_config(CLI::App& command, const std::string& file) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(file, error);
  if (error)
    throw CLI::FileError(
        spoken(bilingual({"cannot read the config file {0}: {1}", "无法读取配置文件 {0}：{1}"},
                         file, error.message())));
  if (size > kMaxFile)
    throw CLI::FileError(spoken(bilingual(
        {"the config file {0} is larger than 64 KiB", "配置文件 {0} 超过 64 KiB"}, file)));
  for (const CLI::ConfigItem& item : CLI::ConfigTOML().from_file(file)) {
    const bool marks_section = item.name == "++" || item.name == "--";
    const bool for_another = !item.parents.empty() && item.parents.front() != command.get_name();
    if (marks_section || for_another) continue;
    CLI::Option* option =
        item.parents.size() > 1 ? nullptr : command.get_option_no_throw("--" + item.name);
    if (option == nullptr && item.parents.empty() &&
        is_flag_of_another(command, "--" + item.name)) {
      continue;
    }
    if (option == nullptr || item.name == "config" || item.name == "help") {
      throw CLI::ConfigError(
          spoken(bilingual({"config file {0}: unknown flag \"{1}\"", "配置文件 {0}：未知参数“{1}”"},
                           file, item.fullname())));
    }
    set(*option, item);
  }
}

}  // namespace jobtree::commands

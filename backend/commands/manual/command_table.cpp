#include "commands/manual/command_table.h"

#include <sstream>

#include "base/bilingual.h"

namespace jobtree::commands {
namespace {

/// "TEXT:{tree, json}": how CLI11 writes a type with a check.
void split_type(const std::string& type, FlagRow& row) {
  const std::size_t set = type.find(":{");
  row.value = type.substr(0, set);
  if (set == std::string::npos) return;
  std::istringstream list(type.substr(set + 2, type.size() - set - 3));
  for (std::string word; std::getline(list >> std::ws, word, ',');)
    row.values.push_back(word);
}

FlagRow row_of(const CLI::Option& option) {
  FlagRow row;
  for (const std::string& name : option.get_snames())
    row.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames())
    row.names.push_back("--" + name);
  if (row.names.empty()) row.names.push_back(option.get_name());
  if (option.get_items_expected_max() > 0) split_type(option.get_type_name(), row);
  row.fallback = option.get_default_str();
  row.variable = option.get_envname();
  row.text = option.get_description();
  row.is_repeatable = option.get_expected_max() > 1;
  return row;
}

/// Lines of two words or more, with two blanks before and between them; a line "Word:" is a title.
void read_footer(const std::string& footer, CommandRow& row) {
  std::istringstream lines(footer);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("  ")) continue;
    const std::size_t gap = line.find("  ", 2);
    if (gap == std::string::npos) continue;
    const FooterLine found{line.substr(2, gap - 2), line.substr(line.find_first_not_of(' ', gap))};
    const bool is_code = found.name.find_first_not_of("0123456789") == std::string::npos;
    (is_code ? row.exit_codes : row.examples).push_back(found);
  }
}

CommandRow row_of(const CLI::App& app, std::vector<std::string> words) {
  CommandRow row;
  row.words = std::move(words);
  row.text = app.get_description();
  for (const CLI::Option* option : app.get_options([](const CLI::Option*) { return true; })) {
    if (option->get_group().empty()) continue;
    (option->get_positional() ? row.arguments : row.flags).push_back(row_of(*option));
  }
  read_footer(app.get_footer(), row);
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (command->get_group().empty()) continue;
    auto inner = row.words;
    inner.push_back(command->get_name());
    row.commands.push_back(row_of(*command, std::move(inner)));
  }
  return row;
}

}  // namespace

CommandRow command_table(const CLI::App& app) {
  return row_of(app, {});
}

std::vector<const CommandRow*> runnable(const CommandRow& program) {
  std::vector<const CommandRow*> found;
  for (const CommandRow& command : program.commands) {
    if (command.commands.empty()) found.push_back(&command);
    for (const CommandRow* inner : runnable(command))
      found.push_back(inner);
  }
  return found;
}

std::string page_name(const CommandRow& command) {
  std::string name = program_name();
  for (const std::string& word : command.words)
    name += "-" + word;
  return name;
}

}  // namespace jobtree::commands

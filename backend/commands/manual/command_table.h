// What --help shows of a command, as values.
//
// Knows: CLI11. Must not know: which commands and flags there are, how they are written.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace jobtree::commands {

struct FlagRow {
  std::vector<std::string> names;   ///< "-h", "--help"; of an argument its name
  std::string value;                ///< "HOST:PORT"; "" when the flag has none
  std::vector<std::string> values;  ///< all that there are, when they are known
  std::string fallback;             ///< the value without the flag
  std::string variable;             ///< of the environment
  std::string text;
  bool is_repeatable = false;
};

/// A line of "Examples:" or "Exit codes:", as help has it: what stands before the gap, and after
/// it.
struct FooterLine {
  std::string name;
  std::string text;
};

struct CommandRow {
  std::vector<std::string> words;  ///< "notify", "test"; none for the program itself
  std::string text;
  std::vector<FlagRow> arguments;
  std::vector<FlagRow> flags;
  std::vector<FooterLine> examples;
  std::vector<FooterLine> exit_codes;
  std::vector<CommandRow> commands;
};

/// All that is not hidden, in the language in which the flags were added.
CommandRow command_table(const CLI::App& app);

/// Those that can be run, the program itself not among them.
std::vector<const CommandRow*> runnable(const CommandRow& program);

/// "jobtree", "jobtree-notify-test".
std::string page_name(const CommandRow& command);

}  // namespace jobtree::commands

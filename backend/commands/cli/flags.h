// What all commands have in common: each flag is also a variable and a line of a config file.
//
// Knows: CLI11, how a variable is named. Must not know: which flags there are.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

#include "base/bilingual.h"
#include "base/environment.h"
#include "commands/cli/language.h"

namespace jobtree::commands {

/// What a command gets from the program, and leaves to it. It outlives the parsing of the flags.
struct Context {
  Environment environment;  ///< as the program was started with it, keys too
  int exit_code = 0;        ///< of the command that ran
};

/// "JOBTREE_CA_FILE" of "--ca-file": letters in upper case, digits as they are, "_" for "-".
std::string variable_of(const std::string& flag);

/// Help in the language of the user, written {"in English", "in Chinese"}.
inline std::string help_text(const Sentence<0>& text) {
  return spoken(bilingual(text));
}

/// Adds an option that is also a variable; it can be chained, as CLI11's own.
template <class T>
CLI::Option* add_option(CLI::App& command, const std::string& flag, T& value,
                        const Sentence<0>& help) {
  return command.add_option(flag, value, help_text(help))->envname(variable_of(flag));
}

/// Refuse all but these values, and all but these numbers, in the user's language.
CLI::Validator one_of(std::vector<std::string> values);
CLI::Validator between(double least, double most);

/// What CLI11 did not like, in the user's language. Values are not quoted: one may be a secret that
/// was put in the wrong place.
std::string parse_error_text(const CLI::ParseError& error);
/// The words that CLI11 itself puts into help; to be called before flags and commands are added.
void translate_help(CLI::App& app);

/// Adds --config, and makes `run` what the command does once its flags are complete: those that
/// neither the command line nor the environment gave are taken from the file. What `run` returns is
/// left in the context. Call it last, as help shows flags in the order they came.
void on_run(CLI::App& command, Context& context, std::function<int()> run);

}  // namespace jobtree::commands

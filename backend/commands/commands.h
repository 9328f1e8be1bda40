// The program's commands, one file each. A command parses its flags, joins the wings it needs and
// runs; what it prints is for a person at a terminal, and nothing below this floor prints at all.
#pragma once

#include <CLI/CLI.hpp>

namespace jobtree::commands {

/// Each adds its sub-command to `app`. When it is the one chosen it runs at the end of parsing and
/// leaves its exit code in `exit_code`.
void add_serve(CLI::App& app, int& exit_code);
void add_job(CLI::App& app, int& exit_code);
void add_sign(CLI::App& app, int& exit_code);
void add_simulate(CLI::App& app, int& exit_code);
void add_services(CLI::App& app, int& exit_code);
void add_regions(CLI::App& app, int& exit_code);
void add_token(CLI::App& app, int& exit_code);

}  // namespace jobtree::commands

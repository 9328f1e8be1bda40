// The program's commands, one file each. A command parses its flags, joins the wings it needs and
// runs; what it prints is for a person at a terminal, and nothing below this floor prints at all.
//
// Knows: their names. Must not know: their flags, what they do.
#pragma once

#include <CLI/CLI.hpp>

#include "commands/cli/flags.h"

namespace jobtree::commands {

/// Each adds its sub-command to `app`. When it is the one chosen it runs at the end of parsing.
void add_serve(CLI::App& app, Context& context);
void add_job(CLI::App& app, Context& context);
void add_explain(CLI::App& app, Context& context);
void add_history(CLI::App& app, Context& context);
void add_backup(CLI::App& app, Context& context);
void add_notify(CLI::App& app, Context& context);
void add_sign(CLI::App& app, Context& context);
void add_simulate(CLI::App& app, Context& context);
void add_services(CLI::App& app, Context& context);
void add_regions(CLI::App& app, Context& context);
void add_token(CLI::App& app, Context& context);
/// For the build; no help shows it. It reads what was added to `app` before.
void add_manual(CLI::App& app, Context& context);

}  // namespace jobtree::commands

// backend token: makes a token that opens the server, and the line by which the server knows it.
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "cloud/where/catalogue.h"
#include "commands/cli/flags.h"
#include "commands/commands.h"
#include "gateway/access/token_file.h"
#include "gateway/access/token_list.h"

namespace jobtree::commands {
namespace {

constexpr int kOk = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;

struct Flags {
  gateway::Holder holder;
  std::string tokens_file;
};

int fail(int code, const std::string& message) {
  std::cerr << "backend token: " << message << std::endl;
  return code;
}

int bad_flag(const std::string& message) {
  return fail(kUsage, message + " (backend --help explains every flag)");
}

int run(const Flags& flags) {
  gateway::Holder holder = flags.holder;
  if (holder.projects.empty()) holder.projects = {"-"};
  if (const auto whole = check(holder); !whole) return bad_flag(whole.error());
  const auto catalogue = cloud::Catalogue::make();
  if (!catalogue) return fail(kFailed, catalogue.error());
  for (const std::string& service : holder.services) {
    if (catalogue.value().find_service(service) == nullptr) {
      return bad_flag("there is no service " + service + "; \"backend services\" lists all");
    }
  }
  const auto token = gateway::new_token();
  if (!token) return fail(kFailed, token.error());
  const std::string line = line_of(holder, token.value());
  if (!flags.tokens_file.empty()) {
    if (const auto done = gateway::append_token(flags.tokens_file, line); !done) {
      return fail(kFailed, done.error());
    }
  }
  // The token alone on a line of its own, so that a script can take it: it is shown this once.
  std::cout << token.value() << "\n";
  if (flags.tokens_file.empty()) std::cout << line << "\n";
  std::cout.flush();
  if (!std::cout) return fail(kFailed, "cannot write to standard output; the token is lost");
  std::cerr << "The token is shown this once. "
            << (flags.tokens_file.empty()
                    ? "The second line is for the file of serve's --tokens-file.\n"
                    : flags.tokens_file + " has its line.\n");
  return kOk;
}

}  // namespace

void add_token(CLI::App& app, int& exit_code) {
  const auto flags = std::make_shared<Flags>();
  CLI::App* token = app.add_subcommand(
      "token", "Make a token for serve's --tokens-file: printed once, stored as its SHA-256 alone");
  token->add_option("NAME", flags->holder.name, "Whose it is, for the log: portal")->required();
  add_option(*token, "--project", flags->holder.projects,
             "Project it may see: an id, \"-\" for the key's own (the default), \"*\" for all; "
             "repeatable. For a global service the id is the domain's, and \"-\" the key's own")
      ->allow_extra_args(false)
      ->delimiter(',');
  add_option(*token, "--service", flags->holder.services,
             "Service it may see, a name of \"backend services\"; repeatable. Default: all")
      ->allow_extra_args(false)
      ->delimiter(',');
  add_option(*token, "--tokens-file", flags->tokens_file,
             "File to put the line into, made when it is not there; without it the line is printed "
             "after the token");

  on_run(*token, exit_code, [flags] { return run(*flags); });
}

}  // namespace jobtree::commands

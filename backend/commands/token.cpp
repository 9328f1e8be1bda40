// backend token: makes a token that opens the server, and the line by which the server knows it.
#include <charconv>
#include <chrono>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "cloud/where/catalogue.h"
#include "commands/cli/exit_code.h"
#include "commands/cli/flags.h"
#include "commands/cli/message.h"
#include "commands/commands.h"
#include "gateway/access/token_file.h"
#include "gateway/access/token_list.h"

namespace jobtree::commands {
namespace {

constexpr const char* kCommand = "token";
constexpr int kMostDays = 36500;

struct Flags {
  gateway::Holder holder;
  std::string tokens_file;
  std::string expires;
};

/// "90d": so many days from now, or a day such as "2027-01-31", which must not be over. In UTC, as
/// the tokens file counts.
Result<std::chrono::sys_days> last_day(std::string_view text,
                                       std::chrono::system_clock::time_point now) {
  const auto today = std::chrono::floor<std::chrono::days>(now);
  if (text.ends_with('d')) {
    int days = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size() - 1, days);
    if (error == std::errc() && end == text.data() + text.size() - 1 && days >= 1 &&
        days <= kMostDays) {
      return today + std::chrono::days(days);
    }
  } else if (const auto day = gateway::parse_day(text)) {
    if (day.value() < today) return Failure::usage("that day is over");
    return day.value();
  }
  return Failure::usage("\"" + std::string(text) +
                        "\" is neither days from now, as in 90d, nor a day, as in 2027-01-31");
}

int run(const Flags& flags) {
  gateway::Holder holder = flags.holder;
  if (holder.projects.empty()) holder.projects = {"-"};
  if (!flags.expires.empty()) {
    const auto day = last_day(flags.expires, std::chrono::system_clock::now());
    if (!day) return usage_error(kCommand, "--expires: " + day.error());
    holder.last_day = day.value();
  }
  if (const auto whole = check(holder); !whole) return usage_error(kCommand, whole.error());
  const auto catalogue = cloud::Catalogue::make();
  if (!catalogue) return fail(kCommand, kExitFailed, catalogue.error());
  for (const std::string& service : holder.services) {
    if (catalogue.value().find_service(service) == nullptr) {
      return usage_error(kCommand,
                         "there is no service " + service + "; \"backend services\" lists all");
    }
  }
  const auto token = gateway::new_token();
  if (!token) return fail(kCommand, kExitFailed, token.error());
  const std::string line = line_of(holder, token.value());
  if (!flags.tokens_file.empty()) {
    if (const auto done = gateway::append_token(flags.tokens_file, line); !done) {
      return fail(kCommand, kExitFailed, done.error());
    }
  }
  // The token alone on a line of its own, so that a script can take it: it is shown this once.
  std::cout << token.value() << "\n";
  if (flags.tokens_file.empty()) std::cout << line << "\n";
  std::cout.flush();
  if (!std::cout)
    return fail(kCommand, kExitFailed, "cannot write to standard output; the token is lost");
  std::cerr << "The token is shown this once. "
            << (flags.tokens_file.empty()
                    ? "The second line is for the file of serve's --tokens-file.\n"
                    : flags.tokens_file + " has its line.\n");
  return kExitOk;
}

}  // namespace

void add_token(CLI::App& app, Context& context) {
  const auto flags = std::make_shared<Flags>();
  CLI::App* token = app.add_subcommand(
      kCommand, "Create an access token for serve's --tokens-file; only its SHA-256 is stored");
  token->add_option("NAME", flags->holder.name, "Name shown in the audit log, e.g. portal")
      ->required();
  add_option(*token, "--project", flags->holder.projects,
             "Project it may see: an id, \"-\" for the key's own (the default), \"*\" for all; "
             "repeatable. For a global service the id is the domain's, and \"-\" the key's own")
      ->allow_extra_args(false)
      ->delimiter(',');
  add_option(*token, "--service", flags->holder.services,
             "Service it may see, a name of \"backend services\"; repeatable. Default: all")
      ->allow_extra_args(false)
      ->delimiter(',');
  add_option(
      *token, "--expires", flags->expires,
      "Last day on which it is valid, in UTC: a date, or days from now; without it, it never "
      "expires. Example: --expires 90d, --expires 2027-01-31");
  add_option(*token, "--tokens-file", flags->tokens_file,
             "File to put the line into, made when it is not there; without it the line is printed "
             "after the token");

  on_run(*token, context, [flags] { return run(*flags); });
}

}  // namespace jobtree::commands

// backend token: makes a token that opens the server, and the line by which the server knows it.
//
// Knows: its flags. Must not know: how a tokens file is written.
#include <charconv>
#include <chrono>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "cloud/where/catalogue.h"
#include "commands/cli/cloud_connection.h"
#include "commands/cli/exit_code.h"
#include "commands/cli/flags.h"
#include "commands/cli/message.h"
#include "commands/commands.h"
#include "gateway/access/token_file.h"
#include "gateway/access/token_list.h"

namespace jobtree::commands {
namespace {

constexpr const char* kToken = "token";
constexpr int kMostDays = 36500;

struct TokenFlags {
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
    if (day.value() < today)
      return Failure::usage(bilingual({"that day is in the past", "该日期已过"}));
    return day.value();
  }
  return Failure::usage(
      bilingual({"\"{0}\" is neither a number of days, such as 90d, nor a date, such as 2027-01-31",
                 "“{0}”应为天数（例如 90d）或日期（例如 2027-01-31）"},
                text));
}

int run(const TokenFlags& flags) {
  gateway::Holder holder = flags.holder;
  if (holder.projects.empty()) holder.projects = {"-"};
  if (!flags.expires.empty()) {
    const auto day = last_day(flags.expires, std::chrono::system_clock::now());
    if (!day)
      return usage_error(kToken, Bilingual("--expires: ", "--expires：") + day.failure().text());
    holder.last_day = day.value();
  }
  if (const auto whole = check(holder); !whole) return usage_error(kToken, whole.failure().text());
  const auto catalogue = cloud::Catalogue::make();
  if (!catalogue) return fail(kToken, kExitFailed, catalogue.failure().text());
  for (const std::string& service : holder.services) {
    if (catalogue.value().find_service(service) == nullptr) {
      return usage_error(kToken, unknown_service(catalogue.value(), service));
    }
  }
  const auto token = gateway::new_token();
  if (!token) return fail(kToken, kExitFailed, token.failure().text());
  const std::string line = line_of(holder, token.value());
  if (!flags.tokens_file.empty()) {
    if (const auto done = gateway::append_token(flags.tokens_file, line); !done) {
      return fail(kToken, kExitFailed, done.failure().text());
    }
  }
  // The token alone on a line of its own, so that a script can take it: it is shown this once.
  std::cout << token.value() << "\n";
  if (flags.tokens_file.empty()) std::cout << line << "\n";
  std::cout.flush();
  if (!std::cout)
    return fail(kToken, kExitFailed,
                bilingual({"cannot write to standard output; the token is lost",
                           "无法写入标准输出，令牌已丢失"}));
  std::cerr << spoken(
      flags.tokens_file.empty()
          ? bilingual(
                {"This token is shown only once. Put the second line into the file that "
                 "\"{program} serve --tokens-file\" reads.\n",
                 "令牌仅显示这一次。请将第二行写入 {program} serve --tokens-file 所用的文件。\n"})
          : bilingual({"This token is shown only once. Its line was added to {0}.\n",
                       "令牌仅显示这一次，对应的行已写入 {0}。\n"},
                      flags.tokens_file));
  return kExitOk;
}

}  // namespace

void add_token(CLI::App& app, Context& context) {
  const auto flags = std::make_shared<TokenFlags>();
  CLI::App* token = app.add_subcommand(
      kToken,
      help_text({"Create an access token for serve's --tokens-file; only its SHA-256 is stored",
                 "为 serve 的 --tokens-file 创建访问令牌；仅保存其 SHA-256"}));
  token
      ->add_option("NAME", flags->holder.name,
                   help_text({"Name shown in the audit log, e.g. portal",
                              "审计日志中显示的名称，例如 portal"}))
      ->required();
  add_option(*token, "--project", flags->holder.projects,
             {"Project it can see: an ID, \"-\" for the key's own (default), \"*\" for all "
              "(repeatable). For a global service: the domain ID",
              "可查看的项目：项目 ID，“-”表示密钥所属的项目（默认），“*”表示全部（可重复）。"
              "全局服务使用账号 ID"})
      ->allow_extra_args(false)
      ->delimiter(',');
  add_option(*token, "--service", flags->holder.services,
             {"Service it can see, see \"{program} services\" (repeatable; default: all)",
              "可查看的服务，见 {program} services（可重复；默认全部）"})
      ->allow_extra_args(false)
      ->delimiter(',');
  add_option(*token, "--expires", flags->expires,
             {"Last day on which it is valid, in UTC: a date, or a number of days (default: never "
              "expires). Example: --expires 90d, --expires 2027-01-31",
              "有效期的最后一天（UTC）：日期或天数（默认永不过期）。示例：--expires 90d、--expires "
              "2027-01-31"});
  token
      ->add_flag("--follow", flags->holder.can_follow,
                 help_text({"Also let it have jobs followed to their end although nobody looks",
                            "还允许其让服务端持续跟踪任务直至结束，即使无人查看"}))
      ->envname(variable_of("--follow"));
  token
      ->add_flag("--people", flags->holder.can_see_people,
                 help_text({"Also let it see and search who started jobs, by name",
                            "还允许其查看并按名称搜索任务的发起人"}))
      ->envname(variable_of("--people"));
  token
      ->add_flag("--share", flags->holder.can_share,
                 help_text({"Also let it create links that show others a job or a board it can see",
                            "还允许其创建分享链接，向他人展示其可查看的任务或看板"}))
      ->envname(variable_of("--share"));
  add_option(*token, "--tokens-file", flags->tokens_file,
             {"Add the line to this file, which is created if missing (default: print it after the "
              "token)",
              "将对应的行写入此文件，不存在时自动创建（默认在令牌之后输出）"});

  on_run(*token, context, [flags] { return run(*flags); });
}

}  // namespace jobtree::commands

// backend notify test: sends a test message, and says what the other side said to it.
//
// Knows: its flags, a sentence for each outcome. Must not know: how a message is made or sent.
#include <iostream>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/protocol/public_url.h"
#include "commands/cli/exit_code.h"
#include "commands/cli/flags.h"
#include "commands/cli/message.h"
#include "commands/commands.h"
#include "commands/serving/notifications.h"
#include "notify/sending/trial.h"
#include "notify/setup/setup.h"

namespace jobtree::commands {
namespace {

constexpr const char* kNotify = "notify";

struct NotifyFlags {
  std::string channel;
  std::string file;
  std::string public_url;
};

/// "ops, audit"
std::string names_in(const notify::Setup& setup) {
  std::string names;
  for (const auto& ready : setup.channels)
    names.append(names.empty() ? "" : ", ").append(ready->channel.name);
  return names;
}

int run(const Environment& environment, const NotifyFlags& flags) {
  const auto public_url = parse_public_url(flags.public_url);
  if (!public_url) {
    return usage_error(kNotify,
                       Bilingual("--public-url: ", "--public-url：") + public_url.failure().text());
  }
  if (flags.file.empty()) {
    return usage_error(kNotify, bilingual({"which channels there are stands in a file: name it "
                                           "with --notify-file",
                                           "请用 --notify-file 指定通知配置文件"}));
  }
  const auto read = notify::read_setup(flags.file, environment);
  if (!read) return fail(kNotify, read.failure());
  const notify::Setup& setup = read.value().setup;
  const auto ready = setup.find(flags.channel);
  if (ready == nullptr) {
    return usage_error(kNotify, bilingual({"there is no channel \"{0}\" in {1}; it has: {2}",
                                           "{1} 中没有通道“{0}”，现有：{2}"},
                                          flags.channel, flags.file, names_in(setup)));
  }
  const auto url = notify::shown_url(notify::url_of(ready->channel, ready->secrets));
  std::cerr << spoken(
      bilingual({"Sending a test message to {0}…\n", "正在向 {0} 发送测试消息…\n"}, url));
  const notify::Trial trial = notify::try_channel(*ready, real_clock(), public_url.value());
  if (!trial.is_delivered) return fail(kNotify, kExitFailed, trial.meaning);
  return print(kNotify, spoken(bilingual({"{0} ({1} ms)\n", "{0}（{1} 毫秒）\n"}, trial.meaning,
                                         std::to_string(trial.took.count()))));
}

}  // namespace

void add_notify(CLI::App& app, Context& context) {
  const auto flags = std::make_shared<NotifyFlags>();
  CLI::App* notify =
      app.add_subcommand(kNotify, help_text({"Test a notification channel", "测试通知通道"}));
  notify->require_subcommand(1);
  CLI::App* test = notify->add_subcommand(
      "test", help_text({"Send a test message, and show how the other side responded",
                         "发送一条测试消息，并显示对方的响应"}));
  test->footer(
      help_text({"Exit codes:\n"
                 "  0    delivered\n"
                 "  1    not delivered; the message says why, and what to do\n"
                 "  2    usage error, or a mistake in the file\n",
                 "退出码：\n"
                 "  0    已送达\n"
                 "  1    未送达，输出中说明原因和处理建议\n"
                 "  2    用法错误，或配置文件有误\n"}));
  test->add_option(
          "CHANNEL", flags->channel,
          help_text({"Its name in the notification file. Example: {program} notify test ops "
                     "--notify-file notify.yaml",
                     "通知配置文件中的通道名称。示例：{program} notify test ops "
                     "--notify-file notify.yaml"}))
      ->required();
  add_notify_file_flag(*test, flags->file);
  add_option(*test, "--public-url", flags->public_url,
             {"Address that the link in the message begins with (default: no link)",
              "消息中链接的开头地址（默认不带链接）"});
  on_run(*test, context, [flags, &context] { return run(context.environment, *flags); });
}

}  // namespace jobtree::commands

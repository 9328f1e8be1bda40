#include "commands/serving/notifications.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "commands/cli/flags.h"
#include "notify/status_json.h"

namespace jobtree::commands {
namespace {

constexpr const char* kNoChannels = R"({"configured": false, "channels": []})";

/// Another one for each process of each machine, also when its number is used again.
std::string own_name() {
  std::array<char, 256> host{};
  (void)::gethostname(host.data(), host.size() - 1);
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::string(host.data()) + '/' + std::to_string(::getpid()) + '/' +
         std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(now).count());
}

notify::Language reader_of(gateway::Language language) {
  return language == gateway::Language::zh ? notify::Language::zh : notify::Language::en;
}

gateway::ChannelTrial trial_of(const notify::TrialReply& reply, gateway::Language language) {
  using Kind = gateway::ChannelTrial::Kind;
  switch (reply.kind) {
    case notify::TrialReply::Kind::unknown:
      return {.kind = Kind::unknown};
    case notify::TrialReply::Kind::paced:
      return {.kind = Kind::paced, .wait = reply.wait};
    case notify::TrialReply::Kind::done:
      break;
  }
  return {.json = notify::json_of(reply.trial, reader_of(language))};
}

gateway::ChannelFigures figures_of(const notify::ChannelStatus& status) {
  return {.name = status.name,
          .pending = status.queue.pending + status.queue.sending,
          .dropped = status.queue.dropped,
          .oldest_waits = status.queue.oldest_waits.value_or(std::chrono::milliseconds(0)),
          .delivered = status.figures.delivered,
          .refused = status.figures.refused};
}

Telling telling_of(std::shared_ptr<notify::SetupWatch> setup, const std::string& public_url) {
  auto herald = std::make_shared<notify::RuleHerald>(
      notify::HeraldOptions{.setup = [setup] { return setup->now(); }, .public_url = public_url});
  return {.setup = std::move(setup), .herald = std::move(herald)};
}

/// Nothing for what no group of people reads.
std::optional<notify::Channel> channel_of(const simulator::KnownRobot& known,
                                          const std::string& url) {
  const auto kind = notify::channel_kind_named(simulator::vendor_name(known.robot.vendor));
  const bool is_chat =
      kind && *kind != notify::ChannelKind::webhook && *kind != notify::ChannelKind::alertmanager;
  if (!is_chat || known.robot.is_gone) return std::nullopt;
  notify::Channel channel{.name = std::string(notify::name_of(*kind)),
                          .kind = *kind,
                          .url = url + known.path,
                          .keyword = known.robot.keyword,
                          .allowed_networks = {*IpNetwork::parse("127.0.0.0/8")}};
  if (*kind != notify::ChannelKind::slack) {
    channel.style = {.language = notify::Language::zh, .zone = std::chrono::hours(8)};
  }
  return channel;
}

}  // namespace

void add_notify_file_flag(CLI::App& command, std::string& file) {
  add_option(command, "--notify-file", file,
             {"File of notification channels (Feishu, DingTalk, WeCom, Slack, webhook, mail, "
              "Alertmanager) and of rules which jobs they are told of, reloaded on change",
              "通知配置文件：通知通道（飞书、钉钉、企业微信、Slack、webhook、邮件、"
              "Alertmanager）及通知规则，更改后自动加载"})
      ->type_name("FILE");
}

Result<Telling> open_telling(const std::string& file, const std::string& public_url,
                             const Environment& environment) {
  if (file.empty()) return Telling();
  auto setup = notify::SetupWatch::open(file, environment, real_clock());
  if (!setup) return setup.failure().prefixed({"--notify-file: ", "--notify-file："});
  return telling_of(std::move(setup.value()), public_url);
}

Result<Telling> demo_telling(const simulator::Simulator& simulator, const std::string& public_url) {
  notify::Setup setup;
  notify::Rule rule;
  for (const simulator::KnownRobot& known : simulator.known_robots()) {
    auto channel = channel_of(known, simulator.url());
    if (!channel || setup.find(channel->name) != nullptr) continue;
    notify::ChannelSecrets secrets;
    if (!known.robot.secret.empty()) secrets.keys.emplace_back(known.robot.secret);
    rule.channels.push_back(channel->name);
    auto ready = notify::ready(*std::move(channel), std::move(secrets));
    if (!ready) return ready.failure();
    setup.channels.push_back(
        std::make_shared<const notify::ReadyChannel>(std::move(ready.value())));
  }
  setup.rules.push_back(std::move(rule));
  return telling_of(std::make_shared<notify::SetupWatch>(std::move(setup)), public_url);
}

Result<std::unique_ptr<notify::Notifier>> make_notifier(const Telling& telling,
                                                        const std::string& public_url,
                                                        NotifierParts parts) {
  if (telling.setup == nullptr) return std::unique_ptr<notify::Notifier>();
  if (parts.archive.state().kind == store::ArchiveState::Kind::off) {
    return Failure::usage(
        {"--notify-file: what is to be sent must be remembered; without --data none",
         "--notify-file：待发送的通知需要保存，请不要使用 --data none"});
  }
  return std::make_unique<notify::Notifier>(notify::NotifierOptions{.setup = telling.setup,
                                                                    .herald = telling.herald,
                                                                    .archive = parts.archive,
                                                                    .share = parts.share,
                                                                    .clock = real_clock(),
                                                                    .public_url = public_url,
                                                                    .holder = own_name(),
                                                                    .log = std::move(parts.log)});
}

std::vector<Bilingual> words_of(const Telling& telling, const std::string& public_url,
                                const Environment& environment) {
  if (telling.setup == nullptr) return {};
  const auto setup = telling.setup->now();
  std::string names;
  bool has_proxy = false;
  for (const auto& ready : setup->channels) {
    names.append(names.empty() ? "" : ", ").append(ready->channel.name);
    has_proxy = has_proxy || !ready->channel.proxy.empty();
  }
  std::vector<Bilingual> words{bilingual({"Notification channels: {0}", "通知通道：{0}"}, names)};
  if (public_url.empty()) {
    words.emplace_back("Notifications have no link to their job: set --public-url",
                       "通知中没有任务链接，请设置 --public-url");
  }
  const bool has_variable =
      std::ranges::any_of(std::array{"HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"},
                          [&](const char* name) { return !environment(name).empty(); });
  if (has_variable && !has_proxy) {
    words.emplace_back(
        "Notifications do not use the proxy of HTTPS_PROXY or ALL_PROXY: where they need one, set "
        "proxy for each channel",
        "通知不使用 HTTPS_PROXY 或 ALL_PROXY 中的代理；如需代理，请在各通道中设置 proxy");
  }
  return words;
}

gateway::Channels channels_of(notify::Notifier* notifier) {
  if (notifier == nullptr) {
    return {.json = [](gateway::Language) { return std::string(kNoChannels); }};
  }
  return {.json =
              [notifier](gateway::Language language) {
                return notify::json_of(notifier->channels(), reader_of(language));
              },
          .test =
              [notifier](std::string_view name, gateway::Language language) {
                return trial_of(notifier->test(name), language);
              },
          .figures =
              [notifier] {
                std::vector<gateway::ChannelFigures> all;
                for (const notify::ChannelStatus& status : notifier->channels())
                  all.push_back(figures_of(status));
                return all;
              }};
}

}  // namespace jobtree::commands

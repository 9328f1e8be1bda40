#include "notify/channels/channels.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "notify/channels/alertmanager.h"
#include "notify/channels/dingtalk.h"
#include "notify/channels/feishu.h"
#include "notify/channels/mail.h"
#include "notify/channels/slack.h"
#include "notify/channels/webhook.h"
#include "notify/channels/wecom.h"
#include "notify/target_policy.h"

namespace jobtree::notify {
namespace {

struct Form {
  Result<Dispatches> (*make)(const Outgoing&);
  Verdict (*judge)(const Response&);
};

/// In the order of ChannelKind.
constexpr std::array<Form, kChannelKinds> kForms{Form{feishu::make, feishu::judge},
                                                 Form{dingtalk::make, dingtalk::judge},
                                                 Form{wecom::make, wecom::judge},
                                                 Form{slack::make, slack::judge},
                                                 Form{webhook::make, webhook::judge},
                                                 Form{mail::make, mail::judge},
                                                 Form{alertmanager::make, alertmanager::judge}};

/// Passwords can have blanks.
bool is_of_secret(char c) {
  return is_graphic(c) || c == ' ';
}

const Form& form_of(ChannelKind kind) {
  return kForms.at(static_cast<std::size_t>(kind));
}

/// A URL of mail as one of HTTP, which is judged alike. "smtp" is encrypted too: by STARTTLS,
/// without which nothing is sent (RFC 8314).
std::optional<std::string> as_https(std::string_view url) {
  for (const std::string_view scheme : {"smtps://", "smtp://"}) {
    if (url.starts_with(scheme)) return std::string("https://").append(url.substr(scheme.size()));
  }
  return std::nullopt;
}

}  // namespace

Result<Dispatches> dispatches_of(const Outgoing& outgoing) {
  return form_of(outgoing.channel.kind).make(outgoing);
}

Verdict judge(ChannelKind kind, const Response& response) {
  return form_of(kind).judge(response);
}

std::optional<Failure> fault_of(const Channel& channel, const ChannelSecrets& secrets) {
  std::string url(url_of(channel, secrets));
  // Either could end a line of a header.
  const bool is_plain = std::ranges::all_of(url, is_graphic) &&
                        std::ranges::all_of(secrets.keys, [](const Secret& key) {
                          return !key.empty() && std::ranges::all_of(key.reveal(), is_of_secret);
                        });
  if (!is_plain) {
    return Failure::usage(
        {"a file with the URL or a secret has nothing in it, or more than one line of ASCII",
         "保存 URL 或密钥的文件为空，或不是单行 ASCII 文本"});
  }
  if (channel.kind == ChannelKind::mail) {
    auto of_http = as_https(url);
    if (!of_http) {
      return Failure::usage({"a mail server's URL is smtps://HOST:465 or smtp://HOST:587",
                             "邮件服务器的 URL 应为 smtps://HOST:465 或 smtp://HOST:587"});
    }
    url = *std::move(of_http);
  }
  if (auto refused = TargetPolicy(channel.allowed_networks).refused(url)) return refused;
  const Content content = test_notice(Time(), "");
  const auto made =
      dispatches_of({.channel = channel, .secrets = secrets, .content = content, .at = Time()});
  if (!made) return made.failure();
  return std::nullopt;
}

}  // namespace jobtree::notify

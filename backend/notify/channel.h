// A channel as its operator describes it, and the secrets that go with it.
//
// Knows: kinds of channels and their settings. Must not know: files, how a message looks, how it is
// sent.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/protocol/ip_address.h"
#include "base/secret.h"
#include "notify/message.h"

namespace jobtree::notify {

enum class ChannelKind : std::uint8_t {
  feishu,  ///< and Lark, which is the same under another host
  dingtalk,
  wecom,
  slack,
  webhook,
  mail,
  alertmanager
};
inline constexpr std::size_t kChannelKinds = 7;
/// "feishu": in the file of channels, in logs and metrics.
std::string_view name_of(ChannelKind kind);
std::optional<ChannelKind> channel_kind_named(std::string_view name);

/// Whom every message of a channel mentions, by the vendor's own ids.
struct Mentions {
  bool everyone = false;
  std::vector<std::string> users{};
  std::vector<std::string> mobiles{};  ///< telephone numbers: DingTalk and WeCom

  bool empty() const { return !everyone && users.empty() && mobiles.empty(); }
};

struct Channel {
  std::string name{};
  ChannelKind kind = ChannelKind::webhook;
  /// Where to send to: https, or http to an allowed network; of mail smtps or smtp. "" where a file
  /// has it: the URL of a robot is its key.
  std::string url{};
  std::string url_file{};
  /// What signs or opens: of the robots one, of a webhook several while one takes the place of
  /// another, the password of mail, the token or password of an Alertmanager.
  std::vector<std::string> secret_files{};
  Style style{};
  std::string keyword{};  ///< a word that the vendor wants to find in each message
  Mentions mentions{};
  std::vector<IpNetwork> allowed_networks{};  ///< private ones that it may connect to
  std::string user{};                         ///< of mail and Alertmanager
  /// Of a webhook: signed as GitHub signs, for receivers that know nothing else. Such a request can
  /// be sent again by who sees it.
  bool is_signed_like_github = false;
  std::string proxy{};            ///< a URL; "" for none. Of mail never
  std::string ca_file{};          ///< PEM; "" for what the system trusts
  std::string from{};             ///< of mail: an address
  std::vector<std::string> to{};  ///< the same, several
};

/// What stands in the channel's files, without blanks at the ends. Held in memory only.
struct ChannelSecrets {
  Secret url{};
  std::vector<Secret> keys{};  ///< in the order of secret_files
};

/// Where the channel sends to: its own URL, else the one from its file.
std::string_view url_of(const Channel& channel, const ChannelSecrets& secrets);

/// A URL as people may be shown it, in a log or a page: "https://open.feishu.cn/…9f3c".
std::string shown_url(std::string_view url);

}  // namespace jobtree::notify

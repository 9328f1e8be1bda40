// The file of --notify-file: channels, and rules which jobs are told to which of them. YAML, as
// the file of regions.
//
//   channels:
//     ops:
//       kind: feishu                 # dingtalk, wecom, slack, webhook, mail, alertmanager
//       url_file: /etc/jobtree/ops.url
//       secret_file: /etc/jobtree/ops.secret
//       language: zh                 # or en
//       time_zone: "+08:00"
//       keyword: jobtree
//       mentions: {everyone: true, users: [ou_1]}     # mobiles: of dingtalk and wecom
//     audit:
//       kind: webhook
//       url: https://hooks.example/jobtree
//       secret_files: [/etc/jobtree/new, /etc/jobtree/old]
//       allow_networks: [10.0.0.0/8]
//       ca_file: /etc/jobtree/own-ca.pem
//       proxy: http://proxy.example:3128              # variables such as HTTPS_PROXY do not count
//       # signature: github          in the place of that of Standard Webhooks
//     post:
//       kind: mail
//       url: smtps://mail.example:465
//       user: jobs                   # of an Alertmanager too, which has a token without it
//       secret_file: /etc/jobtree/mail.password
//       from: jobs@example.com
//       to: [li@example.com]
//   projects:                        # what messages call them, and rules may
//     production: 0605767cc80010f42f1ec00bc0e6b7a8
//   rules:
//     - jobs: {service: ecs, type: "create*", project: production, label: "release-*"}
//       on: [failed, stuck]
//       to: [ops, audit]
//
// Files that it names are looked for among the credentials of a systemd unit, then beside it.
//
// Knows: the file's form and bounds. Must not know: where it lies; the files it names are read by
// others.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "notify/channel.h"
#include "notify/rules.h"

namespace jobtree::notify {

inline constexpr std::size_t kLargestChannelFile = std::size_t{64} * 1024;
inline constexpr std::size_t kMostChannels = 32;
inline constexpr std::size_t kMostRules = 200;
inline constexpr std::size_t kMostProjectNames = 100;

using ProjectNames = std::map<std::string, std::string, std::less<>>;  ///< by project ID

struct ChannelFile {
  std::vector<Channel> channels{};  ///< in the file's order
  std::vector<Rule> rules{};
  ProjectNames projects{};
};

/// Fails at the first mistake, with its line and place. A secret, or a robot's URL, that stands in
/// the file itself is one.
Result<ChannelFile> parse_channel_file(std::string_view text);

}  // namespace jobtree::notify

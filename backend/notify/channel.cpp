#include "notify/channel.h"

#include <algorithm>

#include "notify/plain_text.h"

namespace jobtree::notify {
namespace {

constexpr std::array<std::string_view, kChannelKinds> kChannelNames{
    "feishu", "dingtalk", "wecom", "slack", "webhook", "mail", "alertmanager"};
constexpr std::size_t kShownTail = 4;
constexpr std::size_t kLongestShownHost = 260;

}  // namespace

std::string_view name_of(ChannelKind kind) {
  return kChannelNames.at(static_cast<std::size_t>(kind));
}

std::optional<ChannelKind> channel_kind_named(std::string_view name) {
  const auto* const found = std::ranges::find(kChannelNames, name);
  if (found == kChannelNames.end()) return std::nullopt;
  return static_cast<ChannelKind>(found - kChannelNames.begin());
}

std::string_view url_of(const Channel& channel, const ChannelSecrets& secrets) {
  return channel.url.empty() ? secrets.url.reveal() : std::string_view(channel.url);
}

std::string shown_url(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return "";
  std::string_view rest = url.substr(scheme + 3);
  const std::string_view host = rest.substr(0, rest.find_first_of("/?#"));
  rest.remove_prefix(host.size());
  std::string shown(url.substr(0, scheme + 3));
  // What stands before "@" would be a user and a password.
  shown += plain_line(host.substr(host.rfind('@') + 1), kLongestShownHost);
  // Of something short the tail would be most of it.
  if (rest.size() > 4 * kShownTail) {
    shown += "/…" + plain_line(rest.substr(rest.size() - kShownTail), kLongestShownHost);
  }
  return shown;
}

}  // namespace jobtree::notify

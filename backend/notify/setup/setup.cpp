#include "notify/setup/setup.h"

#include <algorithm>
#include <filesystem>
#include <initializer_list>
#include <utility>

#include "base/ascii.h"
#include "base/hex.h"
#include "base/protocol/digest.h"
#include "base/small_file.h"
#include "notify/channels/channels.h"
#include "notify/setup/channel_file.h"

namespace jobtree::notify {
namespace {

constexpr std::size_t kLargestSecret = std::size_t{4} * 1024;

Bilingual place_of(std::string_view channel) {
  return bilingual({"channels.{0}: ", "channels.{0}："}, channel);
}

/// Each text with its length before it, so that no two lists read alike.
void add(std::string& all, std::string_view text) {
  all.append(std::to_string(text.size())).append(1, ':').append(text);
}

std::string digest_of_settings(const Channel& channel, const ChannelSecrets& secrets) {
  std::string all;
  for (const std::string_view text :
       {name_of(channel.kind), url_of(channel, secrets), std::string_view(channel.keyword),
        std::string_view(channel.user), std::string_view(channel.proxy),
        std::string_view(channel.ca_file), std::string_view(channel.from),
        std::string_view(channel.is_signed_like_github ? "github" : "")})
    add(all, text);
  for (const std::string& to : channel.to)
    add(all, to);
  for (const IpNetwork& network : channel.allowed_networks)
    add(all, network.text());
  for (const Secret& key : secrets.keys)
    add(all, key.reveal());
  const auto digest = Sha256()(all);
  OPENSSL_cleanse(all.data(), all.size());
  return digest ? to_hex(*digest) : "";
}

/// Where a file of that name is.
std::string resolved(const std::string& name, const std::string& notify_file,
                     const Environment& environment) {
  const std::filesystem::path path(name);
  if (path.is_absolute()) return name;
  if (const std::string_view credentials = environment("CREDENTIALS_DIRECTORY");
      !credentials.empty()) {
    const auto credential = std::filesystem::path(credentials) / path;
    std::error_code error;
    if (std::filesystem::exists(credential, error)) return credential.string();
  }
  return (std::filesystem::path(notify_file).parent_path() / path).string();
}

/// Without the blanks and line breaks around it, as editors leave one at the end.
Result<Secret> read_key(const std::string& path, const Bilingual& what) {
  auto text = read_secret_file(
      path, {.what = what, .max_bytes = kLargestSecret, .refuse_world_writable = true});
  if (!text) return text.failure();
  return Secret(trimmed(text.value().reveal(), kWhitespace));
}

}  // namespace

Result<ReadyChannel> ready(Channel channel, ChannelSecrets secrets) {
  const Bilingual place = place_of(channel.name);
  if (const auto fault = fault_of(channel, secrets)) return fault->prefixed(place);
  auto sender = make_sender(channel, secrets);
  if (!sender) return sender.failure().prefixed(place);
  std::string settings = digest_of_settings(channel, secrets);
  return ReadyChannel{.channel = std::move(channel),
                      .secrets = std::move(secrets),
                      .settings = std::move(settings),
                      .sender = std::move(sender.value())};
}

std::string Setup::alias_of(const std::string& project_id) const {
  const auto found = projects.find(project_id);
  return found == projects.end() ? "" : found->second;
}

std::shared_ptr<const ReadyChannel> Setup::find(std::string_view name) const {
  const auto found =
      std::ranges::find_if(channels, [name](const auto& one) { return one->channel.name == name; });
  return found == channels.end() ? nullptr : *found;
}

Result<SetupFile> read_setup(const std::string& path, const Environment& environment) {
  const auto text = read_small_file(path, {.what = {"notification file", "通知配置文件"},
                                           .max_bytes = kLargestChannelFile,
                                           .refuse_world_writable = true});
  if (!text) return text.failure();
  auto parsed = parse_channel_file(text.value());
  if (!parsed) return parsed.failure().prefixed(path + ": ");
  SetupFile file{.files = {path}};
  file.setup.rules = std::move(parsed.value().rules);
  file.setup.projects = std::move(parsed.value().projects);
  for (Channel& channel : parsed.value().channels) {
    ChannelSecrets secrets;
    const auto read = [&](const std::string& name, const Bilingual& what) {
      file.files.push_back(resolved(name, path, environment));
      return read_key(file.files.back(), what);
    };
    if (!channel.url_file.empty()) {
      auto url = read(channel.url_file, {"URL file", "URL 文件"});
      if (!url) return url.failure().prefixed(place_of(channel.name));
      secrets.url = std::move(url.value());
    }
    for (const std::string& name : channel.secret_files) {
      auto key = read(name, {"secret file", "密钥文件"});
      if (!key) return key.failure().prefixed(place_of(channel.name));
      secrets.keys.push_back(std::move(key.value()));
    }
    if (!channel.ca_file.empty()) {
      channel.ca_file = resolved(channel.ca_file, path, environment);
      file.files.push_back(channel.ca_file);
    }
    auto made = ready(std::move(channel), std::move(secrets));
    if (!made) return made.failure().prefixed(path + ": ");
    file.setup.channels.push_back(std::make_shared<const ReadyChannel>(std::move(made.value())));
  }
  return file;
}

}  // namespace jobtree::notify

// Channels that are ready to be used, and the rules which jobs they are told of.
//
// Knows: the file of channels, the files it names, what of a channel cannot work. Must not know:
// when they are read again, what is sent.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/environment.h"
#include "base/result.h"
#include "notify/channel.h"
#include "notify/rules.h"
#include "notify/sending/sender.h"
#include "notify/setup/channel_file.h"

namespace jobtree::notify {

struct ReadyChannel {
  Channel channel{};
  ChannelSecrets secrets{};
  /// A digest of all that decides what the other side gets, and whether: the outbox knows by it
  /// that the channel was changed.
  std::string settings{};
  std::unique_ptr<Sender> sender{};
};

/// Fails on a channel that could never work: see fault_of(). The failure names the channel.
Result<ReadyChannel> ready(Channel channel, ChannelSecrets secrets);

struct Setup {
  std::vector<std::shared_ptr<const ReadyChannel>> channels{};  ///< in the file's order
  std::vector<Rule> rules{};
  ProjectNames projects{};

  /// What people call a project; "" where the file does not say.
  std::string alias_of(const std::string& project_id) const;
  /// Null when there is none of that name.
  std::shared_ptr<const ReadyChannel> find(std::string_view name) const;
};

/// What --notify-file names, and which files that names itself.
struct SetupFile {
  Setup setup{};
  std::vector<std::string> files{};  ///< paths, the file itself first
};

/// A path that is not absolute leads from $CREDENTIALS_DIRECTORY where there is such a file
/// (systemd.exec(5)), else from the folder of the file itself. Fails on whatever is wrong, with the
/// file and the place.
Result<SetupFile> read_setup(const std::string& path, const Environment& environment);

}  // namespace jobtree::notify

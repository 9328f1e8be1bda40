// Telling people, as the flags of serve want it.
//
// Knows: --notify-file. Must not know: how a message is made or sent, what a page shows.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/bilingual.h"
#include "base/environment.h"
#include "base/log_entry.h"
#include "base/result.h"
#include "gateway/channels/channels.h"
#include "notify/herald.h"
#include "notify/notifier.h"
#include "notify/setup/setup_watch.h"
#include "simulator/simulator.h"
#include "store/archive.h"
#include "store/shared.h"

namespace jobtree::commands {

void add_notify_file_flag(CLI::App& command, std::string& file);

/// Whom to tell, and what; both are null without a file.
struct Telling {
  std::shared_ptr<notify::SetupWatch> setup{};
  std::shared_ptr<notify::RuleHerald> herald{};  ///< for the archive
};
/// Fails on whatever is wrong in the file.
Result<Telling> open_telling(const std::string& file, const std::string& public_url,
                             const Environment& environment);

/// Through the robots that a simulated cloud plays, so that a demo shows what people would get.
Result<Telling> demo_telling(const simulator::Simulator& simulator, const std::string& public_url);

/// What a notifier works with; all must outlive it.
struct NotifierParts {
  store::Archive& archive;
  const store::BackgroundShare* share;  ///< null: there are no other replicas
  std::function<void(const LogEntry&)> log;
};
/// Null where nobody is told. It has not begun. Fails when nothing is remembered: what is to be
/// told waits there.
Result<std::unique_ptr<notify::Notifier>> make_notifier(const Telling& telling,
                                                        const std::string& public_url,
                                                        NotifierParts parts);

/// What the operator should know of it at the start: the channels, and what is missing.
std::vector<Bilingual> words_of(const Telling& telling, const std::string& public_url,
                                const Environment& environment);

/// What the gateway may show of it; null: there are no channels. It must outlive that.
gateway::Channels channels_of(notify::Notifier* notifier);

}  // namespace jobtree::commands

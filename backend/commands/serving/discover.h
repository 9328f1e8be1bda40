// Finding jobs, as the flags of serve want it.
//
// Knows: --discover and what goes with it. Must not know: how jobs are found, who is told.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/log_entry.h"
#include "base/result.h"
#include "cloud/record_source.h"
#include "cloud/where/catalogue.h"
#include "discovery/finder.h"
#include "gateway/site/discovery.h"
#include "store/archive.h"
#include "store/shared.h"

namespace jobtree::commands {

struct DiscoverFlags {
  std::string mode{};  ///< "" for the usual one: off, but in a demo
  std::vector<std::string> regions{};
  std::string users = "on";
};
void add_discover_flags(CLI::App& command, DiscoverFlags& flags);

/// All must outlive the finder.
struct DiscoverParts {
  const cloud::Catalogue& catalogue;
  cloud::Source& source;
  store::Archive& archive;
  const store::BackgroundShare* share = nullptr;
  std::function<void(const LogEntry&)> log{};
};

/// One that has not begun. Fails on flags that cannot be: a region that is none, nothing to
/// remember what is found.
Result<std::unique_ptr<discovery::Finder>> make_finder(const DiscoverFlags& flags,
                                                       const std::string& default_region,
                                                       bool is_demo, const DiscoverParts& parts);

/// What the gateway may tell of it; the finder must outlive that.
gateway::Discovery discovery_of(const discovery::Finder& finder,
                                std::shared_ptr<const cloud::Catalogue> catalogue);

}  // namespace jobtree::commands

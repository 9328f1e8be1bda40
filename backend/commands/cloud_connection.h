// Which cloud is asked, and as whom: the flags of every command that asks, and what comes of them.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "cloud/cloud.h"
#include "cloud/result.h"

namespace jobtree::commands {

struct CloudFlags {
  std::string region = "cn-north-4";
  std::string project;
  std::string profile;
  std::vector<std::string> endpoints;
  std::string ca_file;
};

/// Adds --region, --project, --profile, --endpoint and --ca-file to `command`.
void add_cloud_flags(CLI::App& command, CloudFlags& flags);

struct CloudConnection {
  std::unique_ptr<cloud::JobSource> source;
  std::string project;  ///< the key's, "" when not known
  std::string words;    ///< as whom it asks, for the person who started this
};

/// Finds the key and makes the source; asks nothing yet. From here on nobody else may read this
/// process's memory, and its environment holds no key. Call it before the first thread starts. A
/// failure is a mistake in the flags or in what they name.
Result<CloudConnection> connect(const CloudFlags& flags);

}  // namespace jobtree::commands

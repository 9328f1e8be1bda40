// Which cloud is asked, and as whom: the flags of every command that asks, and what comes of them.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "cloud/catalogue.h"
#include "cloud/cloud.h"
#include "cloud/result.h"

namespace jobtree::commands {

struct CloudFlags {
  std::string region = "cn-north-4";
  std::string project;
  std::string profile;
  std::vector<std::string> endpoints;
  std::string regions_file;
  std::string ca_file;
};

/// Adds --region, --project, --profile, --endpoint, --regions-file and --ca-file to `command`.
void add_cloud_flags(CLI::App& command, CloudFlags& flags);

/// What may be asked, and where: by the flags, the environment and the regions file. A failure is a
/// mistake in one of them, in --region or --project.
Result<std::shared_ptr<const cloud::Catalogue>> make_catalogue(const CloudFlags& flags);

struct CloudConnection {
  std::shared_ptr<const cloud::Catalogue> catalogue;
  std::unique_ptr<cloud::JobSource> source;
  std::string project;  ///< the key's, "" when not known
  std::string words;    ///< as whom it asks, for the person who started this
};

/// Finds the key and makes the source; asks nothing yet. From here on nobody else may read this
/// process's memory, and its environment holds no key. Call it before the first thread starts. A
/// failure is a mistake in the flags or in what they name.
Result<CloudConnection> connect(const CloudFlags& flags);

}  // namespace jobtree::commands

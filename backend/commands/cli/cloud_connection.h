// Which cloud is queried, and with which key: the flags of every command that queries it, and what
// comes of them.
//
// Knows: where the cloud wing's parts come from. Must not know: what is queried, who is told.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/environment.h"
#include "base/result.h"
#include "cloud/key/key_ring.h"
#include "cloud/key/temporary/metadata.h"
#include "cloud/record_source.h"
#include "cloud/where/catalogue.h"

namespace jobtree::commands {

struct CloudFlags {
  std::string region = "cn-north-4";
  std::string project;
  std::string profile;
  std::vector<std::string> endpoints;
  std::string regions_file;
  std::string ca_file;
  std::string metadata = cloud::kMetadataUrl;
  std::string budget = "20/s";
};

void add_regions_file_flag(CLI::App& command, CloudFlags& flags);
/// Adds those that make_catalogue() looks at: --region, --endpoint and --regions-file.
void add_catalogue_flags(CLI::App& command, CloudFlags& flags);
/// Adds all.
void add_cloud_flags(CLI::App& command, CloudFlags& flags);

/// Adds those that say where the key comes from: --profile and --metadata.
void add_key_flags(CLI::App& command, std::string& profile, std::string& metadata);

/// Looks for the key once; may block for the network. `options.metadata_url` is as the flag has it.
Result<std::unique_ptr<cloud::KeyRing>> find_key(const Environment& environment,
                                                 cloud::KeyOptions options);

/// What may be queried, and where: by the flags, the environment and the regions file. A failure is
/// a mistake in one of them, in --region or --project.
Result<std::shared_ptr<const cloud::Catalogue>> make_catalogue(const Environment& environment,
                                                               const CloudFlags& flags);

/// Why there is no such service, with those that were perhaps meant.
Bilingual unknown_service(const cloud::Catalogue& catalogue, std::string_view name);

struct CloudConnection {
  std::shared_ptr<const cloud::Catalogue> catalogue;
  std::unique_ptr<cloud::Source> source;
  std::string project;               ///< the key's, "" when not known
  Bilingual words;                   ///< which key it uses, for the person who started this
  std::optional<Failure> no_key{};   ///< why it cannot query anything yet
  std::vector<Bilingual> notices{};  ///< what else that person should know, a sentence each
};

/// Looks for the key, which may block for the network, and makes the source; sends the cloud
/// nothing yet. A failure is a mistake in the flags or in what they name, or this machine's
/// trouble. That there is no key is none: the source goes on looking for one. `shared`: see
/// make_cloud().
Result<CloudConnection> connect(const Environment& environment, const CloudFlags& flags,
                                cloud::SharedLimits* shared = nullptr);

}  // namespace jobtree::commands

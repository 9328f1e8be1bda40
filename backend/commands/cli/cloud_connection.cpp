#include "commands/cli/cloud_connection.h"

#include <utility>

#include "cloud/ask/transport.h"
#include "cloud/cloud.h"
#include "cloud/key/credentials.h"
#include "commands/cli/flags.h"

namespace jobtree::commands {

void add_regions_file_flag(CLI::App& command, CloudFlags& flags) {
  add_option(command, "--regions-file", flags.regions_file,
             "YAML file with further regions and endpoints; without it, "
             "~/.huaweicloud/regions.yaml");
}

void add_catalogue_flags(CLI::App& command, CloudFlags& flags) {
  add_option(command, "--region", flags.region, "Region; \"backend regions\" lists them")
      ->capture_default_str();
  add_option(
      command, "--endpoint", flags.endpoints,
      "Override a service's endpoint: SERVICE=URL, repeatable; iam for project lookup, * for "
      "all. https, or http on loopback")
      ->allow_extra_args(false)
      ->delimiter(',');
  add_regions_file_flag(command, flags);
}

void add_cloud_flags(CLI::App& command, CloudFlags& flags) {
  add_catalogue_flags(command, flags);
  add_option(
      command, "--project", flags.project,
      "Project id, 32 hex digits: what \"-\" in an address stands for; without it, looked up "
      "from the key");
  add_key_flags(command, flags.profile, flags.metadata);
  add_option(command, "--ca-file", flags.ca_file,
             "PEM file of the authorities to trust, instead of the system's");
  add_option(command, "--budget", flags.budget,
             "Maximum rate of requests to the cloud, as in 20/s or 200/5m; limits that a service "
             "states are kept to besides")
      ->capture_default_str();
}

void add_key_flags(CLI::App& command, std::string& profile, std::string& metadata) {
  add_option(command, "--profile", profile,
             "Credentials file, used when the environment holds no key; without it, "
             "\"credentials\" in systemd's $CREDENTIALS_DIRECTORY, or ~/.huaweicloud/credentials. "
             "Example: --profile ./credentials");
  add_option(command, "--metadata", metadata,
             "Metadata service of the instance, which gives temporary keys when there is no other "
             "key; \"off\" for none. Example: --metadata off")
      ->capture_default_str();
}

Result<std::shared_ptr<const cloud::Catalogue>> make_catalogue(const Environment& environment,
                                                               const CloudFlags& flags) {
  auto catalogue = cloud::Catalogue::make({.endpoints = flags.endpoints,
                                           .environment = environment,
                                           .regions_file = flags.regions_file});
  if (!catalogue) return catalogue.failure();
  if (!catalogue.value().has_region(flags.region)) {
    return Failure::usage("--region: unknown region \"" + flags.region +
                          "\"; run \"backend regions\" for the list");
  }
  if (!flags.project.empty() && !cloud::is_project_id(flags.project)) {
    return Failure::usage("--project: a project id is 32 lower-case hex digits");
  }
  return std::make_shared<const cloud::Catalogue>(std::move(catalogue.value()));
}

Result<std::unique_ptr<cloud::KeyRing>> find_key(const Environment& environment,
                                                 const std::string& profile,
                                                 const std::string& metadata,
                                                 const std::string& project) {
  cloud::KeyOptions options{.profile_file = profile, .project_id = project};
  if (metadata != "off") {
    if (auto near_by = cloud::check_metadata_url(metadata); !near_by) {
      return near_by.failure().prefixed("--metadata: ");
    }
    options.metadata_url = metadata;
    if (options.metadata_url.ends_with('/')) options.metadata_url.pop_back();
  }
  return cloud::KeyRing::open(environment, options, real_clock());
}

Result<CloudConnection> connect(const Environment& environment, const CloudFlags& flags) {
  auto catalogue = make_catalogue(environment, flags);
  if (!catalogue) return catalogue.failure();
  const auto budget = cloud::parse_rate(flags.budget);
  if (!budget) return budget.failure().prefixed("--budget: ");
  cloud::TransportOptions options;
  options.ca_file = flags.ca_file;
  auto transport = cloud::make_transport(options);
  if (!transport) return transport.failure();
  auto keys = find_key(environment, flags.profile, flags.metadata, flags.project);
  if (!keys) return keys.failure();
  CloudConnection connection;
  connection.catalogue = std::move(catalogue.value());
  if (const auto current = keys.value()->current()) {
    const auto& [key, notice] = current.value();
    const cloud::Credentials& credentials = key->credentials;
    connection.project = credentials.project_id;
    connection.words = "Using key " + cloud::masked(credentials.key.access) + " (" +
                       credentials.source + "); region " + flags.region + "; project " +
                       (connection.project.empty() ? "as IAM says" : connection.project);
    if (!notice.empty()) connection.words += "\nNote: " + notice;
  } else {
    connection.no_key = current.failure();
    connection.words = "No key yet, the backend keeps looking: " + current.error();
  }
  connection.source = cloud::make_cloud(std::move(keys.value()), connection.catalogue,
                                        std::move(transport.value()), budget.value());
  return connection;
}

}  // namespace jobtree::commands

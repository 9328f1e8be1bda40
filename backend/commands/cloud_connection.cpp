#include "commands/cloud_connection.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <utility>

#include "cloud/credentials.h"
#include "cloud/transport.h"

namespace jobtree::commands {
namespace {

/// The key is in this process's memory: nobody else may read that, no file may hold it.
void keep_memory_private() {
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
}

}  // namespace

void add_cloud_flags(CLI::App& command, CloudFlags& flags) {
  const auto add = [&command](const char* flag, const char* variable, auto& value,
                              const char* help) {
    return command.add_option(flag, value, help)->envname(variable);
  };
  add("--region", "JOBTREE_REGION", flags.region, "Region to ask in")->capture_default_str();
  add("--project", "JOBTREE_PROJECT", flags.project,
      "The key's project, 32 hex digits: what \"-\" in an address stands for");
  add("--profile", "JOBTREE_PROFILE", flags.profile,
      "Profile file to take the key from when the environment holds none; without it, "
      "~/.huaweicloud/credentials");
  add("--endpoint", "JOBTREE_ENDPOINT", flags.endpoints,
      "SERVICE=URL: where a service lives if not at its usual host, repeatable; iam is where "
      "projects "
      "are looked up, * all. https, "
      "or http on loopback")
      ->allow_extra_args(false)
      ->delimiter(',');
  add("--regions-file", "JOBTREE_REGIONS_FILE", flags.regions_file,
      "YAML file that says where services live, and in which further regions; without it, "
      "~/.huaweicloud/regions.yaml");
  add("--ca-file", "JOBTREE_CA_FILE", flags.ca_file,
      "PEM file of the authorities to trust, instead of the system's");
}

Result<std::shared_ptr<const cloud::Catalogue>> make_catalogue(const CloudFlags& flags) {
  auto catalogue = cloud::Catalogue::make({.endpoints = flags.endpoints,
                                           .environment = cloud::process_environment(),
                                           .regions_file = flags.regions_file});
  if (!catalogue) return Failure{catalogue.error()};
  if (!catalogue.value().has_region(flags.region)) {
    return Failure{"--region: there is no region \"" + flags.region +
                   "\"; backend regions lists all"};
  }
  if (!flags.project.empty() && !cloud::is_project_id(flags.project)) {
    return Failure{"--project: a project id is 32 lower-case hex digits"};
  }
  return std::make_shared<const cloud::Catalogue>(std::move(catalogue.value()));
}

Result<CloudConnection> connect(const CloudFlags& flags) {
  keep_memory_private();
  auto catalogue = make_catalogue(flags);
  if (!catalogue) return Failure{catalogue.error()};
  auto credentials = cloud::find_credentials(cloud::process_environment(), flags.profile);
  cloud::forget_environment();
  if (!credentials) return Failure{credentials.error()};
  if (!flags.project.empty()) credentials.value().project_id = flags.project;
  cloud::TransportOptions options;
  options.ca_file = flags.ca_file;
  auto transport = cloud::make_transport(options);
  if (!transport) return Failure{transport.error()};
  const std::string project = credentials.value().project_id;
  std::string words =
      "Asking as " + cloud::masked(credentials.value().key.access) + " (" +
      credentials.value().source + "), region " + flags.region + ", project " +
      (project.empty() ? "not known: name it with --project, or in each address" : project);
  auto source = cloud::make_cloud(std::move(credentials.value()), catalogue.value(),
                                  std::move(transport.value()));
  return CloudConnection{std::move(catalogue.value()), std::move(source), project,
                         std::move(words)};
}

}  // namespace jobtree::commands

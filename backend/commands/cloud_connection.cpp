#include "commands/cloud_connection.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>
#include <utility>

#include "cloud/catalogue.h"
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
      "SERVICE=URL: where a service lives if not at its usual host, repeatable; * for all. https, "
      "or http on loopback")
      ->allow_extra_args(false)
      ->delimiter(',');
  add("--ca-file", "JOBTREE_CA_FILE", flags.ca_file,
      "PEM file of the authorities to trust, instead of the system's");
}

Result<CloudConnection> connect(const CloudFlags& flags) {
  keep_memory_private();
  if (std::ranges::find(cloud::regions(), flags.region) == cloud::regions().end()) {
    return Failure{"--region: there is no region \"" + flags.region + "\""};
  }
  if (!flags.project.empty() && !cloud::is_project_id(flags.project)) {
    return Failure{"--project: a project id is 32 lower-case hex digits"};
  }
  cloud::Endpoints endpoints;
  for (const std::string& endpoint : flags.endpoints) {
    if (auto added = endpoints.add(endpoint); !added) {
      return Failure{"--endpoint: " + added.error()};
    }
  }
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
  return CloudConnection{cloud::make_cloud(std::move(credentials.value()), std::move(endpoints),
                                           std::move(transport.value())),
                         project, std::move(words)};
}

}  // namespace jobtree::commands

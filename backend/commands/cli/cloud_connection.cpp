#include "commands/cli/cloud_connection.h"

#include <utility>

#include "cloud/ask/transport.h"
#include "cloud/cloud.h"
#include "cloud/key/credentials.h"
#include "commands/cli/flags.h"

namespace jobtree::commands {
namespace {

/// " (did you mean "a" or "b"?)"; "" when nothing is near.
Bilingual perhaps(const std::vector<std::string>& names) {
  Bilingual list;
  for (const std::string& name : names) {
    if (!list.empty())
      list += name == names.back() ? Bilingual(" or ", "或") : Bilingual(", ", "、");
    list += bilingual({"\"{0}\"", "“{0}”"}, name);
  }
  return list.empty() ? list : bilingual({" (did you mean {0}?)", "（是否想输入{0}？）"}, list);
}

/// Says the ways out too: a cloud of the same kind has regions that nobody here knows.
Failure unknown_region(const std::string& region, const std::vector<std::string>& near) {
  return Failure::usage(bilingual(
      {"--region: unknown region \"{0}\"{2}; run \"{program} regions\" for the list. For another "
       "region, "
       "say where its services are: --endpoint eip=URL --endpoint iam=URL, or "
       "{1}=URL, or a regions file (--regions-file)",
       "--region：未知区域“{0}”{2}，可用区域见 {program} "
       "regions。若为其他区域，请指定其服务的终端节点："
       "--endpoint eip=URL --endpoint iam=URL，或 {1}=URL，或区域文件"
       "（--regions-file）"},
      region, cloud::endpoint_variable("EIP", region), perhaps(near)));
}

}  // namespace

void add_regions_file_flag(CLI::App& command, CloudFlags& flags) {
  add_option(command, "--regions-file", flags.regions_file,
             {"YAML file with extra regions and endpoints (default: ~/.huaweicloud/regions.yaml)",
              "YAML 文件，补充区域和终端节点（默认 ~/.huaweicloud/regions.yaml）"});
}

void add_catalogue_flags(CLI::App& command, CloudFlags& flags) {
  add_option(command, "--region", flags.region,
             {"Region; see \"{program} regions\"", "区域，见 {program} regions"})
      ->capture_default_str();
  add_option(
      command, "--endpoint", flags.endpoints,
      {"Override a service endpoint: SERVICE=URL, or SERVICE=URL,URL to fail over (repeatable; "
       "\"iam\" for project lookup, \"*\" for all). HTTPS, or HTTP on loopback",
       "指定服务的终端节点：SERVICE=URL，或 SERVICE=URL,URL 以便故障切换（可重复；iam "
       "用于查询项目，* 表示全部）。使用 HTTPS，仅回环地址可用 HTTP"})
      ->allow_extra_args(false);
  add_regions_file_flag(command, flags);
}

void add_cloud_flags(CLI::App& command, CloudFlags& flags) {
  add_catalogue_flags(command, flags);
  add_option(command, "--project", flags.project,
             {"Project ID, 32 hex digits (default: looked up from the key)",
              "项目 ID，32 位十六进制字符（默认根据密钥自动查询）"});
  add_key_flags(command, flags.profile, flags.metadata);
  add_option(command, "--ca-file", flags.ca_file,
             {"PEM file of the certificate authorities to trust instead of the system's",
              "受信任的 CA 证书文件（PEM），代替系统证书"});
  add_option(command, "--budget", flags.budget,
             {"Maximum rate of API requests, such as 20/s or 200/5m; service limits are always "
              "honored",
              "API 请求的最大速率，例如 20/s 或 200/5m；始终遵守服务自身的限流"})
      ->capture_default_str();
}

void add_key_flags(CLI::App& command, std::string& profile, std::string& metadata) {
  add_option(command, "--profile", profile,
             {"Credentials file, used when no key is set in the environment (default: "
              "$CREDENTIALS_DIRECTORY/credentials under systemd, else "
              "~/.huaweicloud/credentials). Example: --profile ./credentials",
              "密钥文件，环境变量中没有密钥时使用（默认：systemd 的 "
              "$CREDENTIALS_DIRECTORY/credentials，否则 "
              "~/.huaweicloud/credentials）。示例：--profile ./credentials"});
  add_option(command, "--metadata", metadata,
             {"ECS metadata URL, the source of temporary keys when there is no other key; \"off\" "
              "disables it",
              "ECS 元数据地址，没有其他密钥时从中获取临时密钥；off 表示不使用"})
      ->capture_default_str();
}

Result<std::shared_ptr<const cloud::Catalogue>> make_catalogue(const Environment& environment,
                                                               const CloudFlags& flags) {
  auto catalogue = cloud::Catalogue::make({.endpoints = flags.endpoints,
                                           .environment = environment,
                                           .regions_file = flags.regions_file,
                                           .region = flags.region});
  if (!catalogue) return catalogue.failure();
  if (!catalogue.value().has_region(flags.region)) {
    return unknown_region(flags.region, catalogue.value().regions_near(flags.region));
  }
  if (!flags.project.empty() && !cloud::is_project_id(flags.project)) {
    return Failure::usage(bilingual({"--project: a project ID is 32 lower-case hex digits",
                                     "--project：项目 ID 为 32 位小写十六进制字符"}));
  }
  return std::make_shared<const cloud::Catalogue>(std::move(catalogue.value()));
}

Bilingual unknown_service(const cloud::Catalogue& catalogue, std::string_view name) {
  return bilingual({"unknown service \"{0}\"{1}; run \"{program} services\" for the list",
                    "未知服务“{0}”{1}，可用服务见 {program} services"},
                   name, perhaps(catalogue.services_near(name)));
}

Result<std::unique_ptr<cloud::KeyRing>> find_key(const Environment& environment,
                                                 cloud::KeyOptions options) {
  if (options.metadata_url == "off") {
    options.metadata_url.clear();
  } else {
    if (auto near_by = cloud::check_metadata_url(options.metadata_url); !near_by) {
      return near_by.failure().prefixed({"--metadata: ", "--metadata："});
    }
    if (options.metadata_url.ends_with('/')) options.metadata_url.pop_back();
  }
  return cloud::KeyRing::open(environment, options, real_clock());
}

Result<CloudConnection> connect(const Environment& environment, const CloudFlags& flags,
                                cloud::SharedLimits* shared) {
  auto catalogue = make_catalogue(environment, flags);
  if (!catalogue) return catalogue.failure();
  const auto budget = cloud::parse_rate(flags.budget);
  if (!budget) return budget.failure().prefixed({"--budget: ", "--budget："});
  cloud::TransportOptions options;
  options.ca_file = flags.ca_file;
  auto transport = cloud::make_transport(options);
  if (!transport) return transport.failure();
  const auto iam = [&](const cloud::Origins& of_profile) {
    return catalogue.value()->iam_origins(flags.region, of_profile);
  };
  auto keys = find_key(environment, {.profile_file = flags.profile,
                                     .project_id = flags.project,
                                     .metadata_url = flags.metadata,
                                     .ca_file = flags.ca_file,
                                     .iam = iam});
  if (!keys) return keys.failure();
  CloudConnection connection;
  connection.catalogue = std::move(catalogue.value());
  connection.notices = {connection.catalogue->notices().begin(),
                        connection.catalogue->notices().end()};
  if (const auto current = keys.value()->current()) {
    const auto& [key, notice] = current.value();
    const cloud::Credentials& credentials = key->credentials;
    connection.project = credentials.project_id;
    connection.words = bilingual(
        {"Using key {0} ({1}); region {2}; project {3}", "使用密钥 {0}（{1}）；区域 {2}；项目 {3}"},
        cloud::masked(credentials.key.access), credentials.source, flags.region,
        connection.project.empty() ? bilingual({"looked up from the key", "根据密钥自动查询"})
                                   : Bilingual(connection.project));
    if (!notice.empty()) connection.notices.push_back(notice);
  } else {
    connection.no_key = current.failure();
    connection.words = bilingual(
        {"No key yet; looking again until there is one. {0}", "暂无密钥，将持续重试。{0}"},
        current.failure().text());
  }
  connection.source =
      cloud::make_cloud(std::move(keys.value()), connection.catalogue, std::move(transport.value()),
                        budget.value(), real_clock(), shared);
  return connection;
}

}  // namespace jobtree::commands

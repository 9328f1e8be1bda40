#include "commands/serving/discover.h"

#include <algorithm>
#include <utility>

#include "base/clock.h"
#include "commands/cli/flags.h"
#include "discovery/finding_json.h"

namespace jobtree::commands {
namespace {

using discovery::Mode;

constexpr std::size_t kMostRegions = 20;

Mode mode_of(const DiscoverFlags& flags, bool is_demo) {
  for (const Mode mode : {Mode::off, Mode::lists, Mode::traces, Mode::all}) {
    if (flags.mode == discovery::name_of(mode)) return mode;
  }
  return is_demo ? Mode::all : Mode::off;
}

}  // namespace

void add_discover_flags(CLI::App& command, DiscoverFlags& flags) {
  add_option(command, "--discover", flags.mode,
             {"Find jobs by the cloud's own records: lists (task lists of services), traces "
              "(operations recorded by CTS, with who did them), all, or off (default: off; in the "
              "demo all)",
              "通过云上记录查找任务：lists（各服务的任务列表）、traces（CTS "
              "记录的操作及操作人）、all（全部）或 off（关闭；默认 off，演示模式为 all）"})
      ->check(one_of({"off", "lists", "traces", "all"}));
  add_option(command, "--discover-region", flags.regions,
             {"Region in which jobs are found (repeatable; default: that of --region)",
              "查找任务的区域（可重复；默认为 --region 的区域）"})
      ->allow_extra_args(false)
      ->delimiter(',');
  add_option(command, "--discover-users", flags.users,
             {"Whether the names of those who started jobs are kept: on or off",
              "是否保存任务发起人的名称：on 或 off"})
      ->check(one_of({"on", "off"}))
      ->capture_default_str();
}

Result<std::unique_ptr<discovery::Finder>> make_finder(const DiscoverFlags& flags,
                                                       const std::string& default_region,
                                                       bool is_demo, const DiscoverParts& parts) {
  using Kind = store::ArchiveState::Kind;
  Mode mode = mode_of(flags, is_demo);
  const bool has_memory = parts.archive.state().kind != Kind::off;
  if (mode != Mode::off && !has_memory) {
    if (!flags.mode.empty()) {
      return Failure::usage({"--discover: what is found must be remembered; without --data none",
                             "--discover：找到的任务需要保存，请不要使用 --data none"});
    }
    mode = Mode::off;
  }
  std::vector<std::string> regions = flags.regions;
  if (regions.empty()) regions.push_back(default_region);
  std::ranges::sort(regions);
  regions.erase(std::unique(regions.begin(), regions.end()), regions.end());
  if (regions.size() > kMostRegions) {
    return Failure::usage(
        {"--discover-region: at most 20 regions", "--discover-region：最多 20 个区域"});
  }
  for (const std::string& region : regions) {
    if (!parts.catalogue.has_region(region)) {
      return Failure::usage(
          bilingual({"--discover-region: unknown region \"{0}\"; \"{program} regions\" lists them",
                     "--discover-region：未知区域“{0}”，可用区域见 {program} regions"},
                    region));
    }
  }
  if (mode == Mode::off) regions.clear();
  return std::make_unique<discovery::Finder>(
      discovery::FinderOptions{.mode = mode,
                               .regions = std::move(regions),
                               .with = {.source = parts.source,
                                        .archive = parts.archive,
                                        .catalogue = parts.catalogue,
                                        .clock = real_clock(),
                                        .with_people = flags.users != "off"},
                               .share = parts.share,
                               .log = parts.log});
}

gateway::Discovery discovery_of(const discovery::Finder& finder,
                                std::shared_ptr<const cloud::Catalogue> catalogue) {
  return {.mode = std::string(discovery::name_of(finder.finding().mode)),
          .json =
              [&finder, catalogue = std::move(catalogue)] {
                return discovery::json_of(finder.finding(), catalogue->lists());
              },
          .figures =
              [&finder] {
                gateway::DiscoveryFigures figures;
                for (const discovery::Reading& reading : finder.finding().readings) {
                  figures.queries += reading.queries;
                  figures.records += reading.records;
                  figures.jobs += reading.jobs;
                  figures.unread += discovery::is_unread(reading.state) ? 1U : 0U;
                }
                return figures;
              }};
}

}  // namespace jobtree::commands

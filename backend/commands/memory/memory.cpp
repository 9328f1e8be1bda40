#include "commands/memory/memory.h"

#include <utility>

#include "base/clock.h"
#include "commands/cli/flags.h"
#include "store/retention.h"

namespace jobtree::commands {

void add_memory_flags(CLI::App& command, MemoryFlags& flags) {
  add_data_flag(command, flags.data, true);
  add_database_flag(command, flags.database);
  add_option(command, "--retention", flags.retention,
             {"How long what is remembered is stored, and how much of it (default: "
              "jobs=90d,bodies=30d,versions=24h,failures=400d,size=2GiB; 0 is for ever)",
              "所保存内容的保留时长与总大小（默认 "
              "jobs=90d,bodies=30d,versions=24h,failures=400d,size=2GiB；0 表示永久保留）"});
}

Result<store::Retention> retention_of(const MemoryFlags& flags) {
  auto retention = store::parse_retention(flags.retention);
  if (!retention) return retention.failure().prefixed({"--retention: ", "--retention："});
  return retention;
}

Result<Memory> open_memory(const Environment& environment, const MemoryFlags& flags, bool is_demo,
                           MemoryParts parts) {
  Memory memory;
  std::optional<std::string> folder;
  store::ArchiveOptions options{.folder = "",
                                .retention = parts.retention,
                                .herald = std::move(parts.herald),
                                .clock = real_clock(),
                                .log = std::move(parts.log)};
  if (!flags.database.empty()) {
    auto url = database_url(environment, flags.database);
    if (!url) return url.failure();
    options.database = url.value();
    auto archive = store::open_archive(options);
    if (!archive) return archive.failure().prefixed({"--database: ", "--database："});
    memory.archive = std::move(archive.value());
    memory.words.push_back(
        bilingual({"Jobs are remembered in {0}", "任务保存在 {0}"}, flags.database));
    return memory;
  }
  if (is_demo && flags.data.empty()) {
    auto passing = PassingFolder::make();
    if (passing) {
      folder = passing.value().path();
      memory.passing.emplace(std::move(passing.value()));
    } else {
      memory.words.push_back(passing.failure().text());
    }
  } else {
    folder = data_folder(environment, flags.data);
  }
  if (!folder) {
    memory.archive = store::no_archive();
    if (flags.data != "none") {
      memory.words.push_back(
          {"Jobs are not remembered: there is no home; name a folder with --data",
           "不保存任务：没有主目录，请用 --data 指定目录"});
    }
    return memory;
  }
  options.folder = *folder;
  auto archive = store::open_archive(options);
  if (!archive) return archive.failure().prefixed({"--data: ", "--data："});
  memory.archive = std::move(archive.value());
  memory.words.push_back(
      memory.passing
          ? bilingual(
                {"Jobs are remembered until the server stops; to list them: {program} history "
                 "--data {0}",
                 "任务保存至服务停止，查看：{program} history --data {0}"},
                *folder)
          : bilingual({"Jobs are remembered in {0}; to list them: {program} history",
                       "任务保存在 {0}，查看：{program} history"},
                      *folder));
  return memory;
}

Result<std::unique_ptr<store::Shared>> open_shared(const Environment& environment,
                                                   const MemoryFlags& flags, bool is_demo) {
  if (flags.database.empty() || is_demo) return std::unique_ptr<store::Shared>();
  auto url = database_url(environment, flags.database);
  if (!url) return url.failure();
  return store::open_shared(url.value(), real_clock());
}

}  // namespace jobtree::commands

#include "commands/job/past_jobs.h"

#include "commands/memory/data_folder.h"
#include "store/stored_file.h"

namespace jobtree::commands {

Result<engine::PastRuns> past_runs_of(const Environment& environment, const std::string& data,
                                      std::string_view service, const engine::JobTree& tree) {
  const auto folder = needed_data_folder(environment, data);
  if (!folder) return folder.failure();
  const auto file = store::StoredFile::open(folder.value());
  if (!file) return file.failure();
  const engine::Job& root = tree.root();
  const auto found =
      file.value()->durations(service, tree.view(root.type), engine::total(root.leaves));
  if (!found) return found.failure();
  const store::Durations& durations = found.value();
  return engine::PastRuns{.count = static_cast<std::uint32_t>(durations.count),
                          .p50 = static_cast<std::uint32_t>(durations.p50),
                          .p90 = static_cast<std::uint32_t>(durations.p90),
                          .p95 = static_cast<std::uint32_t>(durations.p95)};
}

}  // namespace jobtree::commands

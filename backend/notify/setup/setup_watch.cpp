#include "notify/setup/setup_watch.h"

#include <utility>

namespace jobtree::notify {

SetupWatch::SetupWatch(Setup setup) : setup_(std::make_shared<const Setup>(std::move(setup))) {}

SetupWatch::SetupWatch(std::string path, Environment environment, Clock clock)
    : path_(std::move(path)),
      environment_(std::move(environment)),
      clock_(std::move(clock)),
      setup_(std::make_shared<const Setup>()) {}

Result<std::shared_ptr<SetupWatch>> SetupWatch::open(const std::string& path,
                                                     const Environment& environment,
                                                     const Clock& clock) {
  std::shared_ptr<SetupWatch> watch(new SetupWatch(path, environment, clock));
  const Lock looking(watch->look_mutex_);
  watch->watch({path});
  if (auto failure = watch->read()) return *std::move(failure);
  return watch;
}

std::shared_ptr<const Setup> SetupWatch::now() const {
  const Lock lock(mutex_);
  return setup_;
}

std::optional<LogEntry> SetupWatch::look() {
  using Level = LogEntry::Level;
  const Lock looking(look_mutex_);
  bool has_changed = false;
  for (std::size_t i = 0; i < watches_.size(); ++i) {
    if (!watches_[i].is_due()) continue;
    switch (watches_[i].look()) {
      case FileWatch::News::none:
        break;
      case FileWatch::News::gone:
        return LogEntry{Level::warning,
                        files_[i] + " is gone; the channels stay as they were read from it"};
      case FileWatch::News::changed:
        has_changed = true;
        break;
    }
  }
  if (!has_changed) return std::nullopt;
  if (const auto failure = read()) {
    return LogEntry{Level::error, "the changed notification file " + path_ + " was not loaded (" +
                                      failure->message() + "); channels and rules stay as before"};
  }
  return LogEntry{Level::info,
                  "the changed notification file " + path_ +
                      " was loaded; channels: " + std::to_string(now()->channels.size())};
}

std::optional<Failure> SetupWatch::read() {
  auto file = read_setup(path_, environment_);
  if (!file) return file.failure();
  // Another set of files is watched from now on; what changed between reading and this is seen by
  // reading once more.
  if (file.value().files != files_) {
    watch(file.value().files);
    file = read_setup(path_, environment_);
    if (!file) return file.failure();
  }
  auto setup = std::make_shared<const Setup>(std::move(file.value().setup));
  const Lock lock(mutex_);
  setup_.swap(setup);
  return std::nullopt;
}

void SetupWatch::watch(const std::vector<std::string>& files) {
  files_ = files;
  watches_.clear();
  for (const std::string& file : files)
    watches_.emplace_back(file, clock_);
}

}  // namespace jobtree::notify

// The channels and rules that count now: their files, read again when one of them changes.
//
// Knows: when to look, what counts until then. Must not know: what is sent.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/environment.h"
#include "base/file_watch.h"
#include "base/log_entry.h"
#include "base/mutex.h"
#include "base/result.h"
#include "notify/setup/setup.h"

namespace jobtree::notify {

/// Thread-safe.
class SetupWatch {
 public:
  /// Fails on whatever is wrong in the files.
  static Result<std::shared_ptr<SetupWatch>> open(const std::string& path,
                                                  const Environment& environment,
                                                  const Clock& clock);
  /// What never changes, of no file.
  explicit SetupWatch(Setup setup);

  std::shared_ptr<const Setup> now() const JOBTREE_EXCLUDES(mutex_);

  /// Looks at the files, once a second at most, and takes over what has changed: it may block. What
  /// is broken or gone changes nothing. What the operator should know of it, once.
  std::optional<LogEntry> look() JOBTREE_EXCLUDES(look_mutex_, mutex_);

 private:
  SetupWatch(std::string path, Environment environment, Clock clock);
  std::optional<Failure> read() JOBTREE_REQUIRES(look_mutex_) JOBTREE_EXCLUDES(mutex_);
  void watch(const std::vector<std::string>& files) JOBTREE_REQUIRES(look_mutex_);

  const std::string path_;
  const Environment environment_;
  const Clock clock_;
  Mutex look_mutex_;  ///< held while files are read
  std::vector<FileWatch> watches_ JOBTREE_GUARDED_BY(look_mutex_);
  std::vector<std::string> files_ JOBTREE_GUARDED_BY(look_mutex_);
  mutable Mutex mutex_;
  std::shared_ptr<const Setup> setup_ JOBTREE_GUARDED_BY(mutex_);
};

}  // namespace jobtree::notify

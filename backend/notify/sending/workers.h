// A thread for each channel, so that one that is slow keeps no other waiting.
//
// Knows: threads, which channels there are. Must not know: what a worker does in a step.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/log_entry.h"
#include "base/mutex.h"
#include "notify/sending/worker.h"
#include "notify/setup/setup.h"
#include "store/outbox/outbox.h"

namespace jobtree::notify {

struct WorkersOptions {
  store::Outbox& outbox;  ///< must outlive the workers
  Clock clock;
  std::string public_url{};
  std::string holder{};  ///< another name for each replica
  /// Is told what the operator should know, from any thread; may be empty.
  std::function<void(const LogEntry&)> log{};
};

/// Thread-safe.
class Workers {
 public:
  explicit Workers(WorkersOptions options);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  /// From now on these channels are sent through. One that is gone has its thread left, which does
  /// nothing: it may come back.
  void use(const Setup& setup) JOBTREE_EXCLUDES(mutex_);
  /// Ends within a second what is under way.
  void stop() JOBTREE_EXCLUDES(mutex_);
  WorkerFigures figures(std::string_view channel) const JOBTREE_EXCLUDES(mutex_);

 private:
  struct One;

  void run(One& one) JOBTREE_EXCLUDES(mutex_);
  bool pause(milliseconds time) JOBTREE_EXCLUDES(mutex_);

  const WorkersOptions with_;
  mutable Mutex mutex_;
  Condition stopping_;
  bool is_stopping_ JOBTREE_GUARDED_BY(mutex_) = false;
  std::map<std::string, std::unique_ptr<One>, std::less<>> all_ JOBTREE_GUARDED_BY(mutex_);
};

}  // namespace jobtree::notify

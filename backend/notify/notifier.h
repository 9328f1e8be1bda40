// The face of the wing: tells people through channels what happened to jobs.
//
// What is to be told is stored by the archive, with what it tells of (herald.h). Here it is sent,
// and looked after: files that change, jobs that somebody waits for and nobody looks at, jobs that
// stand still.
//
// Knows: the archive, the parts of the wing. Must not know: HTTP, pages, how a message looks.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/log_entry.h"
#include "base/mutex.h"
#include "notify/herald.h"
#include "notify/job_watch.h"
#include "notify/sending/trial.h"
#include "notify/sending/workers.h"
#include "notify/setup/setup_watch.h"
#include "store/archive.h"

namespace jobtree::notify {

struct NotifierOptions {
  std::shared_ptr<SetupWatch> setup;
  std::shared_ptr<RuleHerald> herald;
  store::Archive& archive;  ///< must outlive the notifier
  /// Which of the jobs are looked after here; null: all. Must outlive the notifier.
  const store::BackgroundShare* share = nullptr;
  Clock clock;
  std::string public_url{};
  std::string holder{};  ///< another name for each replica
  /// Is told what the operator should know, from any thread; may be empty.
  std::function<void(const LogEntry&)> log{};
};

/// A channel as its operator may see it.
struct ChannelStatus {
  std::string name{};
  ChannelKind kind = ChannelKind::webhook;
  std::string target{};  ///< see shown_url()
  Language language = Language::en;
  std::vector<Rule> rules{};    ///< that name it
  store::ChannelQueue queue{};  ///< a few seconds old at most
  Bilingual last_trouble{};     ///< what the last attempt came to that did not arrive
  WorkerFigures figures{};
};

/// What came of a wish to try a channel.
struct TrialReply {
  enum class Kind : std::uint8_t { done, unknown, paced };
  Kind kind = Kind::done;
  Trial trial{};
  milliseconds wait{0};  ///< of paced: until its rate lets another message through
};

/// Thread-safe.
class Notifier {
 public:
  explicit Notifier(NotifierOptions options);
  ~Notifier() { stop(); }
  Notifier(const Notifier&) = delete;
  Notifier& operator=(const Notifier&) = delete;

  /// Begins. `follow`: has a job looked at until its end.
  void start(std::function<void(const cloud::JobAddress&)> follow);
  /// Ends within a second what is under way.
  void stop() JOBTREE_EXCLUDES(mutex_);

  /// In the file's order. Does not block.
  std::vector<ChannelStatus> channels() const JOBTREE_EXCLUDES(mutex_);
  /// Sends a test message. It takes one of the channel's rate, as any other. Blocks for the other
  /// side.
  TrialReply test(std::string_view name);

 private:
  void run() JOBTREE_EXCLUDES(mutex_);
  void look() JOBTREE_EXCLUDES(mutex_);
  void find_begin();
  void read_queues() JOBTREE_EXCLUDES(mutex_);
  Time now() const;
  void log(const LogEntry& entry) const;

  const NotifierOptions with_;
  Workers workers_;
  std::optional<JobWatch> jobs_;  ///< of the thread that looks
  bool knows_begin_ = false;      ///< the same
  std::chrono::steady_clock::time_point next_jobs_{};
  mutable Mutex mutex_;
  Condition stopping_;
  bool is_stopping_ JOBTREE_GUARDED_BY(mutex_) = false;
  std::vector<store::ChannelQueue> queues_ JOBTREE_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace jobtree::notify

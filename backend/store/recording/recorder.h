// The archive on a database: a queue, and one thread that writes.
//
// Knows: when a database is opened, tried again, pruned; which observation comes next. Must not
// know: SQL, which database it is, viewers.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "store/archive.h"
#include "store/outbox/store_outbox.h"
#include "store/recording/change_writer.h"
#include "store/recording/observation_queue.h"
#include "store/shares/store_shares.h"
#include "store/store.h"

namespace jobtree::store {

class Recorder final : public Archive {
 public:
  using Notices = std::vector<Bilingual>;
  struct Options {
    /// Opens the database; called again after a pause when that failed, and when it broke.
    std::function<Result<std::unique_ptr<Store>>(Notices&)> open;
    std::string place;  ///< where it is, for people
    Retention retention{};
    std::shared_ptr<const Herald> herald{};  ///< the one that `open` gives the database
    Clock clock{};
    std::function<void(const LogEntry&)> log{};
    /// Between two tries; it doubles, up to sixty times as long.
    std::chrono::milliseconds first_pause{1000};
    std::size_t most_bytes = std::size_t{64} << 20;  ///< of bodies that wait
  };
  /// `store`: opened already, or null, when it is to be tried; then `note` says why it is not.
  Recorder(Options options, std::unique_ptr<Store> store, Bilingual note);
  /// What waits then is not stored any more: flush() before.
  ~Recorder() override;

  void observed(Observation observation) override;
  void confirmed(const cloud::JobAddress& address, Time at) override;
  void forgotten(const cloud::JobAddress& address, Time at) override;
  void stuck(const cloud::JobAddress& address, Time at) override;
  ArchiveState state() const override;
  std::uint64_t revision() const override { return revision_; }

  Result<BoardPage> board(const BoardQuery& query) override;
  Result<std::optional<JobRecord>> job(const cloud::JobAddress& address) override;
  Result<EventsPage> events(const cloud::JobAddress& address, std::string_view cursor,
                            std::size_t limit, bool newest_first) override;
  Result<std::vector<VersionRecord>> versions(const cloud::JobAddress& address) override;
  Result<std::optional<std::string>> body(const cloud::JobAddress& address,
                                          std::int64_t version) override;
  Result<Durations> durations(std::string_view service, std::string_view type,
                              std::uint32_t parts) override;
  Result<std::vector<JobRecord>> unfinished(std::size_t limit) override;
  Result<FailurePage> failure_groups(const FailureQuery& query) override;
  Result<bool> set_mute(const Muting& muting) override;
  Result<bool> set_marks(const Marking& marking, Time at) override;
  Result<bool> found(std::vector<Sighting> sightings, Time now,
                     std::optional<ReadUntil> read) override;
  Result<std::optional<Time>> read_until(std::string_view name) override;
  Outbox& outbox() override { return outbox_; }
  Shares& shares() override { return shares_; }
  void flush(std::chrono::steady_clock::time_point until) override;

 private:
  using Steady = std::chrono::steady_clock::time_point;

  // On the thread that writes.
  void run();
  /// Waits until there is something to do; false at the end.
  bool wait_for_work() JOBTREE_EXCLUDES(mutex_);
  bool is_work_due(Steady now) const JOBTREE_REQUIRES(mutex_);
  bool is_confirm_due(Steady now) const JOBTREE_REQUIRES(mutex_);
  bool open_if_needed();
  void store_next();
  void confirm_seen();
  /// Where others write too: looks whether they have.
  void look_at_others();
  void give_up(Pending& pending, const StoreError& error);
  void prune();
  Outcome<Done> store_one(Pending& pending);
  void came_right();
  void went_wrong(const StoreError& error);
  void pause(ArchiveState::Trouble trouble, const Bilingual& note);
  void say(LogEntry::Level level, const Bilingual& text) const;

  /// Until somebody's order is stored.
  Result<bool> store_now(Pending pending) JOBTREE_EXCLUDES(mutex_);
  std::shared_ptr<Store> store() const JOBTREE_EXCLUDES(mutex_);
  template <class Read>
  auto read(Read read) const;
  Failure unreadable(std::string_view why) const;

  const Options options_;
  // Of the thread that writes.
  ChangeWriter writer_;
  std::chrono::milliseconds pause_{};
  std::int64_t others_revision_ = 0;

  StoreOutbox outbox_;
  StoreShares shares_;

  std::atomic<std::uint64_t> revision_{1}, stored_{0}, bytes_{0};

  mutable Mutex mutex_;
  Condition work_, idle_;
  std::shared_ptr<Store> store_ JOBTREE_GUARDED_BY(mutex_);
  Bilingual note_ JOBTREE_GUARDED_BY(mutex_);  ///< of the trouble there is
  ArchiveState::Trouble trouble_ JOBTREE_GUARDED_BY(mutex_) = ArchiveState::Trouble::other;
  ObservationQueue queue_ JOBTREE_GUARDED_BY(mutex_);
  std::unordered_map<std::string, std::pair<cloud::JobAddress, Time>> seen_
      JOBTREE_GUARDED_BY(mutex_);
  std::optional<Steady> not_before_ JOBTREE_GUARDED_BY(mutex_);  ///< after something went wrong
  Steady next_prune_ JOBTREE_GUARDED_BY(mutex_);
  Steady next_look_ JOBTREE_GUARDED_BY(mutex_);
  Steady next_confirm_ JOBTREE_GUARDED_BY(mutex_){};
  bool is_flushing_ JOBTREE_GUARDED_BY(mutex_) = false;
  bool is_storing_ JOBTREE_GUARDED_BY(mutex_) = false;
  bool is_closing_ JOBTREE_GUARDED_BY(mutex_) = false;

  std::thread thread_;  ///< last: it uses all of the above
};

}  // namespace jobtree::store

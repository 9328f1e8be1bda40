// Statements whose callers wait for a bounded time, whatever becomes of the database.
//
// libpq has no deadline for a statement, so one thread runs all of them on one connection, and who
// wants an answer waits for the thread. When one is late, or the connection is gone, everybody else
// is told so at once, until the database answers again.
//
// Knows: a connection, a queue. Must not know: tables, what the statements are for.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "base/mutex.h"
#include "store/outcome.h"
#include "store/postgres/connection.h"

namespace jobtree::store {

/// Thread-safe.
class BoundedCalls {
 public:
  using Work = std::function<Outcome<Done>(PgConnection&)>;

  struct Options {
    std::string url;
    /// Runs at every connection first, and then so often.
    Work routine{};
    std::chrono::milliseconds routine_every{1000};
    std::chrono::milliseconds most_wait{250};
    /// Between two tries to connect; it doubles, up to sixteen times as long.
    std::chrono::milliseconds first_pause{250};
  };

  explicit BoundedCalls(Options options);
  ~BoundedCalls();

  /// What `work` gave; nothing when that took too long, or the database is away. `undo` runs when
  /// it went well after all, and nobody waited any more.
  template <class T>
  std::optional<T> ask(std::function<Outcome<T>(PgConnection&)> work,
                       std::function<void(PgConnection&, const T&)> undo = {}) {
    const auto result = std::make_shared<std::optional<T>>();
    const bool came = call(
        [work = std::move(work), result](PgConnection& connection) -> Outcome<Done> {
          auto outcome = work(connection);
          if (!outcome) return outcome.error();
          result->emplace(std::move(outcome.value()));
          return Done();
        },
        [undo = std::move(undo), result](PgConnection& connection) {
          if (undo) undo(connection, **result);
        });
    if (!came) return std::nullopt;
    return std::move(*result);
  }

  /// Runs it after all that was posted before, when that can be: it may be run again when nobody
  /// knows whether it was. Of very many the oldest are dropped.
  void post(Work work) JOBTREE_EXCLUDES(mutex_);

  /// Whether the last statement went well, and none is late.
  bool is_up() const JOBTREE_EXCLUDES(mutex_);

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Call {
    Work work;
    std::function<void(PgConnection&)> undo;  ///< of one that somebody waits for
    bool is_posted = false;
    int tries = 0;
    bool is_over = false, went_well = false, is_left = false;  ///< under the lock
  };

  bool call(Work work, std::function<void(PgConnection&)> undo) JOBTREE_EXCLUDES(mutex_);
  void run();
  bool connect() JOBTREE_EXCLUDES(mutex_);
  /// Waits for work; null: the routine. False at the end.
  bool next(std::shared_ptr<Call>& call) JOBTREE_EXCLUDES(mutex_);
  void run_one(const std::shared_ptr<Call>& call) JOBTREE_EXCLUDES(mutex_);
  void went_down() JOBTREE_REQUIRES(mutex_);

  const Options options_;
  // Of the thread.
  std::optional<PgConnection> connection_;
  std::chrono::milliseconds pause_;

  mutable Mutex mutex_;
  Condition work_, over_;
  std::deque<std::shared_ptr<Call>> queue_ JOBTREE_GUARDED_BY(mutex_);
  Time next_routine_ JOBTREE_GUARDED_BY(mutex_){};
  bool is_up_ JOBTREE_GUARDED_BY(mutex_) = false;
  bool is_closing_ JOBTREE_GUARDED_BY(mutex_) = false;
  std::thread thread_;  ///< last: it uses all of the above
};

}  // namespace jobtree::store

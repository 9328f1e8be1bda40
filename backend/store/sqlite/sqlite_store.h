// The store in one file: what is written, and readers for those who read.
//
// Knows: the statements that write. Must not know: what a change means, when something is too old
// to be of use (it is told). One thread writes at a time; any number read.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/result.h"
#include "store/outbox/news.h"
#include "store/sqlite/reader.h"
#include "store/sqlite/session.h"
#include "store/sqlite/store_file.h"
#include "store/store.h"

namespace jobtree::store {

class SqliteStore final : public Store {
 public:
  /// See StoreFile::open. `notices` gets what the operator should know of it. `herald`: says what
  /// people are told; null: nothing.
  static Result<std::unique_ptr<SqliteStore>> open(const std::string& folder, const Clock& clock,
                                                   std::vector<Bilingual>& notices,
                                                   std::shared_ptr<const Herald> herald = nullptr);

  Outcome<Done> write(const Change& change) override;
  Outcome<Done> confirm(const std::vector<std::pair<cloud::JobAddress, Time>>& seen) override;
  Outcome<bool> forget(const cloud::JobAddress& address, Time at) override;
  Outcome<Done> mark(const cloud::JobAddress& address, const Marks& marks, Time at) override;
  Outcome<Done> put_finding(const JobRecord& record, const Happenings& happenings) override;
  Outcome<Done> set_read_until(const ReadUntil& read) override;
  Outcome<Done> mute(const Muting& muting) override;
  Outcome<bool> prune(const Retention& retention, Time now) override;
  Outcome<Done> in_session(const std::function<Outcome<Done>(SqlSession&)>& use) override;

  Outcome<BoardPage> board(const BoardQuery& query) override;
  Outcome<std::optional<JobRecord>> job(const cloud::JobAddress& address) override;
  Outcome<EventsPage> events(const cloud::JobAddress& address, std::string_view cursor,
                             std::size_t limit, bool newest_first) override;
  Outcome<std::vector<VersionRecord>> versions(const cloud::JobAddress& address) override;
  Outcome<std::optional<BodyRead>> body(const cloud::JobAddress& address,
                                        std::int64_t version) override;
  Outcome<std::vector<double>> durations(std::string_view service, std::string_view type,
                                         int size_class) override;
  Outcome<std::vector<JobRecord>> unfinished(std::size_t limit) override;
  Outcome<std::optional<Time>> read_until(std::string_view name) override;
  Outcome<FailurePage> failure_groups(const FailureQuery& query) override;
  std::uint64_t bytes() override;

 private:
  SqliteStore(StoreFile file, Clock clock, std::shared_ptr<const Herald> herald)
      : clock_(std::move(clock)), herald_(std::move(herald)), file_(std::move(file)) {}

  /// Runs `use` in a transaction, which is committed when it went well.
  template <class Use>
  Outcome<Done> in_transaction(Use use) JOBTREE_EXCLUDES(writing_);

  /// Runs `read` on a reader that is free, or on a new one.
  template <class Read>
  auto with_reader(Read read) -> decltype(read(std::declval<Reader&>()));

  const Clock clock_;
  const std::shared_ptr<const Herald> herald_;
  /// Of the one connection that writes: those who send messages use it beside the recorder.
  Mutex writing_;
  StoreFile file_;
  Mutex mutex_;
  std::vector<std::unique_ptr<Reader>> idle_ JOBTREE_GUARDED_BY(mutex_);
};

}  // namespace jobtree::store

// The store in a database that several replicas share.
//
// Knows: the statements, connections that break and come again. Must not know: what a change means,
// when it is tried again. One thread writes; any number read.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "store/outbox/news.h"
#include "store/postgres/connection.h"
#include "store/store.h"

namespace jobtree::store {

class PostgresStore final : public Store {
 public:
  /// Connects, and brings the tables up to the last step. Fails with kind usage when they are of a
  /// newer version of this program, or the server is older than PostgreSQL 13; else it may pass.
  /// `herald`: says what people are told; null: nothing.
  static Result<std::unique_ptr<PostgresStore>> open(
      const std::string& url, std::shared_ptr<const Herald> herald = nullptr);

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
  std::optional<std::int64_t> shared_revision() override;

 private:
  Outcome<BoardPage> groups(const BoardQuery& query);
  PostgresStore(std::string url, std::shared_ptr<const Herald> herald)
      : url_(std::move(url)), herald_(std::move(herald)) {}

  /// Runs `use` on a connection that is free, or on a new one.
  template <class Use>
  auto with_connection(Use use) -> decltype(use(std::declval<PgConnection&>()));
  /// The same in a transaction, which is committed when `use` went well.
  template <class Use>
  auto in_transaction(Use use) -> decltype(use(std::declval<PgConnection&>()));

  const std::string url_;
  const std::shared_ptr<const Herald> herald_;
  Mutex mutex_;
  std::vector<PgConnection> idle_ JOBTREE_GUARDED_BY(mutex_);
};

}  // namespace jobtree::store

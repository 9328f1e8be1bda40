// What is read of the file, on a connection that cannot write.
//
// Knows: the statements that read. Must not know: who writes, threads. For one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/records.h"
#include "store/sqlite/connection.h"
#include "store/store.h"

namespace jobtree::store {

class Reader {
 public:
  /// `connection` has the tables of schema.h.
  explicit Reader(Connection connection) : connection_(std::move(connection)) {}

  Outcome<BoardPage> board(const BoardQuery& query);
  Outcome<BoardPage> groups(const BoardQuery& query);
  Outcome<std::optional<JobRecord>> job(const cloud::JobAddress& address);
  Outcome<EventsPage> events(const cloud::JobAddress& address, std::string_view cursor,
                             std::size_t limit, bool newest_first);
  Outcome<std::vector<VersionRecord>> versions(const cloud::JobAddress& address);
  Outcome<std::optional<BodyRead>> body(const cloud::JobAddress& address, std::int64_t version);
  Outcome<std::vector<double>> durations(std::string_view service, std::string_view type,
                                         int size_class);
  Outcome<std::vector<JobRecord>> unfinished(std::size_t limit);
  Outcome<std::optional<Time>> read_until(std::string_view name);
  Outcome<FailurePage> failure_groups(const FailureQuery& query);

  Connection& connection() { return connection_; }

 private:
  /// The number of the job's row; nothing when there is none.
  Outcome<std::optional<std::int64_t>> find(const cloud::JobAddress& address);

  Connection connection_;
};

}  // namespace jobtree::store

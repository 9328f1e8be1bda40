// A transaction on the file, for statements that both databases understand.
//
// Knows: one connection, the clock of this process, which alone writes. Must not know: tables.
#pragma once

#include "base/clock.h"
#include "store/sql/session.h"
#include "store/sqlite/connection.h"

namespace jobtree::store {

class SqliteSession final : public SqlSession {
 public:
  /// In a transaction of the caller's; both must outlive it.
  SqliteSession(Connection& connection, const Clock& clock)
      : connection_(connection), clock_(clock) {}

  using SqlSession::change;
  using SqlSession::read;
  Outcome<Done> read(std::string_view sql, std::span<const Parameter> parameters,
                     const EachRow& each) override;
  Outcome<std::int64_t> change(std::string_view sql,
                               std::span<const Parameter> parameters) override;
  Outcome<Time> now() override;
  std::string_view locking() const override { return ""; }
  std::string_view locking_what_is_free() const override { return ""; }

 private:
  Connection& connection_;
  const Clock& clock_;
};

}  // namespace jobtree::store

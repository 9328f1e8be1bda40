// A transaction on the database, for statements that both databases understand.
//
// Knows: one connection, the clock that all replicas share. Must not know: tables.
#pragma once

#include "store/postgres/connection.h"
#include "store/sql/session.h"

namespace jobtree::store {

class PgSession final : public SqlSession {
 public:
  /// In a transaction of the caller's, which must outlive it.
  explicit PgSession(PgConnection& connection) : connection_(connection) {}

  using SqlSession::change;
  using SqlSession::read;
  Outcome<Done> read(std::string_view sql, std::span<const Parameter> parameters,
                     const EachRow& each) override;
  Outcome<std::int64_t> change(std::string_view sql,
                               std::span<const Parameter> parameters) override;
  Outcome<Time> now() override;
  std::string_view locking() const override { return " FOR UPDATE"; }
  std::string_view locking_what_is_free() const override { return " FOR UPDATE SKIP LOCKED"; }

 private:
  PgConnection& connection_;
};

}  // namespace jobtree::store

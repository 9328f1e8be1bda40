// PostgreSQL as values: a connection, rows, and errors that say which kind of bad day it is.
//
// Each statement goes alone through PQexecParams, and nothing is left behind in a session: so a
// pooler may give the next one to another connection, as pgbouncer does in transaction mode.
//
// Knows: the C API of libpq, nothing newer than PostgreSQL 13. Must not know: tables.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "store/outcome.h"
#include "store/sql/parameter.h"

struct pg_conn;
struct pg_result;

namespace jobtree::store {

/// What a statement gave. Views are good as long as it lives.
class PgRows {
 public:
  explicit PgRows(pg_result* result) : result_(result) {}

  int size() const;
  /// Rows that a statement changed which gave none.
  std::int64_t changes() const;

  /// One of them, by the number of the column from 0.
  class Row {
   public:
    Row(const PgRows& rows, int number) : rows_(rows), number_(number) {}
    bool is_null(int column) const;
    std::int64_t integer(int column) const;
    double real(int column) const;
    std::string_view text(int column) const;

   private:
    const PgRows& rows_;
    int number_;
  };
  Row operator[](int number) const { return {*this, number}; }

 private:
  struct Clear {
    void operator()(pg_result* result) const;
  };
  std::unique_ptr<pg_result, Clear> result_;
};

class PgConnection {
 public:
  /// Blocks for the network, 5 seconds a host at most. `url`: "postgresql://user@host/name", or
  /// what else libpq takes.
  static Outcome<PgConnection> open(const std::string& url);

  Outcome<PgRows> run(const char* sql, std::span<const Parameter> parameters);
  Outcome<PgRows> run(const char* sql, std::initializer_list<Parameter> parameters = {}) {
    return run(sql, std::span(parameters.begin(), parameters.size()));
  }
  /// The same, for who reads no rows.
  Outcome<Done> change(const char* sql, std::initializer_list<Parameter> parameters);
  /// The number that a statement gives; 0 without a row.
  Outcome<std::int64_t> number(const char* sql);
  /// Several statements without parameters.
  Outcome<Done> execute(const char* sql);
  /// False when it broke: it is of no use any more.
  bool is_good() const;

 private:
  struct Finish {
    void operator()(pg_conn* connection) const;
  };
  explicit PgConnection(pg_conn* connection) : connection_(connection) {}

  std::unique_ptr<pg_conn, Finish> connection_;
};

/// Ends as it began unless it was committed. The connection must outlive it.
class PgTransaction {
 public:
  /// No statement in it takes longer than 5 seconds.
  static Outcome<PgTransaction> begin(PgConnection& connection);
  PgTransaction(PgTransaction&& other) noexcept
      : connection_(std::exchange(other.connection_, nullptr)) {}
  PgTransaction& operator=(PgTransaction&&) = delete;
  ~PgTransaction();

  /// After an error of kind away nobody knows whether it was.
  Outcome<Done> commit();

 private:
  explicit PgTransaction(PgConnection& connection) : connection_(&connection) {}

  PgConnection* connection_;
};

}  // namespace jobtree::store

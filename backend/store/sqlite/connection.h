// SQLite as values: a connection, a statement, and errors that say which kind of bad day it is.
//
// Knows: the C API of sqlite3 3.40, nothing that came later. Must not know: tables, what is stored.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "store/outcome.h"
#include "store/sql/parameter.h"

struct sqlite3;
struct sqlite3_stmt;

namespace jobtree::store {

/// One that was prepared, to be run as often as wanted. For one thread, like its connection, which
/// must outlive it.
class Statement {
 public:
  /// Begins anew with these parameters, numbered from 1. Texts and bytes are copied.
  Outcome<Done> bind(std::span<const Parameter> parameters);
  Outcome<Done> bind(std::initializer_list<Parameter> parameters) {
    return bind(std::span(parameters.begin(), parameters.size()));
  }
  /// Whether there is a row now; false at the end.
  Outcome<bool> step();
  /// All rows are of no interest, or there are none.
  Outcome<Done> run();

  // Of the row that step() told, by the number of the column from 0. Views are good until the next
  // step.
  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string_view text(int column) const;
  std::span<const std::byte> bytes(int column) const;

 private:
  friend class Connection;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

class Connection {
 public:
  enum class Mode {
    write,  ///< creates the file when there is none
    read    ///< can neither write nor checkpoint
  };
  /// Opens without a look at what stands in the file. `busy`: how long another connection is waited
  /// for.
  static Outcome<Connection> open(const std::string& path, Mode mode);

  /// Statements without parameters and rows, several at once.
  Outcome<Done> execute(const char* sql);
  Outcome<Statement> prepare(std::string_view sql);
  /// The one number that a statement gives, such as "PRAGMA user_version".
  Outcome<std::int64_t> number(std::string_view sql);
  /// Rows that the last statement changed.
  std::int64_t changes() const;
  /// Whether a transaction is open: some errors end one by themselves.
  bool in_transaction() const;

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  explicit Connection(sqlite3* database) : database_(database) {}

  std::unique_ptr<sqlite3, Close> database_;
};

/// Ends as it began unless it was committed. The connection must outlive it.
class Transaction {
 public:
  /// Takes the right to write at once, so that what follows does not find it taken.
  static Outcome<Transaction> begin(Connection& connection);
  Transaction(Transaction&& other) noexcept
      : connection_(std::exchange(other.connection_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

  Outcome<Done> commit();

 private:
  explicit Transaction(Connection& connection) : connection_(&connection) {}

  Connection* connection_;
};

}  // namespace jobtree::store

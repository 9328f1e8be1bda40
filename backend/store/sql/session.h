// One transaction on either database, for statements that both understand.
//
// Knows: parameters, rows, the clock that counts. Must not know: tables, which database it is.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>

#include "store/outcome.h"
#include "store/records.h"
#include "store/sql/parameter.h"

namespace jobtree::store {

/// Columns count from 0. Views are good during the call that gives the row.
class SqlRow {
 public:
  virtual ~SqlRow() = default;
  virtual bool is_null(int column) const = 0;
  virtual std::int64_t integer(int column) const = 0;
  virtual std::string_view text(int column) const = 0;
};

class SqlSession {
 public:
  using EachRow = std::function<void(const SqlRow&)>;

  virtual ~SqlSession() = default;

  /// `sql` has "?" before the numbers of its parameters. It is read to its end.
  virtual Outcome<Done> read(std::string_view sql, std::span<const Parameter> parameters,
                             const EachRow& each) = 0;
  /// How many rows it changed.
  virtual Outcome<std::int64_t> change(std::string_view sql,
                                       std::span<const Parameter> parameters) = 0;
  /// By the clock of the database where that has one.
  virtual Outcome<Time> now() = 0;

  /// What stands at the end of a SELECT whose rows nobody else is to touch before the end of the
  /// transaction: one waits for rows that are taken, or leaves them out. Both are empty where one
  /// transaction writes at a time.
  virtual std::string_view locking() const = 0;
  virtual std::string_view locking_what_is_free() const = 0;

  Outcome<Done> read(std::string_view sql, std::initializer_list<Parameter> parameters,
                     const EachRow& each) {
    return read(sql, std::span(parameters.begin(), parameters.size()), each);
  }
  Outcome<std::int64_t> change(std::string_view sql, std::initializer_list<Parameter> parameters) {
    return change(sql, std::span(parameters.begin(), parameters.size()));
  }
  /// The one number that it selects; nothing without a row, or where that is null.
  Outcome<std::optional<std::int64_t>> number(std::string_view sql,
                                              std::initializer_list<Parameter> parameters) {
    std::optional<std::int64_t> found;
    auto done = read(sql, parameters, [&found](const SqlRow& row) {
      if (!row.is_null(0)) found = row.integer(0);
    });
    if (!done) return done.error();
    return found;
  }
};

/// The row of either database as one of these.
template <class Row>
class SqlRowOf final : public SqlRow {
 public:
  explicit SqlRowOf(const Row& row) : row_(row) {}
  bool is_null(int column) const override { return row_.is_null(column); }
  std::int64_t integer(int column) const override { return row_.integer(column); }
  std::string_view text(int column) const override { return row_.text(column); }

 private:
  const Row& row_;
};

}  // namespace jobtree::store

// A statement in the making: its text, and the values that go into it.
//
// Knows: where the two databases word it otherwise. Must not know: tables, who runs it. Nothing of
// a query ever stands in the text: values are parameters.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/records.h"
#include "store/sql/parameter.h"

namespace jobtree::store {

struct Dialect {
  char place;            ///< before the number of a parameter: "?7", "$7"
  const char* contains;  ///< the function that finds a text in another
  const char* contains_bytes;
};
inline constexpr Dialect kSqliteDialect{'?', "instr", "instr"};
inline constexpr Dialect kPostgresDialect{'$', "strpos", "\"position\""};

struct Selection {
  std::string text;
  /// Views into what the statement is made of, and into `texts`.
  std::vector<Parameter> parameters;
  std::vector<std::string> texts;
};

/// A statement that is written with "?" before the numbers of its parameters.
std::string in_dialect(std::string_view sql, const Dialect& dialect);

/// Conditions that all hold.
class Conditions {
 public:
  Conditions(Selection& sql, const Dialect& dialect) : sql_(sql), dialect_(dialect) {}

  void add(std::string_view condition) {
    sql_.text += is_first_ ? " WHERE " : " AND ";
    sql_.text += condition;
    is_first_ = false;
  }
  /// "?7", for a value.
  std::string place(Parameter parameter) {
    sql_.parameters.push_back(parameter);
    return dialect_.place + std::to_string(sql_.parameters.size());
  }
  void equal(std::string_view column, const std::string& value) {
    if (!value.empty()) add(std::string(column) + " = " + place(std::string_view(value)));
  }
  /// "service IN (?1, ?2)"; of no values nothing is one.
  template <class Values, class Of>
  std::string one_of(std::string_view column, const Values& values, Of of) {
    if (values.empty()) return "1 = 0";
    std::string text = std::string(column) + " IN (";
    for (const auto& value : values) {
      if (text.back() != '(') text += ", ";
      text += place(of(value));
    }
    return text + ")";
  }
  /// Each of what a scope asks of the columns `project` and `service`.
  std::vector<std::string> in_scope(const BoardQuery::Scope& scope, std::string_view project,
                                    std::string_view service);

 private:
  Selection& sql_;
  const Dialect& dialect_;
  bool is_first_ = true;
};

/// After which row a page begins.
struct RowPlace {
  std::int64_t at;
  std::int64_t number;
};
/// "1795521600000000.17"
std::optional<RowPlace> row_place(std::string_view cursor);
std::string cursor_of(Time at, std::int64_t number);

}  // namespace jobtree::store

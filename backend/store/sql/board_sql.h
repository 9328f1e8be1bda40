// The statement of a board, made of a query.
//
// Pure. Knows: columns and indices of the table of jobs, which both databases have alike. Must not
// know: who runs it. Nothing of a query ever stands in the text: values are parameters.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/records.h"
#include "store/sql/parameter.h"

namespace jobtree::store {

/// Where the two databases word it otherwise.
struct Dialect {
  char place;            ///< before the number of a parameter: "?7", "$7"
  const char* contains;  ///< the function that finds a text in another
};
inline constexpr Dialect kSqliteDialect{'?', "instr"};
inline constexpr Dialect kPostgresDialect{'$', "strpos"};

struct BoardSql {
  std::string text;
  /// Views into the query, and into `texts`.
  std::vector<Parameter> parameters;
  std::vector<std::string> texts;
};

/// Nothing when the cursor is none. `query` must outlive it. It selects one row more than the page
/// has, which says whether there is a next.
std::optional<BoardSql> board_sql(const BoardQuery& query, const Dialect& dialect);

/// The cursor after this job.
std::string cursor_after(const JobRecord& record, std::int64_t number, BoardQuery::Order order);

}  // namespace jobtree::store

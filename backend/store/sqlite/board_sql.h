// The statement of a board, made of a query.
//
// Pure. Knows: columns and indices of the table of jobs. Must not know: who runs it. Nothing of a
// query ever stands in the text: values are parameters.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/records.h"
#include "store/sqlite/connection.h"

namespace jobtree::store {

struct BoardSql {
  std::string text;
  /// Views into the query, and into `texts`.
  std::vector<Parameter> parameters;
  std::vector<std::string> texts;
};

/// Nothing when the cursor is none. `query` must outlive it. It selects one row more than the page
/// has, which says whether there is a next.
std::optional<BoardSql> board_sql(const BoardQuery& query);

/// The cursor after this job.
std::string cursor_after(const JobRecord& record, std::int64_t number, BoardQuery::Order order);

}  // namespace jobtree::store

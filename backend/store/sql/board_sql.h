// The statement of a board, made of a query.
//
// Pure. Knows: columns and indices of the table of jobs, which both databases have alike. Must not
// know: who runs it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "store/records.h"
#include "store/sql/job_row.h"
#include "store/sql/selection.h"

namespace jobtree::store {

/// Nothing when the cursor is none. `query` must outlive it. It selects one row more than the page
/// has, which says whether there is a next.
std::optional<Selection> board_sql(const BoardQuery& query, const Dialect& dialect);

/// The statement of a board that is grouped, and one row of what it selects: value, jobs,
/// unfinished, failed, last_change. It has no cursor.
Selection groups_sql(const BoardQuery& query, const Dialect& dialect);
template <class Row>
JobGroup group_of(const Row& row) {
  return {.value = std::string(row.text(0)),
          .jobs = static_cast<std::uint64_t>(row.integer(1)),
          .unfinished = static_cast<std::uint64_t>(row.integer(2)),
          .failed = static_cast<std::uint64_t>(row.integer(3)),
          .last_change = time_of(row.integer(4))};
}

/// The cursor after this job.
std::string cursor_after(const JobRecord& record, std::int64_t number, BoardQuery::Order order);

}  // namespace jobtree::store

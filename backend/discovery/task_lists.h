// The jobs in a page of a service's own task list.
//
// Knows: the form of each list's rows, as a table (row_forms.h). Must not know: how pages are
// fetched, where jobs are remembered. Services: RDS, GaussDB, TaurusDB, GeminiDB, DDS, DDM, ELB,
// CCE, CBR, DCS, SDRS (which lists failures only) and SWR.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cloud/where/lists.h"
#include "discovery/found_job.h"
#include "discovery/job_place.h"

namespace jobtree::discovery {

/// What was queried, and when.
struct ListQuery {
  const cloud::List* list = nullptr;  ///< of the catalogue
  cloud::ListPlace place{};
  store::Time read_at{};  ///< when the page came
};

struct ListPage {
  std::vector<FoundJob> jobs{};
  std::size_t count = 0;       ///< rows
  std::size_t unreadable = 0;  ///< of these, how many name no job
  /// Where the next page begins; nothing when this is the last.
  std::optional<cloud::ListPlace> next{};
};

/// Fails when the body is no page of the list: no JSON, cut, or too large; and when the list is
/// none of those above. A row that names no job, or has a name twice, is left out.
Result<ListPage> read_list(const Origin& origin, const ListQuery& query, std::string_view body);

}  // namespace jobtree::discovery

// What an HTTP response that holds no job means for the queries to come: one table, by which page
// and command line judge alike.
//
// Knows: statuses, codes of the backend and of Huawei Cloud's API gateway. Must not know: what is
// said of it, or when the next query is.
#pragma once

#include <cstdint>
#include <string_view>

#include "poll/schedule.h"

namespace jobtree::engine {

/// `status` is not one of success; `code` as the body told it, may be empty. What never passes is
/// `denied` or `no_place`: another query cannot help.
PollOutcome http_outcome(std::int32_t status, std::string_view code);

}  // namespace jobtree::engine

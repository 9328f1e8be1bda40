// What is too old, or too much, and goes: a little at a time.
//
// Knows: the statements that delete. Must not know: when it is called. What nobody has seen ended,
// and what somebody follows, never goes for its age.
#pragma once

#include <cstdint>

#include "store/records.h"
#include "store/sqlite/connection.h"

namespace jobtree::store {

/// What the file takes, without the pages that are free.
Outcome<std::uint64_t> bytes_of(Connection& connection);

/// Deletes at most a few hundred rows of each kind, and gives free pages back to the disk; whether
/// there may be more.
Outcome<bool> prune_file(Connection& connection, const Retention& retention, Time now);

}  // namespace jobtree::store

// What is too old, or too much, and goes: a little at a time. See sqlite/pruning.h.
//
// Knows: the statements that delete. Must not know: when it is called.
#pragma once

#include <cstdint>

#include "store/postgres/connection.h"
#include "store/records.h"

namespace jobtree::store {

/// What the rows take, roughly.
Outcome<std::uint64_t> bytes_of(PgConnection& connection);

/// Deletes at most a few hundred rows of each kind, in a transaction of the caller's, unless
/// another replica does so at the moment; whether there may be more.
Outcome<bool> prune_tables(PgConnection& connection, const Retention& retention, Time now);

}  // namespace jobtree::store

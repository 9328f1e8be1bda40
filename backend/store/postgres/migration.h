// The tables, step by step to what this program knows.
//
// Knows: which steps there are, and which a database has had. Must not know: what the tables are
// for.
#pragma once

#include "base/result.h"
#include "store/postgres/connection.h"

namespace jobtree::store {

/// Brings the tables up to the last step; replicas that start together do it one after the other.
/// Fails with kind usage when they are of a newer version of this program, or the server is older
/// than PostgreSQL 13.
Result<bool> migrate(PgConnection& connection);

/// That, of a database which says something else.
Failure unusable(const StoreError& error);

}  // namespace jobtree::store

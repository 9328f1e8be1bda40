// The statements that store a change.
//
// Knows: which rows a change makes. Must not know: transactions, what a change means.
#pragma once

#include "store/change.h"
#include "store/postgres/connection.h"

namespace jobtree::store {

/// All of it, in a transaction of the caller's. Of kind conflict when somebody else has stored a
/// later version of the job.
Outcome<Done> write_change(PgConnection& connection, const Change& change, const Herald* herald);

}  // namespace jobtree::store

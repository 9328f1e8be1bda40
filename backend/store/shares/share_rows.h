// Rows of the table of share links, read and written.
//
// Knows: its columns, which both databases have alike. Must not know: which database it is, who may
// share, transactions: those are the caller's.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "store/shares/shares.h"
#include "store/sql/session.h"

namespace jobtree::store {

/// Nothing: there are too many.
Outcome<std::optional<Share>> create_share(SqlSession& session, const NewShare& share);
/// False: there is none with this number.
Outcome<bool> revoke_share(SqlSession& session, std::int64_t id);
Outcome<std::vector<Share>> read_shares(SqlSession& session);
Outcome<std::int64_t> read_share_changes(SqlSession& session);
Outcome<Done> note_share_use(SqlSession& session, const std::vector<std::int64_t>& ids);

/// Deletes a little of what has ended long ago; whether there may be more.
Outcome<bool> prune_shares(SqlSession& session, Time now);

}  // namespace jobtree::store

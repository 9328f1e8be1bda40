// What waits in the queues: counted, read, and merged; each in a transaction of the caller's.
//
// Knows: the tables of the outbox. Must not know: which database it is, what a payload says.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "store/outbox/outbox.h"
#include "store/sql/session.h"

namespace jobtree::store {

Outcome<std::vector<PendingEntry>> read_pending(SqlSession& session, std::string_view channel,
                                                std::size_t most);
/// A conflict when some of them do not wait any more: nothing of it is to be committed then.
Outcome<bool> merge_entries(SqlSession& session, const Merging& merging);

Outcome<std::vector<ChannelQueue>> read_queues(SqlSession& session);

}  // namespace jobtree::store

// What Outbox does, each in a transaction of the caller's; an error undoes all of it.
//
// Who sends for a channel holds the lock of its row while it claims, so one message of a channel is
// under way at a time. Of the rows of messages none is waited for under that lock: those who make
// them take their locks the other way about.
//
// Knows: the tables of the outbox. Must not know: which database it is, what a payload says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "store/outbox/outbox.h"
#include "store/sql/session.h"

namespace jobtree::store {

Outcome<Claiming> claim_entry(SqlSession& session, const ClaimQuery& query);
Outcome<bool> hold_entry(SqlSession& session, const OutboxClaim& claim, milliseconds lease,
                         std::uint32_t parts);
Outcome<bool> close_entry(SqlSession& session, const OutboxClaim& claim, const Closing& closing);
Outcome<milliseconds> take_turn(SqlSession& session, std::string_view channel, OutboxRate rate);

Outcome<std::vector<PendingEntry>> read_pending(SqlSession& session, std::string_view channel,
                                                std::size_t most);
/// A conflict when some of them do not wait any more.
Outcome<bool> merge_entries(SqlSession& session, const Merging& merging);

Outcome<std::vector<ChannelQueue>> read_queues(SqlSession& session);

}  // namespace jobtree::store

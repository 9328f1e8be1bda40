// Messages that are claimed, sent and closed; each in a transaction of the caller's.
//
// Who sends for a channel holds the lock of its row while it claims, so one message of a channel is
// under way at a time. Under that lock no row of a message is waited for: those who make messages
// take their locks the other way about.
//
// Knows: the tables of the outbox. Must not know: which database it is, what a payload says.
#pragma once

#include <cstdint>
#include <string_view>

#include "store/outbox/outbox.h"
#include "store/sql/session.h"

namespace jobtree::store {

Outcome<Claiming> claim_entry(SqlSession& session, const ClaimQuery& query);
Outcome<bool> hold_entry(SqlSession& session, const OutboxClaim& claim, milliseconds lease,
                         std::uint32_t parts);
Outcome<bool> close_entry(SqlSession& session, const OutboxClaim& claim, const Closing& closing);
/// Ends all leases: of a file that was just opened, for whoever had them is gone.
Outcome<Done> end_leases(SqlSession& session);
Outcome<milliseconds> take_turn(SqlSession& session, std::string_view channel, OutboxRate rate);

}  // namespace jobtree::store

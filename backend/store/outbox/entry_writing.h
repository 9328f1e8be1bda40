// Rows of the outbox, made in the transaction that stores what they tell of.
//
// Knows: what of the failures of all jobs is news. Must not know: what a payload says, who sends
// it, transactions: those are the caller's.
#pragma once

#include <cstdint>
#include <vector>

#include "store/change.h"
#include "store/outbox/news.h"
#include "store/sql/session.h"

namespace jobtree::store {

/// What people are told of a change: nothing without a herald. Before the failures of the change
/// are counted: which of them are new is seen by those that are there.
Outcome<Done> tell_change(SqlSession& session, const Herald* herald, const Change& change);
/// The same of what a record told.
Outcome<Done> tell_finding(SqlSession& session, const Herald* herald, const JobRecord& record,
                           const Happenings& happenings);
/// That the job has run far too long, unless it has ended by now. Nothing when it was told before.
Outcome<Done> tell_stuck(SqlSession& session, const Herald* herald,
                         const cloud::JobAddress& address, Time at);

/// Stores that the cloud knows the job no longer, and tells it of one that had not ended. False
/// when there is no such job, or it was forgotten before.
Outcome<bool> forget_job(SqlSession& session, const Herald* herald,
                         const cloud::JobAddress& address, Time at);

/// How many of them are new. Of a channel that has too many the oldest are dropped.
Outcome<std::int64_t> put_entries(SqlSession& session, const std::vector<OutboxEntry>& entries);

/// Deletes a little of what has been closed, or could not be sent, for long; whether there may be
/// more.
Outcome<bool> prune_outbox(SqlSession& session, Time now);

}  // namespace jobtree::store

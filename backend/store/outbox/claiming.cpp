#include "store/outbox/claiming.h"

#include <optional>
#include <string>
#include <utility>

#include "store/outbox/channel_row.h"
#include "store/sql/job_row.h"
#include "store/text_cut.h"

namespace jobtree::store {
namespace {

using std::chrono::microseconds;

constexpr milliseconds kClaimTakes{20};  // by another, at the same moment

constexpr std::string_view kAnyOpen =
    "SELECT 1 FROM outbox WHERE channel = ?1 AND closed_at IS NULL LIMIT 1";

constexpr std::string_view kUnderWay =
    "SELECT max(lease_until) FROM outbox WHERE channel = ?1 AND closed_at IS NULL "
    "AND state = 'sending' AND lease_until > ?2 AND lease_until <= ?3";

// What is being sent here has lost its lease. Of one subject nothing overtakes what was before it.
constexpr std::string_view kNextDue = R"sql(
SELECT one.id FROM outbox AS one WHERE one.channel = ?1 AND one.closed_at IS NULL
  AND (one.state = 'sending' OR one.due_at <= ?2 OR one.due_at > ?3)
  AND NOT EXISTS (SELECT 1 FROM outbox AS earlier WHERE earlier.channel = one.channel
    AND earlier.subject = one.subject AND earlier.closed_at IS NULL AND earlier.id < one.id
    AND one.subject <> '')
ORDER BY one.id LIMIT 1)sql";

constexpr std::string_view kClaim = R"sql(
UPDATE outbox SET is_repeat = CASE WHEN state = 'sending' THEN 1 ELSE is_repeat END,
  state = 'sending', attempts = attempts + 1, claims = claims + 1, holder = ?2, lease_until = ?3
WHERE id = ?1 RETURNING id, claims, event_id, payload, occurred_at, attempts, parts, is_repeat)sql";

constexpr std::string_view kNextLater =
    "SELECT min(due_at) FROM outbox WHERE channel = ?1 AND closed_at IS NULL "
    "AND state = 'pending' AND due_at > ?2";

constexpr std::string_view kHold =
    "UPDATE outbox SET lease_until = ?4, parts = ?5 "
    "WHERE id = ?1 AND holder = ?2 AND claims = ?3 AND state = 'sending'";

constexpr std::string_view kClose = R"sql(
UPDATE outbox SET state = ?4, due_at = ?5, closed_at = ?6, reply = ?7, parts = ?8,
  attempts = attempts - ?9, is_repeat = CASE WHEN CAST(?10 AS bigint) = 1 THEN 1 ELSE is_repeat END,
  holder = '', lease_until = NULL
WHERE id = ?1 AND holder = ?2 AND claims = ?3 AND state = 'sending')sql";

// A channel that has begun anew meanwhile is not what the attempt tells of.
constexpr std::string_view kSetStanding =
    "UPDATE outbox_channel SET failures = ?3, shut_until = ?4, is_gone = ?5 "
    "WHERE channel = ?1 AND settings = ?2";
constexpr std::string_view kSent = "UPDATE outbox_channel SET last_sent_at = ?2 WHERE channel = ?1";
constexpr std::string_view kTrouble =
    "UPDATE outbox_channel SET last_trouble_at = ?2, last_trouble = ?3 WHERE channel = ?1";

Claiming not_yet(Claiming::Kind kind, microseconds wait) {
  return {.kind = kind, .wait = rounded_up(wait)};
}

/// When one that waits for another attempt is due, of a channel that has nothing else.
Outcome<Claiming> nothing_due(SqlSession& session, std::string_view channel, Time now) {
  const auto later = session.number(kNextLater, {channel, micros(now)});
  if (!later) return later.error();
  if (!later.value()) return Claiming{.kind = Claiming::Kind::nothing};
  return not_yet(Claiming::Kind::nothing, ahead_of(time_of(*later.value()), now, kLongestPause));
}

Outcome<Claiming> claim_row(SqlSession& session, const ClaimQuery& query, std::int64_t id,
                            const ChannelRow& channel, Time now) {
  ClaimedEntry entry;
  bool is_there = false;
  const Time until = time_after(now, query.lease, kLongestLease);
  auto done = session.read(kClaim, {id, query.holder, micros(until)}, [&](const SqlRow& row) {
    is_there = true;
    entry.claim = {.id = row.integer(0),
                   .number = row.integer(1),
                   .channel = query.channel,
                   .settings = query.settings,
                   .holder = query.holder};
    entry.event_id = std::string(row.text(2));
    entry.payload = std::string(row.text(3));
    entry.occurred_at = time_of(row.integer(4));
    entry.attempts = static_cast<std::uint32_t>(row.integer(5));
    entry.parts = static_cast<std::uint32_t>(row.integer(6));
    entry.may_have_arrived = row.integer(7) != 0;
  });
  if (!done) return done.error();
  if (!is_there) return Claiming{.kind = Claiming::Kind::nothing};
  entry.channel = channel.standing(now);
  return Claiming{.kind = Claiming::Kind::claimed, .entry = std::move(entry)};
}

std::string_view state_of(const Closing& closing) {
  switch (closing.kind) {
    case Closing::Kind::sent:
      return "sent";
    case Closing::Kind::dead:
      return "dead";
    case Closing::Kind::again:
      break;
  }
  return "pending";
}

Outcome<Done> set_standing(SqlSession& session, const OutboxClaim& claim,
                           const ChannelStanding& standing, Time now) {
  const bool is_shut = standing.shut_for > milliseconds(0);
  const auto until = time_after(now, standing.shut_for, kLongestPause);
  const auto count =
      session.change(kSetStanding, {claim.channel, claim.settings, std::int64_t{standing.failures},
                                    is_shut ? Parameter(micros(until)) : Parameter(),
                                    std::int64_t{standing.is_gone ? 1 : 0}});
  if (!count) return count.error();
  return Done();
}

Outcome<Done> note_outcome(SqlSession& session, std::string_view channel, const Closing& closing,
                           std::string_view reply, Time now) {
  const auto count = closing.kind == Closing::Kind::sent
                         ? session.change(kSent, {channel, micros(now)})
                         : session.change(kTrouble, {channel, micros(now), reply});
  if (!count) return count.error();
  return Done();
}

}  // namespace

Outcome<Claiming> claim_entry(SqlSession& session, const ClaimQuery& query) {
  // Who has nothing to do looks often, and is to cost nothing: no lock, no row.
  const auto any = session.number(kAnyOpen, {query.channel});
  if (!any) return any.error();
  if (!any.value()) return Claiming{.kind = Claiming::Kind::nothing};

  auto locked = lock_channel(session, query.channel, query.settings, IfTaken::leave);
  if (!locked) return locked.error();
  if (!locked.value()) return not_yet(Claiming::Kind::busy, kClaimTakes);
  ChannelRow& channel = *locked.value();
  const auto clock = session.now();
  if (!clock) return clock.error();
  const Time now = clock.value();

  const ChannelStanding standing = channel.standing(now);
  if (standing.is_gone) return Claiming{.kind = Claiming::Kind::gone};
  if (standing.shut_for > milliseconds(0)) return not_yet(Claiming::Kind::shut, standing.shut_for);

  const auto lease =
      session.number(kUnderWay, {query.channel, micros(now), micros(now + kLongestLease)});
  if (!lease) return lease.error();
  if (lease.value()) return not_yet(Claiming::Kind::busy, time_of(*lease.value()) - now);

  const auto next = session.number(std::string(kNextDue).append(session.locking_what_is_free()),
                                   {query.channel, micros(now), micros(now + kLongestPause)});
  if (!next) return next.error();
  if (!next.value()) return nothing_due(session, query.channel, now);

  if (const auto wait = channel.take(query.rate, now); wait > microseconds(0)) {
    return not_yet(Claiming::Kind::paced, wait);
  }
  if (auto done = store_taken(session, query.channel, channel); !done) return done.error();
  return claim_row(session, query, *next.value(), channel, now);
}

Outcome<bool> hold_entry(SqlSession& session, const OutboxClaim& claim, milliseconds lease,
                         std::uint32_t parts) {
  const auto now = session.now();
  if (!now) return now.error();
  const auto count = session.change(
      kHold, {claim.id, claim.holder, claim.number,
              micros(time_after(now.value(), lease, kLongestLease)), std::int64_t{parts}});
  if (!count) return count.error();
  return count.value() > 0;
}

Outcome<bool> close_entry(SqlSession& session, const OutboxClaim& claim, const Closing& closing) {
  const auto channel = lock_channel(session, claim.channel, std::nullopt, IfTaken::wait);
  if (!channel) return channel.error();
  const auto clock = session.now();
  if (!clock) return clock.error();
  const Time now = clock.value();
  const bool is_again = closing.kind == Closing::Kind::again;
  const std::string reply = cut(closing.reply, kLongestReply);
  const auto count = session.change(
      kClose,
      {claim.id, claim.holder, claim.number, state_of(closing),
       is_again ? micros(time_after(now, closing.again_in, kLongestPause)) : std::int64_t{0},
       is_again ? Parameter() : Parameter(micros(now)), reply, std::int64_t{closing.parts},
       std::int64_t{closing.counts ? 0 : 1}, std::int64_t{closing.may_have_arrived ? 1 : 0}});
  if (!count) return count.error();
  if (count.value() == 0) return false;
  if (closing.channel) {
    auto done = set_standing(session, claim, *closing.channel, now);
    if (!done) return done.error();
  }
  auto noted = note_outcome(session, claim.channel, closing, reply, now);
  if (!noted) return noted.error();
  return true;
}

Outcome<Done> end_leases(SqlSession& session) {
  const auto count = session.change(
      "UPDATE outbox SET lease_until = 0 WHERE closed_at IS NULL AND state = 'sending'", {});
  if (!count) return count.error();
  return Done();
}

Outcome<milliseconds> take_turn(SqlSession& session, std::string_view channel, OutboxRate rate) {
  auto locked = lock_channel(session, channel, std::nullopt, IfTaken::wait);
  if (!locked) return locked.error();
  const auto now = session.now();
  if (!now) return now.error();
  if (!locked.value()) return milliseconds(0);
  const auto wait = locked.value()->take(rate, now.value());
  if (wait > microseconds(0)) return rounded_up(wait);
  if (auto done = store_taken(session, channel, *locked.value()); !done) return done.error();
  return milliseconds(0);
}

}  // namespace jobtree::store

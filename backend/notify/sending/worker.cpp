#include "notify/sending/worker.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "notify/channels/verdicts.h"
#include "notify/herald.h"
#include "notify/notice_json.h"
#include "notify/pace.h"
#include "notify/sending/attempt.h"
#include "notify/sending/reply_text.h"

namespace jobtree::notify {
namespace {

using store::ChannelStanding;
using store::ClaimedEntry;
using store::Claiming;
using store::Closing;
using store::PendingEntry;

constexpr milliseconds kLongestIdle{1'000};
constexpr milliseconds kStoreRest{3'000};  // while the database cannot be reached
constexpr std::chrono::seconds kLease{60};
constexpr std::chrono::seconds kCloseFor{45};  // of the lease, in which nobody else sends it
constexpr std::chrono::seconds kMergeEvery{5};

store::OutboxRate outbox_rate(ChannelKind kind) {
  const Rate rate = rate_of(kind);
  return {.per_minute = rate.per_minute, .burst = rate.burst};
}

ChannelState state_of(const ChannelStanding& standing, Time now) {
  ChannelState state{.failures = standing.failures, .is_gone = standing.is_gone};
  if (standing.shut_for > milliseconds(0)) state.shut_until = now + standing.shut_for;
  return state;
}

milliseconds until(Time then, Time now) {
  return std::max(std::chrono::ceil<milliseconds>(then - now), milliseconds(0));
}

ChannelStanding standing_of(const ChannelState& state, Time now) {
  return {.failures = state.failures,
          .shut_for = state.shut_until ? until(*state.shut_until, now) : milliseconds(0),
          .is_gone = state.is_gone};
}

Closing closing_of(const Attempt& attempt, const ClaimedEntry& entry, Time now, double chance) {
  const Verdict& verdict = attempt.verdict;
  const NextStep next = next_step(verdict, entry.attempts, now, chance);
  Closing closing{
      .counts = next.counts,
      .parts = attempt.parts,
      .may_have_arrived = verdict.may_have_arrived,
      .reply = reply_text(verdict.text),
      .channel = standing_of(state_after(state_of(entry.channel, now), verdict, now, chance), now)};
  switch (next.kind) {
    case NextStep::Kind::done:
      closing.kind = Closing::Kind::sent;
      break;
    case NextStep::Kind::dead:
      closing.kind = Closing::Kind::dead;
      break;
    case NextStep::Kind::due:
      closing.kind = Closing::Kind::again;
      closing.again_in = until(next.due_at, now);
      break;
  }
  return closing;
}

void mark_repeat(Content& content) {
  std::visit([](auto& told) { told.is_repeat = true; }, content);
}

/// The notices at the begin of what waits; up to one that another version of this program wrote.
std::vector<Notice> notices_in(const std::vector<PendingEntry>& pending) {
  std::vector<Notice> notices;
  for (const PendingEntry& entry : pending) {
    auto content = content_of(entry.payload);
    auto* const notice = content ? std::get_if<Notice>(&*content) : nullptr;
    if (notice == nullptr) break;
    notices.push_back(std::move(*notice));
  }
  return notices;
}

}  // namespace

milliseconds Worker::step(const ReadyChannel& ready) {
  if (is_behind_ && with_.clock.steady() >= next_merge_) merge(ready);
  const auto claiming = with_.outbox.claim({.channel = ready.channel.name,
                                            .settings = ready.settings,
                                            .holder = with_.holder,
                                            .lease = kLease,
                                            .rate = outbox_rate(ready.channel.kind)});
  if (!claiming) return kStoreRest;  // whoever stores tells the operator
  const Claiming& found = claiming.value();
  switch (found.kind) {
    case Claiming::Kind::claimed:
      send(ready, *found.entry);
      return milliseconds(0);
    case Claiming::Kind::nothing:
      is_behind_ = false;
      break;
    case Claiming::Kind::paced:
    case Claiming::Kind::shut:
      is_behind_ = true;
      break;
    case Claiming::Kind::busy:
    case Claiming::Kind::gone:
      break;
  }
  return std::min(found.wait.value_or(kLongestIdle), kLongestIdle);
}

void Worker::merge(const ReadyChannel& ready) {
  next_merge_ = with_.clock.steady() + kMergeEvery;
  if (ready.channel.kind == ChannelKind::alertmanager) return;  // it groups by itself
  const auto pending = with_.outbox.pending(ready.channel.name, store::kMostPending);
  if (!pending) return;
  const std::vector<PendingEntry>& entries = pending.value();
  std::vector<Notice> notices = notices_in(entries);
  std::size_t old = 0;
  while (old < notices.size() &&
         is_old_news(notices[old].observed_at, entries[old].attempts, now())) {
    ++old;
  }
  const bool is_too_much = wants_digest(ready.channel.kind, entries.size());
  const std::size_t count = is_too_much ? notices.size() : old;
  if (count < 2) return;
  Digest digest = digest_of(std::span(notices).first(count), old > 0, with_.public_url);
  digest.is_repeat =
      std::any_of(entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(count),
                  [](const PendingEntry& entry) { return entry.may_have_arrived; });
  // Where it does not work out, as others merge at this moment, the next look is soon.
  (void)with_.outbox.merge({.first = entries.front().id,
                            .last = entries[count - 1].id,
                            .count = count,
                            .digest = entry_of(digest, ready.channel.name, "")});
}

void Worker::send(const ReadyChannel& ready, const ClaimedEntry& entry) {
  auto content = content_of(entry.payload);
  Attempt made{.parts = entry.parts};
  if (!content) {
    made.verdict = verdict(Verdict::Kind::never, "",
                           {"The stored message cannot be read: another version wrote it.",
                            "无法读取已保存的消息：由其他版本写入。"});
  } else if (entry.attempts > kMostAttempts) {
    made.verdict = verdict(
        Verdict::Kind::never, "",
        {"Given up: each attempt ended without a result.", "已放弃：每次尝试均未得到结果。"});
  } else {
    if (entry.may_have_arrived) mark_repeat(*content);
    made = attempt(
        ready, *content,
        {.at = now(),
         .public_url = with_.public_url,
         .parts = entry.parts,
         .before_next = [&](std::uint32_t parts) { return may_go_on(ready, entry.claim, parts); }});
  }
  if (made.was_left_off) {
    // The program ends, or it is another's by now, and then this changes nothing.
    close(entry.claim, {.kind = Closing::Kind::again, .counts = false, .parts = made.parts});
    return;
  }
  const bool is_delivered = made.verdict.kind == Verdict::Kind::delivered;
  ++(is_delivered ? delivered_ : refused_);
  if (!is_delivered && with_.log) {
    with_.log({LogEntry::Level::warning,
               "a notification was not delivered: " + made.verdict.text.en,
               {{"channel", ready.channel.name}}});
  }
  close(entry.claim, closing_of(made, entry, now(), with_.clock.chance()));
}

/// Each part takes one of the rate, and begins the lease anew.
bool Worker::may_go_on(const ReadyChannel& ready, const store::OutboxClaim& claim,
                       std::uint32_t parts) {
  while (true) {
    const auto held = with_.outbox.hold(claim, kLease, parts);
    if (!held || !held.value()) return false;
    const auto wait = with_.outbox.take(ready.channel.name, outbox_rate(ready.channel.kind));
    if (!wait) return false;
    if (wait.value() == milliseconds(0)) return true;
    if (!with_.pause(wait.value())) return false;
  }
}

/// Tries for as long as nobody else may send the message: what was sent is not to be sent again
/// because the database was away for a moment.
void Worker::close(const store::OutboxClaim& claim, const Closing& closing) {
  const auto end = with_.clock.steady() + kCloseFor;
  while (!with_.outbox.close(claim, closing)) {
    if (with_.clock.steady() >= end || !with_.pause(kLongestIdle)) return;
  }
}

Time Worker::now() const {
  return std::chrono::time_point_cast<Time::duration>(with_.clock.wall());
}

}  // namespace jobtree::notify

// What waits to be told, in every kind of database: claimed by one at a time, in order, at least
// once; and how a channel stands.
#include "store/outbox/outbox.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "store/sql/job_row.h"
#include "support/until.h"
#include "unit/catch.h"
#include "unit/store/told.h"

namespace outbox_test {

using namespace jobtree;
using namespace jobtree::store;
using namespace jobtree::testing;
using namespace std::chrono_literals;
using Texts = std::vector<std::string>;
using Kind = Claiming::Kind;

namespace {

constexpr OutboxRate kFast{.per_minute = 6'000'000, .burst = 1000};

OutboxEntry entry(const std::string& name, const std::string& subject = "",
                  const std::string& channel = "ops") {
  return {.channel = channel,
          .subject = subject,
          .event_id = name,
          .dedupe = name + "|" + channel,
          .occurred_at = seen_after(0),
          .payload = "{\"name\":\"" + name + "\"}"};
}

void put(Told& told, const std::vector<OutboxEntry>& entries) {
  const auto added = told.outbox().put(entries);
  if (!added) FAIL(added.error());
  CHECK(added.value() == entries.size());
}

ClaimQuery query_of(const std::string& holder = "one", std::chrono::milliseconds lease = 60s) {
  return {.channel = "ops", .settings = "s", .holder = holder, .lease = lease, .rate = kFast};
}

Claiming claim(Outbox& outbox, const ClaimQuery& query = query_of()) {
  auto claiming = outbox.claim(query);
  if (!claiming) FAIL(claiming.error());
  return std::move(claiming.value());
}

ClaimedEntry claimed(Outbox& outbox, const ClaimQuery& query = query_of()) {
  Claiming claiming = claim(outbox, query);
  REQUIRE(claiming.kind == Kind::claimed);
  REQUIRE(claiming.entry);
  return std::move(*claiming.entry);
}

bool close(Outbox& outbox, const ClaimedEntry& entry, const Closing& closing) {
  const auto closed = outbox.close(entry.claim, closing);
  if (!closed) FAIL(closed.error());
  return closed.value();
}

bool sent(Outbox& outbox, const ClaimedEntry& entry) {
  return close(outbox, entry, {.kind = Closing::Kind::sent});
}

Closing again_in(std::chrono::milliseconds time) {
  return {.kind = Closing::Kind::again, .again_in = time};
}

/// The names of all that can be sent now, in their order.
Texts send_all(Outbox& outbox, const ClaimQuery& query = query_of()) {
  Texts names;
  for (;;) {
    const Claiming claiming = claim(outbox, query);
    if (claiming.kind != Kind::claimed) return names;
    names.push_back(claiming.entry->event_id);
    CHECK(sent(outbox, *claiming.entry));
  }
}

ChannelQueue only_queue(Told& told) {
  const auto queues = told.outbox().queues();
  REQUIRE(queues);
  REQUIRE(queues.value().size() == 1);
  return queues.value()[0];
}

}  // namespace

TEST_CASE("What waits is sent once, the oldest first, and each channel has its own queue") {
  Told told;
  put(told, {entry("b"), entry("a"), entry("a", "", "dev"), entry("c")});
  const ClaimedEntry first = claimed(told.outbox());
  CHECK(first.event_id == "b");
  CHECK(first.payload == R"({"name":"b"})");
  CHECK(first.occurred_at == seen_after(0));
  CHECK(first.attempts == 1);
  CHECK(first.parts == 0);
  CHECK_FALSE(first.may_have_arrived);
  CHECK(sent(told.outbox(), first));
  CHECK_FALSE(sent(told.outbox(), first));
  CHECK(send_all(told.outbox()) == Texts{"a", "c"});
  const Claiming none = claim(told.outbox());
  CHECK(none.kind == Kind::nothing);
  CHECK_FALSE(none.wait);
  CHECK(told.states() == Texts{"sent", "sent", "pending", "sent"});
}

TEST_CASE("What was told is not told again, whoever says it") {
  Told told;
  put(told, {entry("a")});
  CHECK(told.other_outbox().put({entry("a"), entry("b")}).value() == 1);
  CHECK(send_all(told.outbox()) == Texts{"a", "b"});
  CHECK(told.outbox().put({entry("a"), entry("b")}).value() == 0);
  CHECK(claim(told.outbox()).kind == Kind::nothing);
}

TEST_CASE("One message of a channel is under way at a time, on whichever replica") {
  Told told;
  put(told, {entry("a"), entry("b"), entry("c", "", "dev")});
  const ClaimedEntry first = claimed(told.outbox(), query_of("one"));
  const Claiming second = claim(told.other_outbox(), query_of("two"));
  CHECK(second.kind == Kind::busy);
  CHECK(second.wait > 50s);
  CHECK(second.wait <= 60s);
  ClaimQuery dev = query_of("two");
  dev.channel = "dev";
  CHECK(claimed(told.other_outbox(), dev).event_id == "c");
  CHECK(sent(told.outbox(), first));
  CHECK(claimed(told.other_outbox(), query_of("two")).event_id == "b");
}

TEST_CASE("Whose lease has ended has sent for another, who is told that it may have arrived") {
  Told told;
  put(told, {entry("a"), entry("b")});
  const ClaimedEntry lost = claimed(told.outbox(), query_of("one", 200ms));
  told.pass(300ms);
  const ClaimedEntry again = claimed(told.other_outbox(), query_of("two"));
  CHECK(again.event_id == "a");
  CHECK(again.attempts == 2);
  CHECK(again.may_have_arrived);
  CHECK_FALSE(sent(told.outbox(), lost));
  CHECK_FALSE(told.outbox().hold(lost.claim, 60s, 1).value());
  CHECK(close(told.other_outbox(), again, again_in(0ms)));
  // It may have arrived for ever after.
  CHECK(claimed(told.outbox()).may_have_arrived);
}

TEST_CASE("After a restart nobody waits for the lease of a process that is gone") {
  Told told;
  // Of a database another replica may be the one who sends.
  if (!told.is_file()) return;
  put(told, {entry("a")});
  (void)claimed(told.outbox(), query_of("one"));
  told.reopen();
  CHECK(claimed(told.outbox(), query_of("two")).may_have_arrived);
}

TEST_CASE("An earlier claim of the same holder is good no more either") {
  Told told;
  put(told, {entry("a")});
  const ClaimedEntry lost = claimed(told.outbox(), query_of("one", 200ms));
  told.pass(300ms);
  const ClaimedEntry again = claimed(told.outbox(), query_of("one"));
  CHECK_FALSE(sent(told.outbox(), lost));
  CHECK(sent(told.outbox(), again));
}

TEST_CASE("A lease that is held on goes on, and what was delivered meanwhile is known") {
  Told told;
  put(told, {entry("a")});
  const ClaimedEntry first = claimed(told.outbox(), query_of("one", 1s));
  told.pass(300ms);
  REQUIRE(told.outbox().hold(first.claim, 1500ms, 2).value());
  told.pass(1s);
  CHECK(claim(told.other_outbox(), query_of("two")).kind == Kind::busy);
  told.pass(1s);
  const ClaimedEntry next = claimed(told.other_outbox(), query_of("two"));
  CHECK(next.parts == 2);
  CHECK(next.may_have_arrived);
}

TEST_CASE("What is tried again is due at its time; others go on, but none of its subject") {
  Told told;
  put(told, {entry("a", "job"), entry("b", "job"), entry("c", "else"), entry("d")});
  const ClaimedEntry first = claimed(told.outbox());
  REQUIRE(first.event_id == "a");
  Closing closing = again_in(1500ms);
  closing.parts = 3;
  closing.reply = std::string(kLongestReply - 1, 'x') + "\xe4\xbb\xbb";
  CHECK(close(told.outbox(), first, closing));
  CHECK(send_all(told.outbox()) == Texts{"c", "d"});
  const Claiming none = claim(told.outbox());
  CHECK(none.kind == Kind::nothing);
  REQUIRE(none.wait);
  CHECK(*none.wait <= 1500ms);
  told.pass(1600ms);
  const ClaimedEntry again = claimed(told.outbox());
  CHECK(again.event_id == "a");
  CHECK(again.attempts == 2);
  CHECK(again.parts == 3);
  CHECK_FALSE(again.may_have_arrived);
  // No half of a character is stored.
  CHECK(only_queue(told).last_trouble == std::string(kLongestReply - 1, 'x'));
  CHECK(sent(told.outbox(), again));
  CHECK(send_all(told.outbox()) == Texts{"b"});
}

TEST_CASE("An attempt that met a limit is none, and one that is dead is not tried again") {
  Told told;
  put(told, {entry("a", "job"), entry("b", "job")});
  Closing limited = again_in(0ms);
  limited.counts = false;
  CHECK(close(told.outbox(), claimed(told.outbox()), limited));
  const ClaimedEntry again = claimed(told.outbox());
  CHECK(again.attempts == 1);
  CHECK(close(told.outbox(), again, {.kind = Closing::Kind::dead, .reply = "404"}));
  CHECK(told.states() == Texts{"dead", "pending"});
  CHECK(send_all(told.outbox()) == Texts{"b"});
  CHECK(only_queue(told).last_trouble == "404");
}

TEST_CASE("An attempt of which nobody knows whether it arrived is known for one") {
  Told told;
  put(told, {entry("a")});
  Closing unknown = again_in(0ms);
  unknown.may_have_arrived = true;
  CHECK(close(told.outbox(), claimed(told.outbox()), unknown));
  CHECK(claimed(told.other_outbox()).may_have_arrived);
}

TEST_CASE("A channel that is shut or gone sends nothing, until its settings are others") {
  Told told;
  put(told, {entry("a"), entry("b")});
  Closing shut = again_in(1h);
  shut.channel = ChannelStanding{.failures = 5, .shut_for = 10min};
  CHECK(close(told.outbox(), claimed(told.outbox()), shut));
  const Claiming refused = claim(told.other_outbox(), query_of("two"));
  CHECK(refused.kind == Kind::shut);
  CHECK(refused.wait > 9min);
  CHECK(refused.wait <= 10min);
  CHECK(only_queue(told).standing.failures == 5);

  ClaimQuery anew = query_of();
  anew.settings = "others";
  // Who corrects a channel waits for nothing, nor does what it could not send.
  const ClaimedEntry first = claimed(told.outbox(), anew);
  CHECK(first.event_id == "a");
  CHECK(first.channel.failures == 0);
  Closing gone = again_in(1h);
  gone.channel = ChannelStanding{.failures = 1, .is_gone = true};
  CHECK(close(told.outbox(), first, gone));
  CHECK(claim(told.outbox(), anew).kind == Kind::gone);
  told.reopen();
  CHECK(claim(told.outbox(), anew).kind == Kind::gone);
  CHECK(claimed(told.outbox(), query_of()).event_id == "a");
}

TEST_CASE("What an attempt with the settings before came to says nothing of the channel now") {
  Told told;
  put(told, {entry("a"), entry("b")});
  const ClaimedEntry old = claimed(told.outbox(), query_of("one"));
  ClaimQuery anew = query_of("two");
  anew.settings = "others";
  CHECK(claim(told.other_outbox(), anew).kind == Kind::busy);
  Closing gone = again_in(1h);
  gone.channel = ChannelStanding{.failures = 1, .is_gone = true};
  CHECK(close(told.outbox(), old, gone));
  CHECK(claimed(told.other_outbox(), anew).event_id == "b");
}

TEST_CASE("Two replicas share the rate of a channel") {
  Told told;
  put(told, {entry("a"), entry("b"), entry("c"), entry("d")});
  ClaimQuery one = query_of("one");
  one.rate = {.per_minute = 60, .burst = 3};
  ClaimQuery two = one;
  two.holder = "two";
  CHECK(sent(told.outbox(), claimed(told.outbox(), one)));
  CHECK(sent(told.other_outbox(), claimed(told.other_outbox(), two)));
  // Another part of a message takes one as well.
  CHECK(told.outbox().take("ops", one.rate).value() == 0ms);
  const Claiming paced = claim(told.other_outbox(), two);
  CHECK(paced.kind == Kind::paced);
  CHECK(paced.wait > 0ms);
  CHECK(paced.wait <= 1s);
  CHECK(told.outbox().take("ops", one.rate).value() > 0ms);
  told.pass(1100ms);
  CHECK(sent(told.outbox(), claimed(told.outbox(), one)));
  CHECK(claim(told.other_outbox(), two).kind == Kind::paced);
}

TEST_CASE("A clock that is set back holds nothing up") {
  Told told;
  put(told, {entry("a"), entry("b")});
  Closing shut = again_in(1h);
  shut.channel = ChannelStanding{.failures = 5, .shut_for = 1h};
  CHECK(close(told.outbox(), claimed(told.outbox()), shut));
  put(told, {entry("c", "", "dev")});
  ClaimQuery dev = query_of();
  dev.channel = "dev";
  dev.rate = {.per_minute = 1, .burst = 1};
  (void)claimed(told.outbox(), dev);
  // By a day: as if all that is stored lay a day ahead.
  const std::string day = std::to_string(micros(Time(24h)));
  told.execute("UPDATE outbox SET due_at = due_at + " + day + " WHERE due_at > 0");
  told.execute("UPDATE outbox SET lease_until = lease_until + " + day);
  told.execute("UPDATE outbox_channel SET shut_until = shut_until + " + day +
               ", full_at = full_at + " + day);
  CHECK(send_all(told.outbox()) == Texts{"a", "b"});
  // Nor is the bucket empty for a day, which was.
  CHECK(claimed(told.outbox(), dev).may_have_arrived);
}

TEST_CASE("Entries that wait become one, all or none of them") {
  Told told;
  put(told, {entry("a"), entry("b"), entry("c"), entry("d")});
  Closing partly = again_in(1h);
  partly.parts = 1;
  CHECK(close(told.outbox(), claimed(told.outbox()), partly));  // "a"
  CHECK(close(told.outbox(), claimed(told.outbox()), again_in(1h)));
  const auto pending = told.outbox().pending("ops", 10);
  REQUIRE(pending);
  REQUIRE(pending.value().size() == 3);
  CHECK(pending.value()[0].event_id == "b");
  CHECK(pending.value()[0].attempts == 1);
  CHECK(pending.value()[2].payload == R"({"name":"d"})");
  const Merging merging{.first = pending.value()[0].id,
                        .last = pending.value()[2].id,
                        .count = 3,
                        .digest = entry("digest")};
  const auto merged = told.outbox().merge(merging);
  if (!merged) FAIL(merged.error());
  CHECK(merged.value());
  CHECK(told.states() == Texts{"pending", "merged", "merged", "merged", "pending"});
  CHECK(told.outbox().pending("ops", 10).value().empty());  // a digest is not merged again
  // Another replica that had read the same comes too late, and leaves nothing behind.
  Merging late = merging;
  late.digest = entry("another digest");
  CHECK_FALSE(told.other_outbox().merge(late).value());
  CHECK(told.states().size() == 5);
  CHECK(send_all(told.outbox()) == Texts{"digest"});
  CHECK(told.outbox().pending("ops", 1).value().empty());
}

TEST_CASE("What is being sent meanwhile keeps entries from being merged") {
  Told told;
  put(told, {entry("a"), entry("b")});
  const auto pending = told.outbox().pending("ops", 10).value();
  REQUIRE(pending.size() == 2);
  (void)claimed(told.other_outbox());
  CHECK_FALSE(told.outbox()
                  .merge({.first = pending[0].id,
                          .last = pending[1].id,
                          .count = 2,
                          .digest = entry("digest")})
                  .value());
  CHECK(told.states() == Texts{"sending", "pending"});
}

TEST_CASE("Of a channel that sends nothing for long the oldest are dropped, and counted") {
  Told told;
  std::vector<OutboxEntry> many;
  for (std::size_t i = 0; i < kMostPending + 3; ++i)
    many.push_back(entry("e" + std::to_string(i)));
  put(told, many);
  const ChannelQueue queue = only_queue(told);
  CHECK(queue.pending == kMostPending);
  CHECK(queue.dropped == 3);
  CHECK(claimed(told.outbox()).event_id == "e3");
  CHECK(told.outbox().put({entry("e0")}).value() == 0);  // it is not told after all
  CHECK(told.select("SELECT payload FROM outbox WHERE event_id = 'e0'") == Texts{""});
}

TEST_CASE("A message that is too large is known, and not sent") {
  Told told;
  OutboxEntry large = entry("large");
  large.payload.assign(kLargestPayload + 1, 'x');
  put(told, {large, entry("b")});
  CHECK(told.states() == Texts{"dead", "pending"});
  CHECK(send_all(told.outbox()) == Texts{"b"});
}

TEST_CASE("What was sent stays for 14 days, what nobody could send for 30") {
  Told told;
  put(told, {entry("a"), entry("b"), entry("c")});
  CHECK(sent(told.outbox(), claimed(told.outbox())));
  CHECK(close(told.outbox(), claimed(told.outbox()), {.kind = Closing::Kind::dead}));
  const auto after = [&](int days) {
    const auto pruned = told->prune({}, told.now() + std::chrono::days(days));
    REQUIRE(pruned);
    return told.states();
  };
  CHECK(after(13) == Texts{"sent", "dead", "pending"});
  CHECK(after(15) == Texts{"dead", "pending"});
  CHECK(after(29) == Texts{"dead", "pending"});
  CHECK(after(31).empty());
}

TEST_CASE("Queues are counted by channel, with how long the oldest has waited") {
  Told told;
  CHECK(told.outbox().queues().value().empty());
  put(told, {entry("a"), entry("b"), entry("c"), entry("d", "", "dev")});
  CHECK(sent(told.outbox(), claimed(told.outbox())));
  (void)claimed(told.outbox());
  told.pass(100ms);
  const auto queues = told.other_outbox().queues().value();
  REQUIRE(queues.size() == 2);
  CHECK(queues[0].channel == "dev");
  CHECK(queues[0].pending == 1);
  CHECK_FALSE(queues[0].last_sent_at);
  CHECK(queues[1].channel == "ops");
  CHECK(queues[1].pending == 1);
  CHECK(queues[1].sending == 1);
  CHECK(queues[1].oldest_waits >= 100ms);
  CHECK(queues[1].last_sent_at);
}

TEST_CASE("However many send at once, each message is sent once and in its order") {
  Told told;
  constexpr int kMessages = 40;
  std::vector<OutboxEntry> many;
  for (int i = 0; i < kMessages; ++i)
    many.push_back(entry("e" + std::to_string(100 + i)));
  put(told, many);
  std::mutex mutex;
  Texts sent_in_order;
  std::atomic<bool> is_wrong = false;
  std::vector<std::thread> workers;
  for (int i = 0; i < 4; ++i) {
    workers.emplace_back([&, i] {
      Outbox& outbox = i % 2 == 0 ? told.outbox() : told.other_outbox();
      const ClaimQuery query = query_of("worker " + std::to_string(i));
      for (;;) {
        const auto claiming = outbox.claim(query);
        if (!claiming) continue;  // a pooler may be out of connections for a moment
        if (claiming.value().kind == Kind::nothing) return;
        if (claiming.value().kind != Kind::claimed) {
          std::this_thread::yield();
          continue;
        }
        const ClaimedEntry& entry = *claiming.value().entry;
        {
          const std::lock_guard lock(mutex);
          sent_in_order.push_back(entry.event_id);
        }
        const auto closed = outbox.close(entry.claim, {.kind = Closing::Kind::sent});
        if (!closed || !closed.value() || entry.may_have_arrived) is_wrong = true;
      }
    });
  }
  for (std::thread& worker : workers)
    worker.join();
  CHECK_FALSE(is_wrong);
  CHECK(sent_in_order.size() == kMessages);
  CHECK(std::ranges::is_sorted(sent_in_order));
}

TEST_CASE("Messages are made, merged, dropped and sent by all at once, and nobody waits for ever") {
  Told told;
  std::atomic<int> failures = 0;
  std::atomic<bool> is_over = false;
  std::vector<std::thread> threads;
  for (int maker = 0; maker < 2; ++maker) {
    threads.emplace_back([&, maker] {
      for (int i = 0; i < 60; ++i) {
        // The same of both, and a few of their own.
        std::vector<OutboxEntry> entries{entry("shared" + std::to_string(i)),
                                         entry("also" + std::to_string(i), "", "dev"),
                                         entry(std::to_string(maker) + "-" + std::to_string(i))};
        if (!(maker == 0 ? told.outbox() : told.other_outbox()).put(entries)) ++failures;
      }
    });
  }
  std::thread merger([&] {
    for (int i = 0; !is_over; ++i) {
      const auto pending = told.outbox().pending("ops", 5);
      if (!pending) ++failures;
      if (!pending || pending.value().size() < 5) continue;
      const Merging merging{.first = pending.value().front().id,
                            .last = pending.value().back().id,
                            .count = 5,
                            .digest = entry("digest" + std::to_string(i))};
      if (!told.outbox().merge(merging)) ++failures;
    }
  });
  std::thread sender([&] {
    while (!is_over) {
      const auto claiming = told.other_outbox().claim(query_of("sender"));
      if (!claiming) ++failures;
      if (!claiming || claiming.value().kind != Kind::claimed) continue;
      const auto& claim = claiming.value().entry->claim;
      if (!told.other_outbox().close(claim, {.kind = Closing::Kind::sent})) ++failures;
    }
  });
  for (std::thread& thread : threads)
    thread.join();
  is_over = true;
  merger.join();
  sender.join();
  CHECK(failures == 0);
  (void)send_all(told.outbox());
  const auto count = [&told](const std::string& where) {
    return told.select("SELECT event_id FROM outbox WHERE channel = 'ops' AND " + where).size();
  };
  CHECK(count("is_digest = 0") == 180);
  CHECK(count("closed_at IS NULL") == 0);
  CHECK(count("state = 'merged'") == 5 * count("is_digest = 1"));
}

TEST_CASE("A database that goes away between a claim and its end loses nothing") {
  tests::PostgresServer* const server = tests::PostgresServer::get();
  if (server == nullptr) return;
  auto opened = PostgresStore::open(server->new_database());
  REQUIRE(opened);
  const std::shared_ptr<Store> store = std::move(opened.value());
  StoreOutbox outbox([store] { return store; }, "the database");
  REQUIRE(outbox.put({entry("a"), entry("b")}));
  const ClaimedEntry first = claimed(outbox, query_of("one", 500ms));
  server->kill();
  const auto closed = outbox.close(first.claim, {.kind = Closing::Kind::sent});
  REQUIRE_FALSE(closed);
  CHECK(closed.failure().kind() == Failure::Kind::unavailable);
  CHECK_FALSE(outbox.claim(query_of()));
  server->start();
  std::optional<Claiming> again;
  REQUIRE(tests::until([&] {
    auto claiming = outbox.claim(query_of("two"));
    if (claiming && claiming.value().kind == Kind::claimed) again = std::move(claiming.value());
    return again.has_value();
  }));
  CHECK(again->entry->event_id == "a");
  CHECK(again->entry->may_have_arrived);
}

}  // namespace outbox_test

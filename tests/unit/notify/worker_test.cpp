// What waits for a channel is sent: in order, within its rate, again where that helps, and never
// lost where a process or a database goes away.
#include "notify/sending/worker.h"

#include "unit/notify/sent.h"

namespace jobtree::notify::worker_test {

using namespace tests;
using namespace std::chrono_literals;

namespace {

constexpr const char* kFeishuOk = R"({"code":0,"msg":"success"})";

}  // namespace

TEST_CASE("A message is sent once and the queue is empty then") {
  Sending sending(ChannelKind::feishu, {says(200, kFeishuOk)});
  sending.put(1);
  sending.work(1h);
  CHECK(sending.other_side->sent().size() == 1);
  CHECK(sending.queue().pending == 0);
  CHECK(sending.queue().last_sent_at.has_value());
  CHECK(sending.worker().figures().delivered == 1);
  CHECK(sending.log.empty());
}

TEST_CASE("Nothing is sent while there is nothing to tell") {
  Sending sending(ChannelKind::feishu, {says(200, kFeishuOk)});
  CHECK(sending.worker().step(sending.ready) == 1s);
  CHECK(sending.other_side->sent().empty());
}

TEST_CASE("A refusal with status 200 is not taken for a delivery") {
  Sending sending(
      ChannelKind::feishu,
      {says(200, R"({"code":11232,"msg":"create message trigger system frequency limit"})"),
       says(200, kFeishuOk)});
  sending.put(1);
  sending.worker().step(sending.ready);
  CHECK(sending.queue().pending == 1);
  CHECK(contains(sending.queue().last_trouble, "11232"));
  REQUIRE(sending.log.size() == 1);
  CHECK(contains(sending.log[0], "11232"));
  sending.work(1h);
  CHECK(sending.other_side->sent().size() == 2);
  CHECK(sending.queue().pending == 0);
}

TEST_CASE("What no other attempt can mend is given up at once and the next message is sent") {
  Sending sending(ChannelKind::feishu, {says(200, R"({"code":19024,"msg":"Key Words Not Found"})"),
                                        says(200, kFeishuOk)});
  sending.put(2);
  sending.work(1h);
  CHECK(sending.other_side->sent().size() == 2);
  CHECK(sending.queue().pending == 0);
  CHECK(sending.worker().figures().refused == 1);
}

TEST_CASE("A vendor that is down for a day gets everything afterwards") {
  std::vector<PlayedSender::Reaction> reactions(14, says(503));
  reactions.push_back(says(200));
  Sending down(ChannelKind::webhook, reactions);
  down.put(3);
  down.work(36h);
  CHECK(down.worker().figures().delivered == 3);
  CHECK(down.queue().pending == 0);
  CHECK(down.queue().dropped == 0);
}

TEST_CASE("A vendor that stays away is tried for about a day and then the message is dead") {
  Sending sending(ChannelKind::webhook, {says(503)});
  sending.put(1);
  sending.work(48h);
  CHECK(sending.other_side->sent().size() == 9);
  CHECK(sending.queue().pending == 0);
}

TEST_CASE("DingTalk's limit rests the robot for ten minutes") {
  Sending sending(
      ChannelKind::dingtalk,
      {says(200, R"({"errcode":130101,"errmsg":"send too fast, exceed 20 times per minute"})"),
       says(200, R"({"errcode":0,"errmsg":"ok"})")});
  sending.put(2);
  sending.work(9min);
  CHECK(sending.other_side->sent().size() == 1);
  CHECK(sending.queue().standing.shut_for > 0ms);
  sending.work(3min);
  CHECK(sending.other_side->sent().size() == 3);
}

TEST_CASE("A message that met a limit is not nearer to its end") {
  std::vector<PlayedSender::Reaction> reactions(
      30, says(200, R"({"errcode":130101,"errmsg":"send too fast"})"));
  reactions.push_back(says(200, R"({"errcode":0,"errmsg":"ok"})"));
  Sending sending(ChannelKind::dingtalk, reactions);
  sending.put(1);
  sending.work(6h);
  CHECK(sending.worker().figures().delivered == 1);
}

TEST_CASE("More than a channel can take in a minute becomes one message") {
  Sending sending(ChannelKind::dingtalk, {says(200, R"({"errcode":0,"errmsg":"ok"})")});
  sending.put(250);
  sending.work(2min);
  // The bucket's first ones may go alone; the worker looks at what waits before it sends any.
  REQUIRE(sending.other_side->sent().size() == 1);
  CHECK(contains(sending.other_side->body(0), "250"));
  CHECK(sending.queue().pending == 0);
}

TEST_CASE("A queue that grows while the rate is used up is merged too") {
  Sending sending(ChannelKind::wecom, {says(200, R"({"errcode":0,"errmsg":"ok"})")});
  sending.put(3);
  sending.work(5s);
  CHECK(sending.other_side->sent().size() == 3);
  sending.put(40);
  sending.work(2min);
  CHECK(sending.other_side->sent().size() <= 8);
  CHECK(sending.queue().pending == 0);
}

TEST_CASE("Nothing is merged for Alertmanager which groups by itself") {
  Sending sending(ChannelKind::alertmanager, {says(200)});
  sending.put(50);
  sending.work(10min);
  CHECK(sending.other_side->sent().size() == 50);
}

TEST_CASE("What could not be sent for more than a day is one message about that time") {
  Sending sending(ChannelKind::feishu, {says(200, kFeishuOk)});
  sending.put(5);
  sending.pass(30h);
  sending.put(1);
  sending.work(1min);
  REQUIRE(sending.other_side->sent().size() == 2);
  CHECK(contains(sending.other_side->body(0), "Failed: "));
  CHECK(contains(sending.other_side->body(1), "5 notices from while nothing could be sent"));
}

TEST_CASE("Of a sender that is killed the message is sent again and says that it may be a repeat") {
  Sending sending(ChannelKind::feishu, {says(200, kFeishuOk)});
  sending.put(1);
  const auto claim = sending.outbox().claim({.channel = sending.ready.channel.name,
                                             .settings = sending.ready.settings,
                                             .holder = "the one that is killed",
                                             .lease = 60s,
                                             .rate = {.per_minute = 80, .burst = 3}});
  REQUIRE(claim);
  REQUIRE(claim.value().entry);
  sending.work(55s);
  CHECK(sending.other_side->sent().empty());
  sending.work(10s);
  REQUIRE(sending.other_side->sent().size() == 1);
  CHECK(contains(sending.other_side->body(0), "repeat"));
  sending.work(24h);
  CHECK(sending.other_side->sent().size() == 1);
}

TEST_CASE("A connection that is cut after the request is tried again and says so") {
  Sending sending(ChannelKind::feishu, {is_cut(), says(200, kFeishuOk)});
  sending.put(1);
  sending.work(1h);
  REQUIRE(sending.other_side->sent().size() == 2);
  CHECK_FALSE(contains(sending.other_side->body(0), "repeat"));
  CHECK(contains(sending.other_side->body(1), "repeat"));
}

TEST_CASE("Two replicas with one robot send each message once and no faster than one") {
  Sending sending(ChannelKind::dingtalk, {says(200, R"({"errcode":0,"errmsg":"ok"})")});
  const auto other = sending.another("b");
  sending.put(12);
  for (int i = 0; i < 2000; ++i) {
    (void)other->step(sending.ready);
    (void)sending.worker().step(sending.ready);
    sending.pass(20ms);
  }
  // Forty seconds: four at once, and one each four seconds.
  CHECK(sending.other_side->sent().size() <= 14);
  CHECK(sending.other_side->sent().size() >= 12);
  CHECK(sending.queue().pending == 0);
}

TEST_CASE("A mail is sent on to those alone who have not got it") {
  Channel channel = channel_of(ChannelKind::mail);
  channel.to = {"a@example.com", "b@example.com", "c@example.com"};
  Sending sending(channel, {says(250), says(451), says(250)});
  sending.put(1);
  sending.work(1h);
  std::vector<std::string> to;
  for (const Dispatch& dispatch : sending.other_side->sent())
    to.push_back(std::get<Mail>(dispatch).to);
  CHECK(to == std::vector<std::string>{"a@example.com", "b@example.com", "b@example.com",
                                       "c@example.com"});
}

TEST_CASE("A target that must not be connected to is never tried again") {
  Sending sending(ChannelKind::webhook, {[] {
                    return Result<Response>(Failure::usage(
                        {"10.0.0.1 belongs to a private network", "10.0.0.1 属于私有网络"}));
                  }});
  sending.put(1);
  sending.work(24h);
  CHECK(sending.other_side->sent().size() == 1);
  CHECK(sending.queue().pending == 0);
  CHECK(contains(sending.queue().last_trouble, "私有网络"));
}

TEST_CASE("Who wants no more is sent nothing until the channel is changed") {
  Sending sending(ChannelKind::webhook, {says(410), says(200)});
  sending.put(2);
  sending.work(24h);
  CHECK(sending.other_side->sent().size() == 1);
  CHECK(sending.queue().standing.is_gone);
  sending.ready.settings = "2";
  sending.work(1min);
  CHECK(sending.other_side->sent().size() == 2);
  CHECK(sending.queue().pending == 0);
}

TEST_CASE("A stored message of another version is given up and holds up nothing") {
  Sending sending(ChannelKind::feishu, {says(200, kFeishuOk)});
  REQUIRE(sending.outbox().put({{.channel = "ops",
                                 .event_id = "x",
                                 .dedupe = "x",
                                 .occurred_at = sending.now(),
                                 .payload = R"({"schema": 99})"}}));
  sending.put(1);
  sending.work(1min);
  CHECK(sending.other_side->sent().size() == 1);
  CHECK(sending.queue().pending == 0);
}

TEST_CASE("While the database is away nothing is sent and afterwards all of it") {
  Sending sending(ChannelKind::feishu, {says(200, kFeishuOk)});
  sending.put(2);
  sending.take_database_away();
  sending.work(10min);
  CHECK(sending.other_side->sent().empty());
  sending.bring_database_back();
  sending.work(1min);
  CHECK(sending.other_side->sent().size() == 2);
}

TEST_CASE("A database that goes away while a message is sent does not make a second one") {
  Sending* all = nullptr;
  Sending sending(ChannelKind::feishu, {[&all]() -> Result<Response> {
                    all->take_database_away();
                    return Response{.status = 200, .body = kFeishuOk};
                  }});
  all = &sending;
  sending.put(1);
  int pauses = 0;
  Worker worker({.outbox = sending.outbox(),
                 .clock = sending.clock(),
                 .holder = "a",
                 .pause = [&](milliseconds time) {
                   sending.pass(time);
                   if (++pauses == 20) sending.bring_database_back();
                   return true;
                 }});
  worker.step(sending.ready);
  CHECK(sending.queue().pending == 0);
  CHECK(sending.queue().last_sent_at.has_value());
}

TEST_CASE("A clock that is set back holds nothing up") {
  Sending sending(ChannelKind::feishu, {says(503), says(200, kFeishuOk)});
  sending.put(2);
  sending.worker().step(sending.ready);
  sending.set_back(20h);
  sending.work(2min);
  CHECK(sending.queue().pending == 0);
  CHECK(sending.worker().figures().delivered == 2);
}

}  // namespace jobtree::notify::worker_test

// Share links in every kind of database: made, found, ended, bounded.
#include "store/shares/shares.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "store/shares/store_shares.h"
#include "unit/catch.h"
#include "unit/store/told.h"

namespace shares_test {

using namespace jobtree;
using namespace jobtree::store;
using namespace jobtree::testing;
using namespace std::chrono_literals;

namespace {

Digest digest_of(int number) {
  Digest digest{};
  digest[0] = static_cast<unsigned char>(number);
  digest[1] = static_cast<unsigned char>(number >> 8);
  digest[31] = 0xab;
  return digest;
}

NewShare job_share(int number, std::chrono::seconds lasts = 24h) {
  NewShare share{.thing = {.job = cloud::JobAddress("cn-north-4", "eip", "-", "a"), .board = {}},
                 .label = "夜间 \"build\"",
                 .is_public = true,
                 .created_by = "portal",
                 .lasts = lasts};
  share.digest = digest_of(number);
  return share;
}

NewShare board_share(int number) {
  NewShare share{.thing = {.job = std::nullopt, .board = "status=failed&q=%E4%BB%BB"}, .lasts = 1h};
  share.digest = digest_of(number);
  return share;
}

/// The links of a store, as two replicas see them.
class Linked {
 public:
  Linked() : told(std::vector<std::string>()) {}

  Share made(const NewShare& share) {
    auto created = shares.create(share);
    if (!created) FAIL(created.error());
    REQUIRE(created.value());
    return *created.value();
  }
  std::vector<std::int64_t> ids() {
    const auto all = shares.all();
    if (!all) FAIL(all.error());
    std::vector<std::int64_t> ids;
    for (const Share& share : all.value())
      ids.push_back(share.id);
    return ids;
  }
  Share only() {
    const auto all = shares.all();
    REQUIRE(all);
    REQUIRE(all.value().size() == 1);
    return all.value()[0];
  }
  void age(const std::string& column, std::chrono::microseconds by) {
    told.execute("UPDATE share SET " + column + " = " + column + " - " +
                 std::to_string(by.count()));
  }
  void prune() {
    for (;;) {
      const auto more = told->prune({}, told.now());
      REQUIRE(more);
      if (!more.value()) return;
    }
  }

  Told told;
  StoreShares shares{[this] { return std::shared_ptr<Store>(&told.store(), [](Store*) {}); },
                     "the store"};
  StoreShares others{[this] { return std::shared_ptr<Store>(&told.other(), [](Store*) {}); },
                     "the store"};
};

}  // namespace

TEST_CASE("A share link is remembered as it was made") {
  Linked linked;
  const Share made = linked.made(job_share(1));
  CHECK(made.id > 0);
  CHECK(made.expires_at == made.created_at + 24h);
  CHECK(made.created_at <= linked.told.now());
  CHECK(made.is_live(made.expires_at - 1us));
  CHECK_FALSE(made.is_live(made.expires_at));

  const Share found = linked.only();
  CHECK(found.id == made.id);
  CHECK(found.digest == digest_of(1));
  CHECK(found.thing.job == cloud::JobAddress("cn-north-4", "eip", "-", "a"));
  CHECK(found.thing.board.empty());
  CHECK(found.label == "夜间 \"build\"");
  CHECK(found.is_public);
  CHECK(found.created_by == "portal");
  CHECK(found.created_at == made.created_at);
  CHECK(found.expires_at == made.expires_at);
  CHECK_FALSE(found.revoked_at);
  CHECK_FALSE(found.last_used_at);
}

TEST_CASE("A share link of a board has its query, and all of them the newest first") {
  Linked linked;
  const Share first = linked.made(job_share(1));
  const Share second = linked.made(board_share(2));
  CHECK(linked.ids() == std::vector{second.id, first.id});
  const auto all = linked.others.all();
  REQUIRE(all);
  CHECK_FALSE(all.value()[0].thing.job);
  CHECK(all.value()[0].thing.board == "status=failed&q=%E4%BB%BB");
  CHECK_FALSE(all.value()[0].is_public);
  CHECK(all.value()[0].created_by.empty());
}

TEST_CASE("No two share links have one token") {
  Linked linked;
  linked.made(job_share(1));
  CHECK_FALSE(linked.shares.create(job_share(1)));
  CHECK(linked.ids().size() == 1);
}

TEST_CASE("A share link that is revoked says since when, however often that is done") {
  Linked linked;
  const Share made = linked.made(job_share(1));
  CHECK(linked.shares.revoke(made.id).value());
  const auto since = linked.only().revoked_at;
  REQUIRE(since);
  CHECK_FALSE(linked.only().is_live(*since));
  linked.told.pass(10ms);
  CHECK(linked.others.revoke(made.id).value());
  CHECK(linked.only().revoked_at == since);
  CHECK_FALSE(linked.shares.revoke(made.id + 1).value());
}

TEST_CASE("That share links were made or revoked is seen by every replica; nothing else is") {
  Linked linked;
  std::vector<std::int64_t> numbers{linked.others.changes().value()};
  const auto look = [&] { numbers.push_back(linked.others.changes().value()); };
  const Share made = linked.made(job_share(1));
  look();
  CHECK(linked.shares.revoke(made.id).value());
  look();
  CHECK(numbers[1] > numbers[0]);
  CHECK(numbers[2] > numbers[1]);
  CHECK(linked.shares.revoke(made.id).value());
  CHECK(linked.shares.used({made.id}).value());
  look();
  CHECK(numbers[3] == numbers[2]);
}

TEST_CASE("When a share link was used last is stored once an hour at most") {
  Linked linked;
  const Share made = linked.made(job_share(1));
  CHECK(linked.shares.used({made.id, made.id, made.id + 7}).value());
  const auto first = linked.only().last_used_at;
  REQUIRE(first);
  linked.told.pass(10ms);
  CHECK(linked.others.used({made.id}).value());
  CHECK(linked.only().last_used_at == first);
  linked.age("last_used_at", 1h);
  CHECK(linked.others.used({made.id}).value());
  CHECK(linked.only().last_used_at > *first);
  // A time ahead is of a clock that was set back.
  linked.age("last_used_at", -2h);
  CHECK(linked.shares.used({made.id}).value());
  CHECK(linked.only().last_used_at <= linked.told.now());
}

TEST_CASE("There are 10000 share links at most that live, also when several make them at once") {
  Linked linked;
  linked.told.execute(
      "INSERT INTO share(token_hash, kind, region, service, project, job_id, board, label, "
      "is_public, created_by, created_at, expires_at) "
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9998) "
      "SELECT 'x' || i, 'board', '', '', '', '', '', '', 0, '', 0, 9000000000000000 FROM n");
  std::atomic<int> made = 0;
  {
    std::vector<std::jthread> makers;
    for (int i = 0; i < 4; ++i) {
      makers.emplace_back([&, i] {
        const auto created = (i % 2 == 0 ? linked.shares : linked.others).create(job_share(i));
        if (created && created.value()) ++made;
      });
    }
  }
  CHECK(made == 2);
  CHECK(linked.ids().size() == kMostLiveShares);
  // One that ended makes room.
  const std::int64_t newest = linked.ids().front();
  CHECK(linked.shares.revoke(newest).value());
  linked.made(job_share(9));
  CHECK_FALSE(linked.shares.create(job_share(10)).value());
}

TEST_CASE("Share links that ended stay for 30 days, those that live as long as they do") {
  Linked linked;
  const Share live = linked.made(job_share(1, 366 * 24h));
  const Share revoked = linked.made(job_share(2, 366 * 24h));
  const Share expired = linked.made(job_share(3, 1h));
  CHECK(linked.shares.revoke(revoked.id).value());
  linked.age("revoked_at", 29 * 24h);
  linked.age("expires_at", 29 * 24h);
  linked.prune();
  CHECK(linked.ids() == std::vector{expired.id, revoked.id, live.id});
  linked.age("revoked_at", 25h);
  linked.age("expires_at", 26h);
  linked.prune();
  CHECK(linked.ids() == std::vector{live.id});
}

TEST_CASE("Of the share links that ended the newest are read, and no more are stored than live") {
  Linked linked;
  linked.told.execute(
      "INSERT INTO share(token_hash, kind, region, service, project, job_id, board, label, "
      "is_public, created_by, created_at, expires_at, revoked_at) "
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 11200) "
      "SELECT 'x' || i, 'board', '', '', '', '', '', '', 0, '', 0, 9000000000000000, "
      "9000000000000000 FROM n");
  const Share live = linked.made(job_share(1));
  CHECK(linked.ids().size() == kMostEndedShares + 1);
  CHECK(linked.ids().front() == live.id);
  linked.prune();
  CHECK(linked.told.select("SELECT CAST(count(*) AS text) FROM share") ==
        std::vector<std::string>{"10001"});
}

TEST_CASE("Share links of a database that is away say so") {
  StoreShares away([] { return std::shared_ptr<Store>(); }, "/data");
  const auto created = away.create(job_share(1));
  REQUIRE_FALSE(created);
  CHECK(created.failure().kind() == Failure::Kind::unavailable);
  CHECK(created.error().find("/data") != std::string::npos);
  CHECK_FALSE(away.all());
  CHECK_FALSE(away.changes());
  CHECK_FALSE(away.revoke(1));
  CHECK_FALSE(away.used({1}));
}

}  // namespace shares_test

// The links as they were read last, and what their tokens open: with a clock in the test's hands.
#include "gateway/sharing/share_book.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/sharing/share_access.h"
#include "gateway/sharing/share_token.h"
#include "support/home.h"
#include "support/until.h"
#include "unit/catch.h"
#include "unit/gateway/fake_archive.h"
#include "unit/gateway/running.h"

namespace share_book_test {

using namespace jobtree;
using namespace jobtree::gateway;
using namespace std::chrono_literals;
using jobtree::tests::until;

namespace {

const std::string kToken = "jts_" + std::string(43, 'A');
const std::string kOther = "jts_" + std::string(43, 'B');

/// A link's token is judged as a gateway would.
class Judged {
 public:
  explicit Judged(const std::string& tokens = "") {
    if (!tokens.empty()) write_tokens(tokens);
    access = std::make_unique<ShareAccess>(ShareAccess::Neighbours{
        .book = book, .tokens = this->tokens.get(), .own_ids = own_ids, .misses = misses});
  }

  void write_tokens(const std::string& lines) {
    const std::string file = home_.write("tokens", lines);
    if (!tokens) {
      tokens = Tokens::open(file, clock()).value();
      return;
    }
    pass(10s);
    CHECK(tokens->look().find("was loaded") != std::string::npos);
  }
  void pass(std::chrono::microseconds time) { *passed_ += time.count(); }

  ShareBook::Entry make(const std::string& token = kToken, std::chrono::seconds lasts = 1h,
                        std::optional<cloud::JobAddress> job = cloud::JobAddress("cn-north-4",
                                                                                 "eip", "-", "a")) {
    store::NewShare share{.thing = {.job = std::move(job), .board = {}},
                          .created_by = tokens ? "sharer" : "",
                          .lasts = lasts};
    share.digest = *digest_of_share_token(token);
    return book.create(share).value();
  }
  std::string outcome(const std::string& token = kToken) {
    const Verdict verdict = access->judge(token, "192.0.2.1");
    return verdict.holder ? "opens" : verdict.denial.outcome;
  }
  int status(const std::string& token = kToken) {
    return access->judge(token, "192.0.2.1").denial.problem.status;
  }

  Clock clock() {
    Clock clock = real_clock();
    clock.wall = [passed = passed_] {
      return std::chrono::time_point_cast<std::chrono::system_clock::duration>(
          std::chrono::system_clock::now() + std::chrono::microseconds(*passed));
    };
    clock.steady = [passed = passed_] {
      return std::chrono::time_point_cast<std::chrono::steady_clock::duration>(
          std::chrono::steady_clock::now() + std::chrono::microseconds(*passed));
    };
    return clock;
  }

 private:
  tests::Home home_;
  const std::shared_ptr<std::atomic<std::int64_t>> passed_ =  // microseconds
      std::make_shared<std::atomic<std::int64_t>>(0);
  const cloud::Catalogue catalogue_ = cloud::Catalogue::make().value();
  const std::unique_ptr<Executor> executor_ = std::move(make_executor({}).value());

 public:
  FakeCloud cloud;
  FakeArchive archive;
  OwnIds own_ids{catalogue_, cloud};
  MissLimiter misses;
  ShareBook book{archive, *executor_, clock()};
  std::shared_ptr<Tokens> tokens;
  std::unique_ptr<ShareAccess> access;
};

std::string line(const std::string& name, const std::string& project, bool can_share = true) {
  Holder holder{name, {project}, {}};
  holder.can_share = can_share;
  holder.can_see_people = true;
  return line_of(holder, "jt." + name) + "\n";
}

}  // namespace

TEST_CASE("A share link opens until the very moment at which it expires") {
  Judged judged;
  const auto share = judged.make(kToken, 1h);
  CHECK(judged.outcome() == "opens");
  const auto left = share->expires_at - judged.book.now();
  judged.pass(std::chrono::duration_cast<std::chrono::microseconds>(left) - 10s);
  CHECK(judged.outcome() == "opens");
  const auto holder = judged.access->judge(kToken, "192.0.2.1").holder;
  CHECK(judged.access->find_again(holder) == holder);
  judged.pass(10s);
  CHECK(judged.outcome() == "ended_share");
  CHECK(judged.status() == 410);
  CHECK(judged.access->find_again(holder) == nullptr);
  CHECK(judged.access->gone(*holder).problem.detail == "This share link has expired.");
  CHECK(share->is_live(share->expires_at - 1us));
  CHECK_FALSE(share->is_live(share->expires_at));
}

TEST_CASE("A share link that is revoked opens nothing from that moment on") {
  Judged judged;
  const auto share = judged.make();
  const auto holder = judged.access->judge(kToken, "192.0.2.1").holder;
  REQUIRE(holder);
  CHECK(judged.book.revoke(share->id).value());
  CHECK(judged.outcome() == "ended_share");
  CHECK(judged.access->find_again(holder) == nullptr);
  CHECK(judged.access->gone(*holder).problem.code == "jobtree.share_ended");
  CHECK(judged.access->gone(*holder).problem.detail == "This share link was revoked.");
}

TEST_CASE("A holder of a share link sees what was shared, and has no rights and no names") {
  Judged judged;
  judged.make();
  const auto holder = judged.access->judge(kToken, "192.0.2.1").holder;
  REQUIRE(holder);
  CHECK(holder->may_see({"cn-north-4", "eip", "-", "a"}));
  CHECK_FALSE(holder->may_see({"cn-north-4", "eip", "-", "b"}));
  CHECK_FALSE(holder->may_see({"cn-north-1", "eip", "-", "a"}));
  CHECK_FALSE(holder->may_see({"cn-north-4", "ecs", "-", "a"}));
  CHECK_FALSE(holder->can_follow);
  CHECK_FALSE(holder->can_share);
  CHECK_FALSE(holder->can_see_people);
  CHECK(holder->name == "share:1");
  judged.make(kOther, 1h, std::nullopt);
  CHECK_FALSE(
      judged.access->judge(kOther, "192.0.2.1").holder->may_see({"cn-north-4", "eip", "-", "a"}));
}

TEST_CASE("A share link ends with the token that made it, and shows no more than that may see") {
  Judged judged(line("sharer", "*") + line("x", "*"));
  judged.make();
  CHECK(judged.outcome() == "opens");
  const auto holder = judged.access->judge(kToken, "192.0.2.1").holder;
  CHECK_FALSE(holder->can_see_people);

  judged.write_tokens(line("x", "*"));
  CHECK(judged.outcome() == "ended_share");
  CHECK(judged.access->find_again(holder) == nullptr);
  // Of the same name, but for other projects; without the right; past its last day.
  judged.write_tokens(line("sharer", "0605767cc80010f42f1ec00bc0e6b7a8"));
  CHECK(judged.outcome() == "ended_share");
  judged.write_tokens(line("sharer", "-", false));
  CHECK(judged.outcome() == "ended_share");
  Holder ended{"sharer", {"-"}, {}, std::chrono::sys_days(std::chrono::days(1))};
  ended.can_share = true;
  judged.write_tokens(line_of(ended, "jt.sharer") + "\n" + line("x", "*"));
  CHECK(judged.outcome() == "ended_share");
  CHECK(judged.access->gone(*holder).problem.detail.find("can no longer share") !=
        std::string::npos);
  // Another token in its place stands for what it left behind.
  judged.write_tokens(line("sharer", "-"));
  CHECK(judged.outcome() == "opens");
  const auto again = judged.access->find_again(holder);
  REQUIRE(again);
  CHECK(again != holder);
  CHECK(judged.access->find_again(again) == again);
}

TEST_CASE("A shared board is cut to what its maker may see now") {
  Judged judged(line("sharer", "-"));
  judged.make(kToken, 1h, std::nullopt);
  CHECK(judged.access->judge(kToken, "192.0.2.1").holder->projects ==
        std::vector<std::string>{"-"});
  Holder narrow{"sharer", {"*"}, {"ecs"}};
  narrow.can_share = true;
  judged.write_tokens(line_of(narrow, "jt.sharer") + "\n");
  const auto holder = judged.access->judge(kToken, "192.0.2.1").holder;
  CHECK(holder->projects == std::vector<std::string>{"*"});
  CHECK(holder->services == std::vector<std::string>{"ecs"});
}

TEST_CASE("The key's own project is one job under either of its names, for who made the link too") {
  Judged judged(line("sharer", "-"));
  judged.cloud.own = "0605767cc80010f42f1ec00bc0e6b7a8";
  judged.make(kToken, 1h, cloud::JobAddress("cn-north-4", "eip", judged.cloud.own, "a"));
  CHECK(judged.outcome() == "opens");
  judged.make(kOther, 1h, cloud::JobAddress("cn-north-4", "eip", std::string(32, '1'), "a"));
  CHECK(judged.outcome(kOther) == "ended_share");
}

TEST_CASE("What was shared without tokens shows nothing once there are, and the other way round") {
  Judged without;
  without.make();
  CHECK(without.outcome() == "opens");
  Judged with(line("sharer", "*"));
  const auto made = with.make();
  CHECK(with.outcome() == "opens");
  const ShareAccess with_none(
      {.book = with.book, .tokens = nullptr, .own_ids = with.own_ids, .misses = with.misses});
  CHECK(with_none.shown(*made).state == ShareState::orphaned);
  const ShareAccess with_some({.book = without.book,
                               .tokens = with.tokens.get(),
                               .own_ids = with.own_ids,
                               .misses = with.misses});
  CHECK(with_some.shown(*without.book.find(1)).state == ShareState::orphaned);
  CHECK(with_some.shown(*without.book.find(1)).holder == nullptr);
}

TEST_CASE("Who guesses tokens of share links has to wait, and nobody else has to") {
  Judged judged;
  judged.make();
  for (int i = 0; i < 60; ++i)
    CHECK(judged.outcome(kOther) == "bad_token");
  const Verdict verdict = judged.access->judge(kOther, "192.0.2.1");
  CHECK(verdict.denial.outcome == "too_many_unknown");
  CHECK(verdict.denial.problem.status == 429);
  CHECK(verdict.denial.problem.retry_after > 0s);
  CHECK(judged.access->judge(kOther, "192.0.2.2").denial.outcome == "bad_token");
  CHECK(judged.outcome(kToken) == "opens");
  CHECK(judged.access->is_too_many("192.0.2.1"));
  CHECK_FALSE(judged.access->is_too_many("192.0.2.3"));
}

TEST_CASE("What another replica makes or revokes is known within seconds, and read only then") {
  Judged judged;
  store::NewShare share{.thing = {.job = std::nullopt, .board = "status=failed"}, .lasts = 1h};
  share.digest = *digest_of_share_token(kToken);
  const auto made = judged.archive.shares().create(share).value();
  REQUIRE(until([&] { return judged.book.find(share.digest) != nullptr; }));
  const int reads = judged.archive.shares().reads();
  CHECK(judged.archive.shares().revoke(made->id));
  REQUIRE(until([&] { return judged.book.find(made->id)->revoked_at.has_value(); }));
  CHECK(judged.archive.shares().reads() == reads + 1);
  const int looks = judged.archive.shares().looks();
  REQUIRE(until([&] { return judged.archive.shares().looks() > looks; }));
  CHECK(judged.archive.shares().reads() == reads + 1);
}

TEST_CASE("While the database is away links stay as they are, and none is made or revoked") {
  Judged judged;
  const auto share = judged.make();
  judged.archive.shares().is_away = true;
  judged.book.look();
  CHECK(judged.outcome() == "opens");
  CHECK_FALSE(judged.book.revoke(share->id));
  CHECK(judged.outcome() == "opens");
  store::NewShare another{};
  CHECK_FALSE(judged.book.create(another));
}

TEST_CASE("Before links could be read nobody is told that there is none") {
  FakeArchive archive;
  archive.shares().is_away = true;
  const auto executor = std::move(make_executor({}).value());
  ShareBook book(archive, *executor, real_clock());
  FakeCloud cloud;
  const cloud::Catalogue catalogue = cloud::Catalogue::make().value();
  OwnIds own_ids{catalogue, cloud};
  MissLimiter misses;
  ShareAccess access({.book = book, .tokens = nullptr, .own_ids = own_ids, .misses = misses});
  CHECK_FALSE(book.is_read());
  for (int i = 0; i < 70; ++i)
    CHECK(access.judge(kToken, "192.0.2.1").denial.problem.status == 503);
  archive.shares().is_away = false;
  book.look();
  CHECK(access.judge(kToken, "192.0.2.1").denial.problem.status == 401);

  FakeArchive off;
  off.now = {};
  const ShareBook none(off, *executor, real_clock());
  CHECK(none.is_read());
}

TEST_CASE("When a link was used last is stored later, and once an hour") {
  Judged judged;
  const auto share = judged.make();
  CHECK(judged.outcome() == "opens");
  CHECK(judged.outcome() == "opens");
  judged.book.look();
  judged.book.look();
  CHECK(judged.archive.shares().used_so_far().size() == 1);
  CHECK(judged.outcome() == "opens");
  judged.book.look();
  CHECK(judged.archive.shares().used_so_far().size() == 1);
  CHECK(judged.book.find(share->id)->last_used_at);
  judged.pass(59min);
  CHECK(judged.outcome() == "opens");
  judged.book.look();
  CHECK(judged.archive.shares().used_so_far().size() == 1);
}

}  // namespace share_book_test

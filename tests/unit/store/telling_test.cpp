// What people are told of, in every kind of database: each thing that happens once, stored with the
// change it follows from, whatever is killed in between.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "store/outbox/entry_writing.h"
#include "store/outbox/news.h"
#include "store/sighting.h"
#include "support/until.h"
#include "unit/catch.h"
#include "unit/store/told.h"

namespace telling_test {

using namespace jobtree;
using namespace jobtree::store;
using namespace jobtree::testing;
using namespace std::chrono_literals;
using Texts = std::vector<std::string>;
namespace fs = std::filesystem;

namespace {

constexpr int kDay = 24 * 3600;

/// A batch whose one part fails for this reason, seen as soon as it has.
Observation failing(const std::string& id, int seconds, const std::string& code = "VPC.0532",
                    const std::string& project = kProject) {
  Part job = batch_named(id, "FAIL", {"FAIL"});
  job.parts[0].code = code;
  job.parts[0].reason = "No " + code;
  std::string body = document(job);
  const std::string_view end = "2026-11-24T12:00:02.500Z";
  for (std::size_t at = body.find(end); at != std::string::npos; at = body.find(end, at + 1))
    body.replace(at, end.size(), text_of(seen_after(seconds)));
  return {.address = address_of(id, "eip", project),
          .body = std::make_shared<const std::string>(std::move(body)),
          .at = seen_after(seconds)};
}

/// Without the jobs' own.
Texts failures_told(Told& told) {
  Texts said = told.said();
  std::erase(said, "settled");
  return said;
}

void stuck(Told& told, const std::string& id, int seconds) {
  const auto done = told->in_session([&](SqlSession& session) {
    return tell_stuck(session, told.herald.get(), address_of(id), seen_after(seconds));
  });
  if (!done) FAIL(done.error().message);
}

}  // namespace

TEST_CASE("What happens to a job is what tells two looks at it apart") {
  JobRecord job;
  const auto happened = [](const JobRecord* before, const JobRecord& now) {
    Texts names;
    for (const Happening happening : happenings_between(before, now, seen_after(9)).list)
      names.push_back(testing::name_of(happening));
    return names;
  };
  const auto with = [&job](Status status, std::uint32_t failed = 0) {
    JobRecord record = job;
    record.status = status;
    record.counts[static_cast<std::size_t>(Status::failed)] = failed;
    record.begun_at = seen_after(0);
    if (has_ended(status)) record.ended_at = seen_after(5);
    return record;
  };
  const JobRecord waiting = with(Status::waiting);
  const JobRecord running = with(Status::running);
  const JobRecord failing = with(Status::running, 1);
  const JobRecord failed = with(Status::failed, 2);
  CHECK(happened(nullptr, waiting).empty());
  CHECK(happened(nullptr, running) == Texts{"begun"});
  CHECK(happened(nullptr, failing) == Texts{"begun", "first_failure"});
  CHECK(happened(nullptr, failed) == Texts{"settled"});
  CHECK(happened(&waiting, running) == Texts{"begun"});
  CHECK(happened(&running, running).empty());
  CHECK(happened(&running, failing) == Texts{"first_failure"});
  CHECK(happened(&failing, with(Status::running, 3)).empty());
  CHECK(happened(&failing, failed) == Texts{"settled"});
  CHECK(happened(&failed, failed).empty());
  // What was said to have failed, and has not.
  CHECK(happened(&failed, with(Status::succeeded)) == Texts{"settled"});
  // An id that is used again.
  JobRecord second = failed;
  second.begun_at = seen_after(7);
  second.ended_at = seen_after(8);
  CHECK(happened(&failed, second) == Texts{"settled"});
  second.status = Status::running;
  second.ended_at.reset();
  CHECK(happened(&failed, second) == Texts{"begun", "first_failure"});
}

TEST_CASE("Each thing that happens to a job is told once, with the change it follows from") {
  Told told({"ops", "dev"});
  const Known first = told.write(batch_named("a", "RUNNING", {"RUNNING", "RUNNING"}));
  const Known second = told.write(batch_named("a", "RUNNING", {"FAIL", "RUNNING"}), 3, &first);
  const Known third = told.write(batch_named("a", "RUNNING", {"FAIL", "SUCCESS"}), 6, &second);
  told.write(batch_named("a", "FAIL", {"FAIL", "SUCCESS"}), 9, &third);
  CHECK(told.said() == Texts{"begun", "begun", "first_failure", "first_failure", "failure_new",
                             "failure_new", "settled", "settled"});
  const auto news = told.herald->told();
  REQUIRE(news.size() == 4);
  CHECK_FALSE(news[0].seen_before);
  CHECK(news[3].seen_before == seen_after(6));
  CHECK(news[3].observed_at == seen_after(9));
  CHECK(news[3].job.status == Status::failed);
}

TEST_CASE("Without a herald nothing is made") {
  Told told(Texts{});
  const Known first = told.write(batch_named("a", "RUNNING", {"RUNNING"}));
  told.write(batch_named("a", "FAIL", {"FAIL"}), 3, &first);
  told.write(batch_named("b", "RUNNING", {"RUNNING"}));
  CHECK(told->forget(address_of("b"), seen_after(9)).value());
  CHECK(told.events().empty());
}

TEST_CASE("A change that another replica has stored already tells nothing again") {
  Told told;
  const Known first = told.write(batch_named("a", "RUNNING", {"RUNNING"}));
  Known after;
  const auto change =
      change_between(&first, observation_of(batch_named("a", "FAIL", {"FAIL"}), 3), after);
  REQUIRE(change);
  REQUIRE(told.other().write(*change));
  const Texts events = told.events();
  CHECK(events.size() == 3);
  const auto again = told->write(*change);
  REQUIRE_FALSE(again);
  CHECK(again.error().kind == StoreError::Kind::conflict);
  CHECK(told.events() == events);
}

TEST_CASE("A failure is told when it is new, and when it is back after a week without it") {
  Told told;
  told.write(failing("a", 0));
  told.write(failing("b", 60));
  CHECK(failures_told(told) == Texts{"failure_new"});
  // For who is told, it is the same failure in every project.
  const std::string other(32, 'f');
  told.write(failing("c", 120, "VPC.0532", other));
  told.write(failing("d", 6 * kDay));
  CHECK(failures_told(told) == Texts{"failure_new"});
  told.write(failing("e", 14 * kDay));
  told.write(failing("f", 14 * kDay + 5, "VPC.0532", other));
  CHECK(failures_told(told) == Texts{"failure_new", "failure_back"});
  const auto news = told.herald->told();
  CHECK(std::ranges::count_if(news, [](const PlainHerald::Told& one) {
          return one.silent_since == seen_after(6 * kDay);
        }) == 1);
  told.write(failing("g", 30 * kDay));
  CHECK(failures_told(told) == Texts{"failure_new", "failure_back", "failure_back"});
}

TEST_CASE("A failure that is muted is not told, nor one that came long before it was seen") {
  Told told;
  told.write(failing("a", 0));
  const auto page = told->failure_groups({.now = seen_after(1)});
  REQUIRE(page);
  REQUIRE(page.value().failures.size() == 1);
  const FailureMute mute{.until = seen_after(20 * kDay), .note = "", .by = "", .at = seen_after(1)};
  REQUIRE(told->mute({.service = "eip", .name = page.value().failures[0].name, .mute = mute}));
  told.write(failing("b", 10 * kDay));
  CHECK(failures_told(told) == Texts{"failure_new"});
  told.write(failing("c", 21 * kDay));
  CHECK(failures_told(told) == Texts{"failure_new", "failure_back"});
  Observation late = failing("d", 0, "Evs.0001");
  late.at = seen_after(30 * kDay);
  told.write(late);
  CHECK(failures_told(told).size() == 2);
  CHECK(told.said().back() == "settled");
}

TEST_CASE("A job that is lost is told once, as one of which nobody knows how it ended") {
  Told told;
  told.write(batch_named("a", "RUNNING", {"RUNNING"}));
  told.write(batch_named("b", "SUCCESS", {"SUCCESS"}));
  CHECK(told->forget(address_of("a"), seen_after(9)).value());
  CHECK_FALSE(told.other().forget(address_of("a"), seen_after(10)).value());
  CHECK(told->forget(address_of("b"), seen_after(9)).value());
  CHECK_FALSE(told->forget(address_of("never seen"), seen_after(9)).value());
  CHECK(told.said() == Texts{"begun", "settled", "settled"});
  CHECK(told.events().back().find(address_of("a").key() + "|settled|unknown") == 0);
  CHECK(told.herald->told().back().job.is_lost());
  CHECK(told.herald->told().back().seen_before == seen_after(0));
}

TEST_CASE("A job that is stuck is told once, and not when it has ended or is lost") {
  Told told;
  const Known first = told.write(batch_named("a", "RUNNING", {"RUNNING"}));
  told.write(batch_named("lost", "RUNNING", {"RUNNING"}), 1);
  REQUIRE(told->forget(address_of("lost"), seen_after(2)));
  told.execute("DELETE FROM outbox");
  stuck(told, "a", 60);
  stuck(told, "a", 120);
  stuck(told, "lost", 120);
  stuck(told, "never seen", 120);
  CHECK(told.said() == Texts{"stuck"});
  told.write(batch_named("a", "SUCCESS", {"SUCCESS"}), 180, &first);
  told.execute("DELETE FROM outbox");
  stuck(told, "a", 240);
  CHECK(told.events().empty());
}

TEST_CASE("What one of the cloud's records tells of a job is told too, and once") {
  Told told;
  Sighting sighting{.address = address_of("a"),
                    .type = "createBatch",
                    .status = Status::running,
                    .status_text = "RUNNING",
                    .begun_at = seen_after(0),
                    .at = seen_after(1)};
  const JobRecord found = record_of(sighting, seen_after(30));
  REQUIRE(told->put_finding(found, happenings_between(nullptr, found, seen_after(30))));
  CHECK(told.said() == Texts{"begun"});
  JobRecord ended = found;
  sighting.status = Status::failed;
  sighting.ended_at = seen_after(2);
  sighting.at = seen_after(3);
  REQUIRE(add(sighting, seen_after(40), ended));
  const Happenings happenings = happenings_between(&found, ended, seen_after(40));
  REQUIRE(told->put_finding(ended, happenings));
  // Two replicas that read the same records.
  REQUIRE(told.other().put_finding(ended, happenings));
  CHECK(told.said() == Texts{"begun", "settled"});
  CHECK(told.herald->told().back().observed_at == seen_after(40));
}

TEST_CASE("An archive tells what it observes, what is stuck and what is put, and has an outbox") {
  const tests::Home home;
  const auto herald = std::make_shared<PlainHerald>(Texts{"ops"});
  auto opened =
      open_archive({.folder = home.path() + "/data", .herald = herald, .clock = real_clock()});
  REQUIRE(opened);
  Archive& archive = *opened.value();
  archive.observed(observation_of(batch("RUNNING", {"RUNNING"})));
  archive.stuck(address_of("root"), seen_after(60));
  archive.stuck(address_of("root"), seen_after(70));
  archive.flush(std::chrono::steady_clock::now() + 10s);
  CHECK(archive.outbox()
            .put({{.channel = "ops", .event_id = "try", .dedupe = "try", .payload = "{}"}})
            .value() == 1);
  const auto pending = archive.outbox().pending("ops", 10);
  REQUIRE(pending);
  Texts said;
  for (const PendingEntry& entry : pending.value())
    said.push_back(entry.payload);
  CHECK(said == Texts{R"({"said":"begun"})", R"({"said":"stuck"})", "{}"});
  CHECK_FALSE(no_archive()->outbox().claim({.channel = "ops"}));
}

TEST_CASE("Of a change that two replicas see at once one tells") {
  tests::PostgresServer* const server = tests::PostgresServer::get();
  if (server == nullptr) return;
  const std::string url = server->new_database();
  const auto herald = std::make_shared<PlainHerald>(Texts{"ops", "dev"});
  const auto archive = [&] {
    auto opened =
        open_archive({.folder = "", .database = url, .herald = herald, .clock = real_clock()});
    REQUIRE(opened);
    return std::move(opened.value());
  };
  const auto one = archive();
  const auto other = archive();
  constexpr int kJobs = 10;
  for (int job = 0; job < kJobs; ++job) {
    const std::string id = "j" + std::to_string(job);
    int seconds = job;
    for (const char* status : {"RUNNING", "FAIL"}) {
      for (Archive* const each : {one.get(), other.get()})
        each->observed(observation_of(batch_named(id, status, {status}), seconds));
      ++seconds;
    }
    for (Archive* const each : {one.get(), other.get()})
      each->forgotten(address_of(id), seen_after(60));
  }
  for (Archive* const each : {one.get(), other.get()}) {
    each->flush(std::chrono::steady_clock::now() + 10s);
    CHECK(each->state().dropped == 0);
  }
  const auto pending = one->outbox().pending("ops", 100);
  REQUIRE(pending);
  // Each job's two, and the failure that all of them have.
  CHECK(pending.value().size() == 2 * kJobs + 1);
  CHECK(other->outbox().pending("dev", 100).value().size() == 2 * kJobs + 1);
}

namespace {

std::unique_ptr<SqliteStore> open_told(const std::string& folder) {
  std::vector<Bilingual> notices;
  auto opened =
      SqliteStore::open(folder, real_clock(), notices, std::make_shared<PlainHerald>(Texts{"ops"}));
  return opened ? std::move(opened.value()) : nullptr;
}

constexpr OutboxRate kFast{.per_minute = 6'000'000, .burst = 1000};

/// The robot at the other end: a line for each message that arrives.
bool deliver(int robot, const ClaimedEntry& entry) {
  const std::string line = entry.event_id + (entry.may_have_arrived ? " again\n" : "\n");
  return ::write(robot, line.data(), line.size()) == static_cast<ssize_t>(line.size());
}

/// Sends all there is; `holder` is another in each process.
bool send_all(Outbox& outbox, int robot, const std::string& holder) {
  for (;;) {
    const auto claiming =
        outbox.claim({.channel = "ops", .holder = holder, .lease = 50ms, .rate = kFast});
    if (!claiming) return false;
    if (claiming.value().kind == Claiming::Kind::nothing) return true;
    if (claiming.value().kind != Claiming::Kind::claimed) continue;
    if (!deliver(robot, *claiming.value().entry)) return false;
    const auto closed = outbox.close(claiming.value().entry->claim, {.kind = Closing::Kind::sent});
    if (!closed || !closed.value()) return false;
  }
}

/// Job after job runs and fails, and all of it is told, until the process is killed.
[[noreturn]] void tell_for_ever(const std::string& folder, int turn, int robot) {
  const std::shared_ptr<Store> store = open_told(folder);
  if (!store) ::_exit(1);
  StoreOutbox outbox([store] { return store; }, "");
  for (int job = 0;; ++job) {
    const std::string id = "j" + std::to_string(turn) + "-" + std::to_string(job);
    Known known;
    Known after;
    const auto begun = change_between(
        nullptr, observation_of(batch_named(id, "RUNNING", {"RUNNING"}), job), known);
    if (!begun || !store->write(*begun)) ::_exit(1);
    const auto ended =
        change_between(&known, observation_of(batch_named(id, "FAIL", {"FAIL"}), job + 1), after);
    if (!ended || !store->write(*ended)) ::_exit(1);
    if (!send_all(outbox, robot, std::to_string(turn))) ::_exit(1);
  }
}

}  // namespace

TEST_CASE("Whatever is killed, what is stored is told, and at most one message a kill twice") {
  const tests::Home home;
  std::mt19937 chance(19);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same each time
  const std::string robot = home.path() + "/robot";
  const int line = ::open(robot.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  REQUIRE(line >= 0);
  constexpr int kKills = 8;
  for (int turn = 0; turn < kKills; ++turn) {
    const pid_t child = ::fork();
    if (child == 0) tell_for_ever(home.path() + "/data", turn, line);
    const auto before = fs::file_size(robot);
    CHECK(tests::until([&] { return fs::file_size(robot) > before; }));
    ::usleep(chance() % 30'000);  // somewhere between two steps
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    REQUIRE(WIFSIGNALED(status));
  }
  const std::shared_ptr<Store> store = open_told(home.path() + "/data");
  REQUIRE(store);
  StoreOutbox outbox([store] { return store; }, "");
  REQUIRE(send_all(outbox, line, "the last"));
  ::close(line);

  std::map<std::string, int> arrived;
  int again = 0;
  std::ifstream lines(robot);
  for (std::string said; std::getline(lines, said);) {
    const std::size_t mark = said.find(" again");
    if (mark != std::string::npos) ++again;
    ++arrived[said.substr(0, mark)];
  }
  // All of each job that is stored, and nothing else.
  std::size_t wanted = 0;
  const auto page = store->board({.limit = kMostOnPage});
  REQUIRE(page);
  for (const JobRecord& job : page.value().jobs) {
    const std::string key = job.address.key();
    const auto count = std::ranges::count_if(
        arrived, [&key](const auto& event) { return event.first.find(key + "|") == 0; });
    CHECK(count == (job.is_final ? 2 : 1));
    wanted += static_cast<std::size_t>(count);
  }
  CHECK(wanted > 0);
  if (page.value().next.empty()) CHECK(arrived.size() == wanted + 1);  // the failure, new once
  const auto twice =
      std::ranges::count_if(arrived, [](const auto& event) { return event.second > 1; });
  CHECK(twice <= again);
  CHECK(again <= kKills);
}

}  // namespace telling_test

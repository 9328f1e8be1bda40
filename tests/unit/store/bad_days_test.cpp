// What is stored survives a kill at any moment: a real process, killed or stopped while it writes.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "store/sqlite/schema.h"
#include "store/sqlite/sqlite_store.h"
#include "support/home.h"
#include "unit/catch.h"
#include "unit/store/observations.h"

namespace bad_days_test {

using namespace jobtree;
using namespace jobtree::store;
using namespace jobtree::testing;
namespace fs = std::filesystem;

namespace {

constexpr int kJobs = 3;
constexpr int kParts = 150;

/// How many parts have failed in the n-th version of a job.
int failing_in(int version) {
  return version % kParts / 2;
}

/// What a job looks like in its n-th version.
Part version_of(int job, int version) {
  std::vector<std::string> statuses(kParts, "RUNNING");
  std::fill_n(statuses.begin(), version % kParts, "SUCCESS");
  std::fill_n(statuses.begin(), failing_in(version), "FAIL");
  return batch_named("j" + std::to_string(job), "RUNNING", statuses);
}

std::unique_ptr<SqliteStore> open(const std::string& folder) {
  std::vector<Bilingual> notices;
  auto store = SqliteStore::open(folder, real_clock(), notices);
  REQUIRE(store);
  for (const Bilingual& notice : notices)
    FAIL(notice.en);
  return std::move(store.value());
}

/// Writes one version after the other, and says so, until it is killed.
[[noreturn]] void write_for_ever(const std::string& folder, int pipe) {
  std::vector<Bilingual> notices;
  auto store = SqliteStore::open(folder, real_clock(), notices);
  if (!store) ::_exit(1);
  std::map<int, Known> known;
  for (int version = 1;; ++version) {
    for (int job = 0; job < kJobs; ++job) {
      const auto before = known.find(job);
      Known after;
      const auto change = change_between(before == known.end() ? nullptr : &before->second,
                                         observation_of(version_of(job, version), version), after);
      if (!change || !store.value()->write(*change)) ::_exit(1);
      known[job] = std::move(after);
    }
    const char said = 'x';
    if (::write(pipe, &said, 1) != 1) ::_exit(1);
  }
}

/// A process that writes, and how many rounds it said it had stored.
class Writer {
 public:
  explicit Writer(const std::string& folder) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    process_ = ::fork();
    if (process_ == 0) {
      ::close(ends[0]);
      write_for_ever(folder, ends[1]);
    }
    ::close(ends[1]);
    pipe_ = ends[0];
  }
  ~Writer() {
    kill();
    ::close(pipe_);
  }
  /// Waits for so many rounds more.
  void await(int rounds) {
    char said = 0;
    for (int i = 0; i < rounds && ::read(pipe_, &said, 1) == 1; ++i)
      ++rounds_;
  }
  void stop() {
    ::kill(process_, SIGSTOP);
    int status = 0;
    ::waitpid(process_, &status, WUNTRACED);
  }
  void go_on() { ::kill(process_, SIGCONT); }
  void kill() {
    if (process_ < 0) return;
    ::kill(process_, SIGKILL);
    int status = 0;
    ::waitpid(process_, &status, 0);
    process_ = -1;
    char said = 0;
    while (::read(pipe_, &said, 1) == 1)
      ++rounds_;
  }
  int rounds() const { return rounds_; }

 private:
  pid_t process_ = -1;
  int pipe_ = -1;
  int rounds_ = 0;
};

/// Every job has its versions without a gap, each with its body, its events and its failures, once.
void check_whole(const std::string& folder, int at_least) {
  const auto store = open(folder);
  int failures = 0;
  for (int job = 0; job < kJobs; ++job) {
    const auto address = address_of("j" + std::to_string(job));
    const auto record = store->job(address);
    REQUIRE(record);
    const std::int64_t last = record.value() ? record.value()->version : 0;
    CHECK(last >= at_least);
    CHECK(last <= at_least + 1);
    const auto versions = store->versions(address);
    CHECK(static_cast<std::int64_t>(versions.value().size()) == last);
    for (std::int64_t version = 1; version <= last; ++version) {
      const int number = static_cast<int>(version);
      failures += std::max(failing_in(number) - failing_in(number - 1), 0);
      const auto body = store->body(address, version);
      REQUIRE(body);
      REQUIRE(body.value());
      CHECK(body.value()->body == document(version_of(job, static_cast<int>(version))));
    }
    const auto events = store->events(address, "", 1'000'000, false);
    std::int64_t versions_with_events = 0;
    std::int64_t before = 0;
    for (const auto& event : nlohmann::json::parse("[" + events.value().json + "]")) {
      const auto version = event["version"].get<std::int64_t>();
      if (version != before) ++versions_with_events;
      before = version;
    }
    CHECK(versions_with_events == last);
  }
  // Over all jobs each failure is counted once.
  const auto page = store->failure_groups({.now = seen_after(1)});
  REQUIRE(page);
  std::uint64_t counted = 0;
  for (const FailureRecord& failure : page.value().failures)
    counted += failure.count;
  CHECK(counted == static_cast<std::uint64_t>(failures));
}

}  // namespace

TEST_CASE("Of a process that is killed while it writes, all that it said it had stored is there") {
  std::mt19937 chance(17);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same each time
  for (int turn = 0; turn < 6; ++turn) {
    const tests::Home home;
    Writer writer(home.path());
    writer.await(1 + static_cast<int>(chance() % 4));
    ::usleep(chance() % 12'000);  // somewhere between two steps of a change
    writer.kill();
    check_whole(home.path(), writer.rounds());
  }
}

TEST_CASE("The files as they are at any moment, as after a loss of power, open whole") {
  const tests::Home home;
  const tests::Home copies;
  std::mt19937 chance(18);  // NOLINT(cert-msc32-c,cert-msc51-cpp)
  Writer writer(home.path());
  for (int turn = 0; turn < 6; ++turn) {
    writer.await(1 + static_cast<int>(chance() % 3));
    ::usleep(chance() % 12'000);
    writer.stop();
    const std::string copy = copies.path() + "/" + std::to_string(turn);
    fs::create_directories(copy);
    for (const char* end : {"", "-wal"}) {  // the third is only memory that processes share
      const std::string name = std::string("/jobtree.db") + end;
      if (fs::exists(home.path() + name)) fs::copy_file(home.path() + name, copy + name);
    }
    const int said = writer.rounds();
    writer.go_on();
    const auto store = open(copy);
    for (int job = 0; job < kJobs; ++job) {
      const auto address = address_of("j" + std::to_string(job));
      const auto record = store->job(address);
      REQUIRE(record.value());
      CHECK(record.value()->version >= said);
      const auto body = store->body(address, 0);
      REQUIRE(body.value());
      CHECK(body.value()->body ==
            document(version_of(job, static_cast<int>(record.value()->version))));
    }
  }
}

TEST_CASE(
    "When the disk is full the change is not stored, what was stored is, and later it goes on") {
  const tests::Home home;
  std::optional<Known> known;
  {
    const auto store = open(home.path());
    Known after;
    const auto change = change_between(nullptr, observation_of(version_of(0, 1)), after);
    REQUIRE(store->write(*change));
    known = std::move(after);
  }
  const Observation large =
      observation_of(batch_named("j0", "RUNNING", std::vector<std::string>(20'000, "RUNNING")), 3);
  Known after;
  const auto change = change_between(&*known, large, after);
  {
    // A limit of the file's own does what a full disk does.
    std::vector<Bilingual> notices;
    auto file = StoreFile::open(home.path(), std::vector<SchemaStep>(std::size(kSchemaSteps), {""}),
                                real_clock());
    REQUIRE(file);
    const auto pages = file.value().writer().number("PRAGMA page_count");
    const std::string limit = "PRAGMA max_page_count=" + std::to_string(pages.value() + 2);
    REQUIRE(file.value().writer().execute(limit.c_str()));
    auto statement = file.value().writer().prepare(
        "INSERT INTO version VALUES(1, 99, 0, 1, 0, '', "
        "zeroblob(1000000))");
    REQUIRE(statement);
    const auto done = statement.value().run();
    REQUIRE_FALSE(done);
    CHECK(done.error().kind == StoreError::Kind::full);
    CHECK_FALSE(file.value().writer().in_transaction());
  }
  const auto store = open(home.path());
  CHECK(store->job(address_of("j0")).value()->version == 1);
  REQUIRE(store->write(*change));
  CHECK(store->body(address_of("j0"), 0).value()->body == *large.body);
}

}  // namespace bad_days_test

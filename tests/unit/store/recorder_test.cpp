// The archive: nobody who observes waits, and bad days pass.
#include "store/recording/recorder.h"

#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <string>
#include <vector>

#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/store_file.h"
#include "support/home.h"
#include "support/until.h"
#include "unit/catch.h"
#include "unit/store/observations.h"

namespace recorder_test {

using namespace jobtree;
using namespace jobtree::store;
using namespace jobtree::testing;
using namespace std::chrono_literals;

namespace {

/// A real store that fails when a test says so.
class Faulty final : public Store {
 public:
  struct Faults {
    std::mutex mutex;
    std::optional<StoreError> write;  ///< what writing says from now on
    std::atomic<int> opened = 0;
    std::atomic<bool> is_slow = false;
    std::atomic<int> writes = 0;

    void set(std::optional<StoreError> error) {
      const std::lock_guard lock(mutex);
      write = std::move(error);
    }
    std::optional<StoreError> get() {
      const std::lock_guard lock(mutex);
      return write;
    }
  };
  Faulty(std::unique_ptr<Store> real, Faults& faults) : real_(std::move(real)), faults_(faults) {}

  Outcome<Done> write(const Change& change) override {
    ++faults_.writes;
    while (faults_.is_slow)
      std::this_thread::sleep_for(1ms);
    if (const auto error = faults_.get()) return *error;
    return real_->write(change);
  }
  Outcome<Done> confirm(const std::vector<std::pair<cloud::JobAddress, Time>>& seen) override {
    return real_->confirm(seen);
  }
  Outcome<Done> put_finding(const JobRecord& record, const Happenings& happenings) override {
    return real_->put_finding(record, happenings);
  }
  Outcome<Done> set_read_until(const ReadUntil& read) override {
    return real_->set_read_until(read);
  }
  Outcome<std::optional<Time>> read_until(std::string_view name) override {
    return real_->read_until(name);
  }
  Outcome<bool> forget(const cloud::JobAddress& address, Time at) override {
    return real_->forget(address, at);
  }
  Outcome<Done> mark(const cloud::JobAddress& address, const Marks& marks, Time at) override {
    if (const auto error = faults_.get()) return *error;
    return real_->mark(address, marks, at);
  }
  Outcome<Done> mute(const Muting& muting) override {
    if (const auto error = faults_.get()) return *error;
    return real_->mute(muting);
  }
  Outcome<bool> prune(const Retention& retention, Time now) override {
    return real_->prune(retention, now);
  }
  Outcome<Done> in_session(const std::function<Outcome<Done>(SqlSession&)>& use) override {
    return real_->in_session(use);
  }
  Outcome<BoardPage> board(const BoardQuery& query) override { return real_->board(query); }
  Outcome<std::optional<JobRecord>> job(const cloud::JobAddress& address) override {
    return real_->job(address);
  }
  Outcome<EventsPage> events(const cloud::JobAddress& address, std::string_view cursor,
                             std::size_t limit, bool newest_first) override {
    return real_->events(address, cursor, limit, newest_first);
  }
  Outcome<std::vector<VersionRecord>> versions(const cloud::JobAddress& address) override {
    return real_->versions(address);
  }
  Outcome<std::optional<BodyRead>> body(const cloud::JobAddress& address,
                                        std::int64_t version) override {
    return real_->body(address, version);
  }
  Outcome<std::vector<double>> durations(std::string_view service, std::string_view type,
                                         int size_class) override {
    return real_->durations(service, type, size_class);
  }
  Outcome<std::vector<JobRecord>> unfinished(std::size_t limit) override {
    return real_->unfinished(limit);
  }
  Outcome<FailurePage> failure_groups(const FailureQuery& query) override {
    return real_->failure_groups(query);
  }
  std::uint64_t bytes() override { return real_->bytes(); }

 private:
  std::unique_ptr<Store> real_;
  Faults& faults_;
};

/// A recorder on a real file, that tries again within milliseconds.
class Recording {
 public:
  explicit Recording(std::size_t most_bytes = std::size_t{1} << 20) {
    Recorder::Options options;
    options.open = [this](Recorder::Notices& notices) { return open(notices); };
    options.place = folder();
    options.clock = real_clock();
    options.first_pause = 5ms;
    options.most_bytes = most_bytes;
    options.log = [this](const LogEntry& entry) {
      const std::lock_guard lock(mutex_);
      log_.push_back(entry.message);
    };
    Recorder::Notices notices;
    auto store = open(notices);
    Bilingual trouble;
    if (!store) trouble = store.failure().text();
    recorder_ = std::make_unique<Recorder>(std::move(options),
                                           store ? std::move(store.value()) : nullptr, trouble);
  }
  ~Recording() { faults.is_slow = false; }

  Recorder* operator->() { return recorder_.get(); }
  std::string folder() const { return home_.path() + "/data"; }
  void flush() { recorder_->flush(std::chrono::steady_clock::now() + 10s); }
  bool is_good() const { return recorder_->state().kind == ArchiveState::Kind::good; }
  std::vector<std::string> log() {
    const std::lock_guard lock(mutex_);
    return log_;
  }

  Faulty::Faults faults;

 private:
  Result<std::unique_ptr<Store>> open(Recorder::Notices& notices) {
    ++faults.opened;
    auto store = SqliteStore::open(folder(), real_clock(), notices);
    if (!store) return store.failure();
    return std::unique_ptr<Store>(std::make_unique<Faulty>(std::move(store.value()), faults));
  }

  tests::Home home_;
  std::mutex mutex_;
  std::vector<std::string> log_;
  std::unique_ptr<Recorder> recorder_;  ///< last: it uses all of the above
};

}  // namespace

TEST_CASE("What was observed is there to be read, and grows the revision") {
  Recording recording;
  const std::uint64_t before = recording->revision();
  recording->observed(observation_of(batch("RUNNING", {"RUNNING"})));
  recording->observed(observation_of(batch("FAIL", {"FAIL"}), 3));
  recording.flush();
  CHECK(recording->revision() == before + 2);
  CHECK(recording->state().stored == 2);
  CHECK(recording->state().bytes > 0);
  const auto job = recording->job(address_of("root"));
  REQUIRE(job);
  REQUIRE(job.value());
  CHECK(job.value()->version == 2);
  CHECK(recording->body(address_of("root"), 0).value() == document(batch("FAIL", {"FAIL"})));
  CHECK(recording->body(address_of("root"), 1).value() == document(batch("RUNNING", {"RUNNING"})));
}

TEST_CASE("The same again is no change, but it was seen") {
  Recording recording;
  recording->observed(observation_of(batch("RUNNING", {"RUNNING"})));
  recording->observed(observation_of(batch("RUNNING", {"RUNNING"}), 7));
  recording->confirmed(address_of("root"), seen_after(9));
  recording.flush();
  CHECK(recording->state().stored == 1);
  CHECK(recording->job(address_of("root")).value()->last_seen == seen_after(9));
}

TEST_CASE("When a job was seen last is stored soon, also when nothing else happens") {
  Recording recording;
  recording->observed(observation_of(batch("RUNNING", {"RUNNING"})));
  recording.flush();
  recording->confirmed(address_of("root"), seen_after(9));
  CHECK(tests::until(
      [&] { return recording->job(address_of("root")).value()->last_seen == seen_after(9); }));
}

TEST_CASE("A marking is stored when it returns, also for a job that was never seen") {
  Recording recording;
  CHECK(recording
            ->set_marks({.address = address_of("root"), .label = "nightly", .follow = true},
                        seen_after(0))
            .value());
  CHECK_FALSE(
      recording->set_marks({.address = address_of("root"), .follow = true}, seen_after(1)).value());
  recording->observed(observation_of(batch("RUNNING", {"RUNNING"}), 2));
  recording.flush();
  const JobRecord job = *recording->job(address_of("root")).value();
  CHECK(job.version == 1);
  CHECK(job.marks.label == "nightly");
  CHECK(job.marks.is_followed);
  CHECK(recording->unfinished(10).value().size() == 1);
  CHECK(recording->set_marks({.address = address_of("root"), .follow = false}, seen_after(3)));
  CHECK_FALSE(recording->job(address_of("root")).value()->marks.is_followed);
}

TEST_CASE("What is forgotten by the cloud is marked so, after what was seen before") {
  Recording recording;
  recording->observed(observation_of(batch("RUNNING", {"RUNNING"})));
  recording->forgotten(address_of("root"), seen_after(5));
  recording->forgotten(address_of("other"), seen_after(5));
  recording.flush();
  CHECK(recording->job(address_of("root")).value()->is_lost());
  CHECK_FALSE(recording->job(address_of("other")).value());
}

TEST_CASE(
    "While the disk is slow who observes does not wait, and who reads reads what was stored") {
  Recording recording;
  recording->observed(observation_of(batch_named("a", "RUNNING", {"RUNNING"})));
  recording.flush();
  recording.faults.is_slow = true;  // nothing is written any more until it is not
  for (int i = 0; i < 100; ++i) {
    recording->observed(observation_of(
        batch_named("b", "RUNNING", std::vector<std::string>(static_cast<std::size_t>(i), "INIT")),
        i));
    recording->confirmed(address_of("a"), seen_after(i));
  }
  CHECK(recording->job(address_of("a")).value());
  CHECK(recording->board({}).value().jobs.size() == 1);
  CHECK(recording->state().queued >= 99);
  recording.faults.is_slow = false;
  recording.flush();
  CHECK(recording->job(address_of("b")).value()->version == 100);
}

TEST_CASE("A clock that is set back turns nothing back") {
  Recording recording;
  recording->observed(observation_of(batch("RUNNING", {"RUNNING"}), 100));
  recording->observed(observation_of(batch("SUCCESS", {"SUCCESS"}), 10));
  recording->confirmed(address_of("root"), seen_after(5));
  recording.flush();
  const JobRecord job = *recording->job(address_of("root")).value();
  CHECK(job.version == 2);
  CHECK(job.status == Status::succeeded);
  CHECK(job.last_seen == seen_after(100));
  CHECK(job.last_change == seen_after(100));
}

TEST_CASE("Durations of past runs come as percentiles") {
  Recording recording;
  CHECK(recording->durations("eip", "createBatch", 1).value().count == 0);
  for (int i = 0; i < 6; ++i) {
    recording->observed(
        observation_of(batch_named("j" + std::to_string(i), "SUCCESS", {"SUCCESS"}), i));
  }
  recording.flush();
  const Durations durations = recording->durations("eip", "createBatch", 1).value();
  CHECK(durations.count == 6);
  CHECK(durations.p50 == 2.5);
  CHECK(durations.p95 == 2.5);
}

TEST_CASE(
    "While the disk is full nothing is lost: it is said once, and written when there is room") {
  Recording recording;
  recording.faults.set(StoreError{StoreError::Kind::full, "database or disk is full"});
  recording->observed(observation_of(batch("RUNNING", {"RUNNING"})));
  recording->observed(observation_of(batch("SUCCESS", {"SUCCESS"}), 3));
  REQUIRE(tests::until([&] { return !recording.is_good(); }));
  CHECK(recording->state().trouble == ArchiveState::Trouble::full);
  CHECK(recording.log().front().find("no room left") != std::string::npos);
  CHECK(recording->board({}).value().jobs.empty());  // reading goes on
  CHECK_FALSE(recording->set_marks({.address = address_of("root"), .follow = true}, seen_after(1)));
  recording.faults.set(std::nullopt);
  REQUIRE(tests::until([&] { return recording.is_good(); }));
  recording.flush();
  CHECK(recording->job(address_of("root")).value()->version == 2);
  CHECK(recording.log().size() == 2);
  CHECK(recording->state().dropped == 0);
}

TEST_CASE(
    "With little room a job's later body takes the place of the one that waits; others are "
    "dropped and counted") {
  const std::string one = document(batch_named("a", "RUNNING", {"RUNNING"}));
  Recording recording(2 * one.size() + one.size() / 2);
  recording.faults.is_slow = true;
  recording->observed(observation_of(batch_named("x", "RUNNING", {"RUNNING"})));
  REQUIRE(tests::until([&] { return recording.faults.writes == 1; }));
  recording->observed(observation_of(batch_named("a", "RUNNING", {"RUNNING"}), 1));
  recording->observed(observation_of(batch_named("b", "RUNNING", {"RUNNING"}), 2));
  recording->observed(observation_of(batch_named("a", "RUNNING", {"SUCCESS"}), 3));
  recording->observed(observation_of(batch_named("c", "RUNNING", {"RUNNING"}), 4));
  CHECK(recording->state().superseded == 1);
  CHECK(recording->state().dropped == 1);
  recording.faults.is_slow = false;
  recording.flush();
  CHECK(recording->job(address_of("a")).value()->version == 1);
  CHECK(recording->body(address_of("a"), 0).value() ==
        document(batch_named("a", "RUNNING", {"SUCCESS"})));
  CHECK(recording->job(address_of("b")).value());
  CHECK_FALSE(recording->job(address_of("c")).value());
}

TEST_CASE("A file that breaks while it is in use is set aside, and a new one takes its place") {
  Recording recording;
  recording->observed(observation_of(batch_named("a", "SUCCESS", {"SUCCESS"})));
  recording.flush();
  recording.faults.set(StoreError{StoreError::Kind::corrupt, "malformed"});
  for (const char* end : {"", "-wal"}) {
    const std::string name = recording.folder() + "/" + StoreFile::kName + end;
    const std::string bytes(std::filesystem::file_size(name), 'x');
    std::ofstream(name, std::ios::binary | std::ios::in | std::ios::out) << bytes;
  }
  recording->observed(observation_of(batch_named("b", "RUNNING", {"RUNNING"}), 1));
  REQUIRE(tests::until([&] { return recording.faults.opened >= 2; }));
  recording.faults.set(std::nullopt);
  REQUIRE(tests::until([&] { return recording.is_good(); }));
  recording.flush();
  CHECK(recording->job(address_of("b")).value());
  std::size_t aside = 0;
  for (const auto& entry : std::filesystem::directory_iterator(recording.folder())) {
    if (entry.path().string().find(".broken-") != std::string::npos) ++aside;
  }
  CHECK(aside >= 1);
}

TEST_CASE("A folder that cannot be used is tried again, and what was seen meanwhile is stored") {
  tests::Home home;
  const std::string folder = home.path() + "/data";
  {
    std::ofstream in_the_way(folder);  // a file where the folder should be
  }
  auto archive = open_archive({.folder = folder, .clock = real_clock()});
  REQUIRE(archive);
  CHECK(archive.value()->state().kind == ArchiveState::Kind::trouble);
  CHECK_FALSE(archive.value()->board({}));
  archive.value()->observed(observation_of(batch("RUNNING", {"RUNNING"})));
  std::filesystem::remove(folder);
  REQUIRE(tests::until([&] { return archive.value()->state().kind == ArchiveState::Kind::good; }));
  archive.value()->flush(std::chrono::steady_clock::now() + 10s);
  CHECK(archive.value()->job(address_of("root")).value());
}

TEST_CASE("A folder that another process uses is waited for") {
  tests::Home home;
  auto first = open_archive({.folder = home.path(), .clock = real_clock()});
  REQUIRE(first);
  CHECK(first.value()->state().kind == ArchiveState::Kind::good);
  std::string logged;
  auto second = open_archive({.folder = home.path(),
                              .clock = real_clock(),
                              .log = [&](const LogEntry& entry) { logged += entry.message; }});
  REQUIRE(second);
  CHECK(second.value()->state().kind == ArchiveState::Kind::trouble);
  CHECK(logged.find("another process") != std::string::npos);
  first.value().reset();
  CHECK(tests::until([&] { return second.value()->state().kind == ArchiveState::Kind::good; }));
}

TEST_CASE("Without a store nothing is remembered, and nothing fails but a marking") {
  const auto archive = no_archive();
  archive->observed(observation_of(batch("RUNNING", {"RUNNING"})));
  CHECK(archive->state().kind == ArchiveState::Kind::off);
  CHECK(archive->board({}).value().jobs.empty());
  CHECK_FALSE(archive->job(address_of("root")).value());
  CHECK_FALSE(archive->set_marks({.address = address_of("root"), .follow = true}, seen_after(0)));
}

}  // namespace recorder_test

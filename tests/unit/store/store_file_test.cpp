// The store's one file on good days and bad ones, with the real SQLite on a real disk.
#include "store/sqlite/store_file.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "support/home.h"
#include "unit/catch.h"

namespace store_file_test {

namespace fs = std::filesystem;
using jobtree::Clock;
using jobtree::Failure;
using jobtree::store::Connection;
using jobtree::store::SchemaStep;
using jobtree::store::StoreError;
using jobtree::store::StoreFile;
using jobtree::store::Transaction;
using jobtree::tests::Home;

namespace {

const std::vector<SchemaStep> kFirst{{"CREATE TABLE note(text TEXT NOT NULL) STRICT"}};
const std::vector<SchemaStep> kSecond{{"CREATE TABLE note(text TEXT NOT NULL) STRICT"},
                                      {"ALTER TABLE note ADD COLUMN author TEXT"}};

Clock clock_of_test() {
  Clock clock = jobtree::real_clock();
  clock.wall = [] {
    return std::chrono::system_clock::time_point(std::chrono::seconds(1'795'960'800));
  };
  return clock;
}

class Folder {
 public:
  std::string path() const { return home_.path() + "/data"; }
  std::string file() const { return path() + "/" + StoreFile::kName; }
  jobtree::Result<StoreFile> open(const std::vector<SchemaStep>& steps = kFirst) const {
    return StoreFile::open(path(), steps, clock_of_test());
  }

 private:
  Home home_;
};

void write(StoreFile& file, const char* text) {
  auto insert = file.writer().prepare("INSERT INTO note(text) VALUES(?1)");
  REQUIRE(insert);
  REQUIRE(insert.value().bind({std::string_view(text)}));
  REQUIRE(insert.value().run());
}

std::int64_t notes(StoreFile& file) {
  return file.writer().number("SELECT count(*) FROM note").value();
}

mode_t mode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 0777;
}

void overwrite(const std::string& path, std::streamoff at, const std::string& bytes) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(at);
  file << bytes;
}

}  // namespace

TEST_CASE("A new file is made in a folder of its own, for nobody else to read") {
  const Folder folder;
  auto opened = folder.open();
  REQUIRE(opened);
  CHECK(opened.value().notices().empty());
  write(opened.value(), "a");
  CHECK(mode_of(folder.path()) == 0700);
  for (const char* end : {"", "-wal", "-shm", ".lock"}) {
    CHECK(mode_of(folder.file() + end) == 0600);
  }
  auto& writer = opened.value().writer();
  CHECK(writer.number("PRAGMA synchronous").value() == 2);
  CHECK(writer.number("PRAGMA auto_vacuum").value() == 2);
  CHECK(writer.number("PRAGMA user_version").value() == 1);
}

TEST_CASE("What was committed is there again, and what was not is not") {
  const Folder folder;
  {
    auto opened = folder.open();
    REQUIRE(opened);
    write(opened.value(), "kept");
    auto transaction = Transaction::begin(opened.value().writer());
    REQUIRE(transaction);
    write(opened.value(), "given up");
  }
  auto again = folder.open();
  REQUIRE(again);
  CHECK(notes(again.value()) == 1);
}

TEST_CASE("A process that is killed gives back the lock, and leaves what it had committed") {
  const Folder folder;
  const pid_t child = ::fork();
  if (child == 0) {
    auto opened = folder.open();
    auto insert = opened.value().writer().prepare("INSERT INTO note VALUES('committed')");
    static_cast<void>(insert.value().run());
    static_cast<void>(opened.value().writer().execute("BEGIN; INSERT INTO note VALUES('open')"));
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFSIGNALED(status));
  auto again = folder.open();
  REQUIRE(again);
  CHECK(again.value().notices().empty());
  CHECK(notes(again.value()) == 1);
}

TEST_CASE("A second process is kept out, and told what to do") {
  const Folder folder;
  auto first = folder.open();
  REQUIRE(first);
  const auto second = folder.open();
  REQUIRE_FALSE(second);
  CHECK(second.failure().kind() == Failure::Kind::unavailable);
  CHECK(second.error().find("give each a folder of its own with --data") != std::string::npos);
}

TEST_CASE("A reader sees what is committed, and cannot write") {
  const Folder folder;
  auto opened = folder.open();
  REQUIRE(opened);
  auto reader = opened.value().reader();
  REQUIRE(reader);
  write(opened.value(), "a");
  CHECK(reader.value().number("SELECT count(*) FROM note").value() == 1);
  const auto refused = reader.value().execute("INSERT INTO note VALUES('b')");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == StoreError::Kind::read_only);
}

TEST_CASE("The schema is brought up once, and a copy from before is left") {
  const Folder folder;
  {
    auto opened = folder.open();
    REQUIRE(opened);
    write(opened.value(), "old");
  }
  {
    auto newer = folder.open(kSecond);
    REQUIRE(newer);
    REQUIRE(newer.value().notices().size() == 1);
    CHECK(newer.value().notices()[0].en.find(".v1 is a copy from before") != std::string::npos);
    CHECK(newer.value().writer().number("PRAGMA user_version").value() == 2);
    CHECK(notes(newer.value()) == 1);
  }
  CHECK(mode_of(folder.file() + ".v1") == 0600);
  auto copy = Connection::open(folder.file() + ".v1", Connection::Mode::read);
  REQUIRE(copy);
  CHECK(copy.value().number("PRAGMA user_version").value() == 1);
  CHECK(copy.value().number("SELECT count(*) FROM note").value() == 1);
  auto again = folder.open(kSecond);
  REQUIRE(again);
  CHECK(again.value().notices().empty());
}

TEST_CASE("A step of the schema that fails changes nothing") {
  const Folder folder;
  {
    auto opened = folder.open();
    REQUIRE(opened);
    write(opened.value(), "old");
  }
  const std::vector<SchemaStep> broken{kFirst[0], {"ALTER TABLE note ADD COLUMN a TEXT; OOPS"}};
  CHECK_FALSE(folder.open(broken));
  auto again = folder.open();
  REQUIRE(again);
  CHECK(notes(again.value()) == 1);
  CHECK(again.value().writer().number("PRAGMA user_version").value() == 1);
}

TEST_CASE("A file of a newer version is refused by both versions, and left as it is") {
  const Folder folder;
  REQUIRE(folder.open(kSecond));
  const auto older = folder.open(kFirst);
  REQUIRE_FALSE(older);
  CHECK(older.failure().kind() == Failure::Kind::usage);
  CHECK(older.error().find("schema 2, this one knows 1") != std::string::npos);
  CHECK(folder.open(kSecond));
}

TEST_CASE("A database of another program is refused, and left as it is") {
  const Folder folder;
  fs::create_directories(folder.path());
  {
    auto other = Connection::open(folder.file(), Connection::Mode::write);
    REQUIRE(other);
    REQUIRE(other.value().execute("CREATE TABLE theirs(a); INSERT INTO theirs VALUES(1)"));
  }
  const auto refused = folder.open();
  REQUIRE_FALSE(refused);
  CHECK(refused.failure().kind() == Failure::Kind::usage);
  CHECK(refused.error().find("of another program") != std::string::npos);
  auto other = Connection::open(folder.file(), Connection::Mode::read);
  REQUIRE(other);
  CHECK(other.value().number("SELECT a FROM theirs").value() == 1);
}

TEST_CASE("A broken file is set aside with all that belongs to it, and a new one is begun") {
  const Folder folder;
  const auto is_told = [&folder] {
    auto opened = folder.open();
    REQUIRE(opened);
    REQUIRE(opened.value().notices().size() == 1);
    CHECK(opened.value().notices()[0].en.find("it was set aside as") != std::string::npos);
    CHECK(notes(opened.value()) == 0);
  };
  fs::create_directories(folder.path());
  std::ofstream(folder.file()) << std::string(5000, 'x');  // no database at all
  is_told();
  {
    auto opened = folder.open();
    REQUIRE(opened);
    auto transaction = Transaction::begin(opened.value().writer());
    REQUIRE(transaction);
    for (int i = 0; i < 2000; ++i)
      write(opened.value(), "some text, so that there are pages enough");
    REQUIRE(transaction.value().commit());
  }
  overwrite(folder.file(), 8192, std::string(8192, '\x55'));  // pages in its middle
  is_told();
  // In the same second: the one does not take the other's place.
  const std::string aside = folder.file() + ".broken-20261129T140000Z";
  CHECK(fs::exists(aside));
  CHECK(fs::exists(aside + "-2"));
}

TEST_CASE("A folder that cannot be written is a failure that may pass") {
  if (::geteuid() == 0) return;  // whom no mode keeps out
  const Folder folder;
  fs::create_directories(folder.path());
  fs::permissions(folder.path(), fs::perms::owner_read | fs::perms::owner_exec);
  const auto refused = folder.open();
  fs::permissions(folder.path(), fs::perms::owner_all);
  REQUIRE_FALSE(refused);
  CHECK(refused.failure().kind() == Failure::Kind::unavailable);
}

}  // namespace store_file_test

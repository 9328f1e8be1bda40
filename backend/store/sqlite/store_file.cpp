#include "store/sqlite/store_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/utc.h"

namespace jobtree::store {
namespace {

namespace fs = std::filesystem;

// Larger ones are not read whole at each start.
constexpr std::uintmax_t kMostChecked = std::uintmax_t{1} << 30;
// Of the main file; SQLite gives the other two the same mode.
constexpr mode_t kFileMode = 0600;

/// In their order: nothing but the first two may come before a file's first table.
constexpr const char* kPragmas =
    "PRAGMA auto_vacuum=INCREMENTAL;"
    "PRAGMA journal_mode=WAL;"
    "PRAGMA synchronous=FULL;"
    "PRAGMA foreign_keys=ON;"
    "PRAGMA trusted_schema=OFF;"
    "PRAGMA temp_store=MEMORY;"
    "PRAGMA journal_size_limit=67108864;"
    "PRAGMA cache_size=-16000;";

Failure cannot(const std::string& path, std::string_view why) {
  return Failure::unavailable(bilingual(
      {"jobs cannot be remembered in {0}: {1}", "无法在 {0} 中保存任务：{1}"}, path, why));
}

Failure cannot(const std::string& path, int error) {
  return cannot(path, std::generic_category().message(error));
}

/// A folder of this program's own, which nobody else reads.
Result<bool> make_folder(const std::string& folder) {
  std::error_code error;
  const bool is_new = fs::create_directories(folder, error);
  if (error) return cannot(folder, error.message());
  if (is_new && ::chmod(folder.c_str(), 0700) != 0) return cannot(folder, errno);
  return true;
}

Result<FileLock> take_lock(const std::string& path) {
  const std::string name = path + ".lock";
  const int descriptor = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kFileMode);
  if (descriptor < 0) return cannot(name, errno);
  FileLock lock(descriptor);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return lock;
  if (errno != EWOULDBLOCK) return cannot(name, errno);
  return Failure::unavailable(
      bilingual({"another process remembers jobs in {0}; give each a folder of its own with --data",
                 "另一个进程正在 {0} 中保存任务，请用 --data 为每个进程指定各自的目录"},
                path));
}

/// So that the file is never there with another mode, not for a moment.
Result<bool> make_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kFileMode);
  if (file < 0) return cannot(path, errno);
  ::close(file);
  return true;
}

/// All that belongs to the file, under another name. What is not there is not missed.
Result<std::string> set_aside(const std::string& path, const Clock& clock) {
  const std::string dated =
      path + ".broken-" + sdk_date(std::chrono::floor<std::chrono::seconds>(clock.wall()));
  std::string aside = dated;
  std::error_code ignored;
  for (int number = 2; fs::exists(aside, ignored); ++number)
    aside = dated + "-" + std::to_string(number);
  for (const char* end : {"", "-wal", "-shm"}) {
    std::error_code error;
    fs::rename(path + end, aside + end, error);
    if (error && error != std::errc::no_such_file_or_directory) {
      return cannot(path, error.message());
    }
  }
  return aside;
}

/// Opened, with its pragmas, and read through where that is quick.
Outcome<Connection> open_whole(const std::string& path) {
  auto opened = Connection::open(path, Connection::Mode::write);
  if (!opened) return opened;
  Connection& connection = opened.value();
  if (const auto set = connection.execute(kPragmas); !set) return set.error();
  std::error_code ignored;
  if (fs::file_size(path, ignored) <= kMostChecked) {
    auto check = connection.prepare("PRAGMA quick_check(1)");
    if (!check) return check.error();
    const auto row = check.value().step();
    if (!row) return row.error();
    if (check.value().text(0) != "ok") {
      return StoreError{StoreError::Kind::corrupt, std::string(check.value().text(0))};
    }
  }
  return opened;
}

Outcome<Done> apply(Connection& connection, const SchemaStep& step, std::size_t version) {
  auto transaction = Transaction::begin(connection);
  if (!transaction) return transaction.error();
  if (auto done = connection.execute(step.sql); !done) return done;
  const std::string mark = "PRAGMA application_id=" + std::to_string(StoreFile::kApplicationId) +
                           ";PRAGMA user_version=" + std::to_string(version);
  if (auto done = connection.execute(mark.c_str()); !done) return done;
  return transaction.value().commit();
}

/// A copy of what stands there before the schema changes. One that is left of an attempt that broke
/// off is made anew.
Outcome<Done> copy_before(Connection& connection, const std::string& copy) {
  std::error_code ignored;
  fs::remove(copy, ignored);
  auto vacuum = connection.prepare("VACUUM INTO ?1");
  if (!vacuum) return vacuum.error();
  if (auto bound = vacuum.value().bind({std::string_view(copy)}); !bound) return bound;
  if (auto done = vacuum.value().run(); !done) return done;
  ::chmod(copy.c_str(), kFileMode);
  return Done();
}

/// Brings the schema up; the version before stands in a copy then.
Result<bool> migrate(Connection& connection, const std::string& path,
                     std::span<const SchemaStep> steps, std::vector<Bilingual>& notices) {
  const auto version = connection.number("PRAGMA user_version");
  const auto id = connection.number("PRAGMA application_id");
  const auto tables = connection.number("SELECT count(*) FROM sqlite_master");
  if (!version) return cannot(path, version.error().message);
  if (!id) return cannot(path, id.error().message);
  if (!tables) return cannot(path, tables.error().message);
  if (id.value() != StoreFile::kApplicationId && tables.value() != 0) {
    return Failure::usage(
        bilingual({"{0} is a database of another program; name another folder with --data",
                   "{0} 是其他程序的数据库，请用 --data 指定其他目录"},
                  path));
  }
  const auto now = static_cast<std::size_t>(version.value());
  if (now > steps.size()) {
    return Failure::usage(bilingual(
        {"{0} was written by a newer version of this program (schema {1}, this one knows {2}); "
         "install that version, or name another folder with --data",
         "{0} 由更新版本的程序写入（结构版本 {1}，当前程序支持到 {2}），请安装该版本，或用 --data "
         "指定其他目录"},
        path, std::to_string(now), std::to_string(steps.size())));
  }
  if (now == steps.size()) return true;
  if (now != 0) {
    const std::string copy = path + ".v" + std::to_string(now);
    if (auto copied = copy_before(connection, copy); !copied) {
      return cannot(copy, copied.error().message);
    }
    notices.push_back(bilingual({"the schema of {0} was brought up to date; {1} is a copy from "
                                 "before",
                                 "{0} 的结构已更新，{1} 是更新前的副本"},
                                path, copy));
  }
  for (std::size_t step = now; step < steps.size(); ++step) {
    if (auto done = apply(connection, steps[step], step + 1); !done) {
      return cannot(path, done.error().message);
    }
  }
  return true;
}

}  // namespace

Result<StoreFile> StoreFile::open(const std::string& folder, std::span<const SchemaStep> steps,
                                  const Clock& clock) {
  if (auto made = make_folder(folder); !made) return made.failure();
  const std::string path = (fs::path(folder) / kName).string();
  auto lock = take_lock(path);
  if (!lock) return lock.failure();
  if (auto made = make_file(path); !made) return made.failure();

  std::vector<Bilingual> notices;
  auto opened = open_whole(path);
  if (!opened && opened.error().kind == StoreError::Kind::corrupt) {
    const std::string why = opened.error().message;
    const auto aside = set_aside(path, clock);
    if (!aside) return aside.failure();
    notices.push_back(bilingual(
        {"{0} is broken ({1}); it was set aside as {2}, and jobs are remembered in a new file",
         "{0} 已损坏（{1}），已另存为 {2}，任务将保存到新文件中"},
        path, why, aside.value()));
    if (auto made = make_file(path); !made) return made.failure();
    opened = open_whole(path);
  }
  if (!opened) return cannot(path, opened.error().message);
  if (auto done = migrate(opened.value(), path, steps, notices); !done) return done.failure();
  return StoreFile(path, std::move(lock.value()), std::move(opened.value()), std::move(notices));
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace jobtree::store

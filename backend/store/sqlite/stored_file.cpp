#include "store/stored_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "store/change.h"
#include "store/sqlite/pruning.h"
#include "store/sqlite/reader.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/store_file.h"

namespace jobtree::store {
namespace {

namespace fs = std::filesystem;

Failure cannot_read(const std::string& path, std::string_view why) {
  return Failure::unavailable(
      bilingual({"what is remembered in {0} cannot be read: {1}", "无法读取 {0} 中保存的任务：{1}"},
                path, why));
}

Failure cannot_copy(const std::string& file, std::string_view why) {
  return Failure::system(
      bilingual({"cannot write the copy {0}: {1}", "无法写入副本 {0}：{1}"}, file, why));
}

class SqliteFile final : public StoredFile {
 public:
  SqliteFile(std::string path, Connection connection)
      : path_(std::move(path)), reader_(std::move(connection)) {}

  Result<BoardPage> board(const BoardQuery& query) override {
    auto page = reader_.board(query);
    if (!page) return cannot_read(path_, page.error().message);
    return std::move(page.value());
  }

  Result<Durations> durations(std::string_view service, std::string_view type,
                              std::uint32_t parts) override {
    auto seconds = reader_.durations(service, type, size_class_of(parts));
    if (!seconds) return cannot_read(path_, seconds.error().message);
    return durations_of(std::move(seconds.value()));
  }

  std::uint64_t bytes() override {
    const auto bytes = bytes_of(reader_.connection());
    return bytes ? bytes.value() : 0;
  }

  Result<bool> copy_to(const std::string& file) override {
    std::error_code error;
    if (fs::exists(file, error)) {
      return Failure::usage(bilingual(
          {"{0} is there already; name another file", "{0} 已存在，请指定其他文件"}, file));
    }
    const std::string part = file + ".part";
    fs::remove(part, error);  // of an attempt that was broken off
    // Made first, so that it is never there with another mode.
    const int made = ::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (made < 0) return cannot_copy(file, std::generic_category().message(errno));
    ::close(made);
    if (auto copied = vacuum_into(part); !copied) {
      fs::remove(part, error);
      return cannot_copy(file, copied.error().message);
    }
    sync(part);
    fs::rename(part, file, error);
    if (error) return cannot_copy(file, error.message());
    return true;
  }

 private:
  Outcome<Done> vacuum_into(const std::string& file) {
    auto vacuum = reader_.connection().prepare("VACUUM INTO ?1");
    if (!vacuum) return vacuum.error();
    if (auto bound = vacuum.value().bind({std::string_view(file)}); !bound) return bound;
    return vacuum.value().run();
  }

  static void sync(const std::string& file) {
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return;
    ::fsync(descriptor);
    ::close(descriptor);
  }

  const std::string path_;
  Reader reader_;
};

}  // namespace

Result<std::unique_ptr<StoredFile>> StoredFile::open(const std::string& folder) {
  const std::string path = (fs::path(folder) / StoreFile::kName).string();
  std::error_code error;
  if (!fs::exists(path, error)) {
    return Failure::usage(
        bilingual({"nothing is remembered in {0}: no server has used this folder. Name its folder "
                   "with --data",
                   "{0} 中没有保存任务：没有服务端使用过此目录。请用 --data 指定服务端使用的目录"},
                  folder));
  }
  auto connection = Connection::open(path, Connection::Mode::read);
  if (!connection) return cannot_read(path, connection.error().message);
  const auto version = connection.value().number("PRAGMA user_version");
  if (!version) return cannot_read(path, version.error().message);
  const auto id = connection.value().number("PRAGMA application_id");
  if (!id) return cannot_read(path, id.error().message);
  const auto known = static_cast<std::int64_t>(std::size(kSchemaSteps));
  if (id.value() != StoreFile::kApplicationId || version.value() > known) {
    return Failure::usage(bilingual(
        {"{0} is of another program, or of a newer version of this one (schema {1}, this one "
         "knows {2})",
         "{0} 属于其他程序，或由更新版本写入（结构版本 {1}，当前程序支持到 {2}）"},
        path, std::to_string(version.value()), std::to_string(known)));
  }
  return std::unique_ptr<StoredFile>(
      std::make_unique<SqliteFile>(path, std::move(connection.value())));
}

}  // namespace jobtree::store

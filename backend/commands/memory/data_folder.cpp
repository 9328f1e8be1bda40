#include "commands/memory/data_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "commands/cli/flags.h"

namespace jobtree::commands {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPassing = "jobtree-demo-";

std::string beside(const std::string& folder) {
  return folder + "/in-use";
}

/// A lock that ends with the process; -1 when somebody has it.
int lock_file(const std::string& file, int flags) {
  const int descriptor = ::open(file.c_str(), flags | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) return -1;
  if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return descriptor;
  ::close(descriptor);
  return -1;
}

/// Removes those that no living process uses; others' are not ours to touch.
void remove_left_behind(const fs::path& where) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(where, error)) {
    const std::string path = entry.path().string();
    struct stat facts {};
    if (!entry.path().filename().string().starts_with(kPassing) ||
        ::lstat(path.c_str(), &facts) != 0 || !S_ISDIR(facts.st_mode) ||
        facts.st_uid != ::geteuid()) {
      continue;
    }
    const int lock = lock_file(beside(path), 0);
    if (lock < 0) continue;
    fs::remove_all(path, error);
    ::close(lock);
  }
}

}  // namespace

void add_data_flag(CLI::App& command, std::string& data, bool may_be_none) {
  const char* const kDefault = "$STATE_DIRECTORY, $XDG_STATE_HOME/jobtree, ~/.local/state/jobtree";
  if (may_be_none) {
    add_option(command, "--data", data,
               {"Folder where jobs are remembered, or none (default: $STATE_DIRECTORY, else "
                "$XDG_STATE_HOME/jobtree, else ~/.local/state/jobtree; with --demo a folder that "
                "goes with the process)",
                "保存任务的目录，none 表示不保存（默认依次为 $STATE_DIRECTORY、"
                "$XDG_STATE_HOME/jobtree、~/.local/state/jobtree；使用 --demo "
                "时为随进程删除的临时目录）"})
        ->type_name("DIR|none");
    return;
  }
  add_option(command, "--data", data,
             {"Folder where the server remembers jobs", "服务端保存任务的目录"})
      ->type_name("DIR")
      ->default_str(kDefault);
}

std::optional<std::string> data_folder(const Environment& environment, const std::string& data) {
  if (data == "none") return std::nullopt;
  if (!data.empty()) return data;
  // systemd names several where the unit does, with ":" between.
  const std::string_view state = environment("STATE_DIRECTORY");
  if (!state.empty()) return std::string(state.substr(0, state.find(':')));
  const std::string_view xdg = environment("XDG_STATE_HOME");
  // The specification has relative ones ignored.
  if (xdg.starts_with('/')) return std::string(xdg) + "/jobtree";
  const std::string_view home = environment("HOME");
  if (!home.starts_with('/')) return std::nullopt;
  return std::string(home) + "/.local/state/jobtree";
}

Result<std::string> needed_data_folder(const Environment& environment, const std::string& data) {
  auto folder = data_folder(environment, data);
  if (folder) return *folder;
  return Failure::usage({"name the folder where the server remembers jobs with --data",
                         "请用 --data 指定服务端保存任务的目录"});
}

void add_database_flag(CLI::App& command, std::string& database) {
  add_option(
      command, "--database", database,
      {"PostgreSQL 13 or later where several servers remember jobs together and share a key and "
       "its --budget, instead of --data; the password comes from PGPASSWORD, PGPASSFILE or a "
       "credential \"pgpass\" of "
       "systemd. Example: --database postgresql://jobtree@db.example.com/jobtree",
       "供多个服务端共同保存任务并共用密钥和 --budget 的 PostgreSQL（13 或更高版本），代替 "
       "--data；密码取自 "
       "PGPASSWORD、PGPASSFILE 或 systemd 凭证 pgpass。示例：--database "
       "postgresql://jobtree@db.example.com/jobtree"})
      ->type_name("URL");
}

Result<std::string> database_url(const Environment& environment, const std::string& database) {
  const std::string_view url = database;
  if (!url.starts_with("postgresql://") && !url.starts_with("postgres://")) {
    return Failure::usage({"--database takes a URL like postgresql://USER@HOST/NAME",
                           "--database 的格式为 postgresql://USER@HOST/NAME"});
  }
  const std::string_view rest = url.substr(url.find("://") + 3);
  const std::string_view before_host = rest.substr(0, rest.find_first_of("/?"));
  const std::size_t at = before_host.rfind('@');
  const bool has_password =
      at != std::string_view::npos && before_host.substr(0, at).find(':') != std::string_view::npos;
  if (has_password || url.find("password=") != std::string_view::npos) {
    return Failure::usage(
        {"--database must not hold a password, which others on this machine could "
         "see; put it into PGPASSWORD, ~/.pgpass or the file of PGPASSFILE",
         "--database 不得包含密码，否则本机其他用户也能看到；请使用 PGPASSWORD、"
         "~/.pgpass 或 PGPASSFILE 指定的文件"});
  }
  const std::string_view credentials = environment("CREDENTIALS_DIRECTORY");
  if (credentials.empty() || !environment("PGPASSFILE").empty()) return database;
  const std::string file = std::string(credentials) + "/pgpass";
  std::error_code error;
  if (!fs::exists(file, error)) return database;
  return database + (url.find('?') == std::string_view::npos ? "?" : "&") + "passfile=" + file;
}

Result<PassingFolder> PassingFolder::make() {
  std::error_code error;
  const fs::path where = fs::temp_directory_path(error);
  const auto cannot = [&where](int number) {
    return Failure::system(
        bilingual({"cannot make a folder in {0}: {1}", "无法在 {0} 中创建目录：{1}"},
                  where.string(), std::generic_category().message(number)));
  };
  if (error) return cannot(error.value());
  remove_left_behind(where);
  std::string path = (where / kPassing).string() + "XXXXXX";
  if (::mkdtemp(path.data()) == nullptr) return cannot(errno);
  const int lock = lock_file(beside(path), O_CREAT);
  if (lock < 0) return cannot(errno);
  return PassingFolder(std::move(path), lock);
}

PassingFolder::PassingFolder(PassingFolder&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

PassingFolder::~PassingFolder() {
  if (lock_ < 0) return;
  std::error_code ignored;
  fs::remove_all(path_, ignored);
  ::close(lock_);
}

}  // namespace jobtree::commands

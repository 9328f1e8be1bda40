// A real PostgreSQL for tests: a cluster of its own in a folder that goes with the process, reached
// through a socket in there.
//
// Knows: where Debian puts its programs, that it does not run as root. Must not know: tables.
#pragma once

#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "store/postgres/connection.h"
#include "support/until.h"

namespace jobtree::tests {

class PostgresServer {
 public:
  /// The one of this process, started when it is needed first; null where PostgreSQL is not
  /// installed.
  static PostgresServer* get() {
    static PostgresServer server;
    return server.process_ > 0 ? &server : nullptr;
  }

  /// The URL of a new, empty database.
  std::string new_database() {
    const std::string name = "d" + std::to_string(++databases_);
    auto connection = store::PgConnection::open(url("postgres"));
    if (!connection || !connection.value().execute(("CREATE DATABASE " + name).c_str())) return "";
    return url(name);
  }
  /// The same database through pgbouncer in transaction mode, which gives each transaction to
  /// whichever connection is free; "" where that is not installed.
  std::string through_pooler(const std::string& database_url) {
    if (!std::filesystem::exists(kPooler)) return "";
    if (pooler_ < 0) start_pooler();
    std::string url = database_url;
    return url.replace(url.find("?host="), std::string::npos,
                       "?host=" + folder_ + "/pool&port=6432");
  }
  /// Ends it at once, as a machine that fails does.
  void kill() {
    ::kill(process_, SIGQUIT);
    int status = 0;
    ::waitpid(process_, &status, 0);
  }
  void start() {
    process_ = run({programs_ + "/postgres", "-D", folder_ + "/data", "-k", folder_, "-c",
                    "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=200"});
    const bool is_up = until([this] {
      ::usleep(20'000);
      return static_cast<bool>(store::PgConnection::open(url("postgres")));
    });
    if (!is_up) std::abort();
  }

 private:
  PostgresServer() {
    programs_ = find_programs();
    if (programs_.empty()) return;
    std::string name = std::filesystem::temp_directory_path() / "jobtree-pg-XXXXXX";
    folder_ = ::mkdtemp(name.data());
    if (::geteuid() == 0) {
      user_ = ::getpwnam("postgres");
      if (user_ == nullptr || ::chown(folder_.c_str(), user_->pw_uid, user_->pw_gid) != 0) return;
    }
    int status = 1;
    ::waitpid(run({programs_ + "/initdb", "-D", folder_ + "/data", "--no-sync", "-A", "trust", "-U",
                   "jobtree", "-E", "UTF8", "--locale=C"}),
              &status, 0);
    if (status != 0) std::abort();
    start();
  }
  ~PostgresServer() {
    if (pooler_ > 0) ::kill(pooler_, SIGKILL);
    if (process_ > 0) kill();
    std::error_code ignored;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
  }

  std::string url(const std::string& database) const {
    return "postgresql://jobtree@/" + database + "?host=" + folder_;
  }

  void start_pooler() {
    const std::string pool = folder_ + "/pool";
    std::filesystem::create_directories(pool);
    if (user_ != nullptr && ::chown(pool.c_str(), user_->pw_uid, user_->pw_gid) != 0) std::abort();
    std::ofstream(pool + "/pgbouncer.ini")
        << "[databases]\n* = host=" << folder_ << " user=jobtree\n[pgbouncer]\nlisten_addr =\n"
        << "unix_socket_dir = " << pool << "\nauth_type = any\npool_mode = transaction\n"
        << "default_pool_size = 2\n";
    pooler_ = run({kPooler, pool + "/pgbouncer.ini"});
    const std::string url = "postgresql://jobtree@/postgres?host=" + pool + "&port=6432";
    const bool is_up = until([&url] {
      ::usleep(20'000);
      return static_cast<bool>(store::PgConnection::open(url));
    });
    if (!is_up) std::abort();
  }

  static std::string find_programs() {
    std::string found;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator("/usr/lib/postgresql", error)) {
      const std::string programs = entry.path().string() + "/bin";
      if (programs > found && std::filesystem::exists(programs + "/initdb")) found = programs;
    }
    return found;
  }

  pid_t run(const std::vector<std::string>& words) const {
    const pid_t child = ::fork();
    if (child != 0) return child;
    if (user_ != nullptr && (::setgid(user_->pw_gid) != 0 || ::setuid(user_->pw_uid) != 0)) {
      ::_exit(1);
    }
    const int log = ::open((folder_ + "/log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(log, 1);
    ::dup2(log, 2);
    if (::chdir(folder_.c_str()) != 0) ::_exit(1);
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (const std::string& word : words)
      arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }

  static constexpr const char* kPooler = "/usr/sbin/pgbouncer";
  std::string programs_, folder_;
  const passwd* user_ = nullptr;
  pid_t process_ = -1, pooler_ = -1;
  int databases_ = 0;
};

}  // namespace jobtree::tests

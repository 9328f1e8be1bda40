// Where jobs are remembered: which folder it is, and one that goes with the process.
//
// Knows: --data, the folders that systemd and the XDG specification name. Must not know: what is
// stored there.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "base/environment.h"
#include "base/result.h"

namespace jobtree::commands {

/// --data: for the commands that read what a server remembers, or, with `may_be_none`, for the
/// server itself.
void add_data_flag(CLI::App& command, std::string& data, bool may_be_none);

/// The folder of `data`, else $STATE_DIRECTORY (systemd), else $XDG_STATE_HOME/jobtree, else
/// ~/.local/state/jobtree. Nothing when it is "none", or when there is no home either.
std::optional<std::string> data_folder(const Environment& environment, const std::string& data);

/// The same for a command that cannot do without one.
Result<std::string> needed_data_folder(const Environment& environment, const std::string& data);

/// --database, and what it says: a URL without a password, which everybody on the machine could
/// read in a command line. The password comes from PGPASSWORD, from PGPASSFILE or ~/.pgpass, or
/// from the file "pgpass" that systemd hands over (LoadCredential=pgpass:FILE).
void add_database_flag(CLI::App& command, std::string& database);
/// Fails on a password, and on what is no URL of PostgreSQL.
Result<std::string> database_url(const Environment& environment, const std::string& database);

/// A folder for as long as the process lives. What a process that was killed has left is removed by
/// the next one.
class PassingFolder {
 public:
  static Result<PassingFolder> make();
  PassingFolder(PassingFolder&& other) noexcept;
  PassingFolder& operator=(PassingFolder&&) = delete;
  ~PassingFolder();
  const std::string& path() const { return path_; }

 private:
  PassingFolder(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}

  std::string path_;
  int lock_;  ///< of the file that says that it is in use
};

}  // namespace jobtree::commands

// The one file of the store: how it is opened, whose it is, and what becomes of one that is broken.
//
// The invariant: one connection of one process writes and checkpoints, however many read. SQLite up
// to 3.51.2 can lose commits when two connections do so at the same instant; so a second process is
// kept out by a lock beside the file, and readers are opened so that they cannot write.
//
// Knows: the folder, the lock, versions of the schema, copies before a step of it. Must not know:
// what the tables hold.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/sqlite/connection.h"

namespace jobtree::store {

/// Leads from the version before to this one; the first from an empty file.
struct SchemaStep {
  const char* sql;
};

/// Held by this process as long as it lives, and given back by the system when that is killed.
class FileLock {
 public:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileLock& operator=(FileLock&&) = delete;
  ~FileLock();

 private:
  int descriptor_;
};

class StoreFile {
 public:
  /// The file's name in its folder.
  static constexpr const char* kName = "jobtree.db";
  /// "jtT1": in the file's head, so that it is known for ours.
  static constexpr std::int64_t kApplicationId = 0x6a745431;

  /// Makes the folder (0700) and the file (0600) where they are missing, takes the lock, and brings
  /// the schema up to the last step, after a copy of what was there (`jobtree.db.v3`). A file that
  /// is broken is set aside (`jobtree.db.broken-20261129T140000Z`), never deleted, and an empty one
  /// takes its place.
  ///
  /// Fails when another process has the file, when it is of another program or of a newer version
  /// of this one, and when the folder cannot be written. Nothing is changed then.
  static Result<StoreFile> open(const std::string& folder, std::span<const SchemaStep> steps,
                                const Clock& clock);

  Connection& writer() { return writer_; }
  /// Another connection, for a thread of its own.
  Outcome<Connection> reader() const { return Connection::open(path_, Connection::Mode::read); }
  const std::string& path() const { return path_; }
  /// What the operator should know of how it was opened.
  const std::vector<Bilingual>& notices() const { return notices_; }

 private:
  StoreFile(std::string path, FileLock lock, Connection writer, std::vector<Bilingual> notices)
      : path_(std::move(path)),
        lock_(std::move(lock)),
        writer_(std::move(writer)),
        notices_(std::move(notices)) {}

  std::string path_;
  FileLock lock_;  // before the connection, so that it is given back after that has closed
  Connection writer_;
  std::vector<Bilingual> notices_;
};

}  // namespace jobtree::store

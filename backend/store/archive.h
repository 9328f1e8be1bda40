// The face of the wing: what the rest of the program asks and tells it.
//
// Nobody who observes waits for a database: what was seen goes into a bounded queue, and one thread
// writes. Reading blocks for the database and belongs on an executor's thread.
//
// Knows: records, a queue, whether the store can be used now. Must not know: SQL, HTTP, viewers.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/log_entry.h"
#include "base/result.h"
#include "store/failures.h"
#include "store/outbox/outbox.h"
#include "store/records.h"
#include "store/shares/shares.h"
#include "store/sighting.h"

namespace jobtree::store {

/// What the cloud said of a job.
struct Observation {
  cloud::JobAddress address;  ///< with the project's own id where that is known
  std::shared_ptr<const std::string> body{};
  Time at{};
  bool is_example = false;  ///< made up, for the demo
};

/// What somebody wants of a job, also of one that was never seen.
struct Marking {
  cloud::JobAddress address;
  std::optional<std::string> label{};
  std::optional<std::vector<std::string>> links{};
  std::optional<bool> follow{};
};

/// How the store is.
struct ArchiveState {
  enum class Kind {
    off,  ///< nothing is remembered, as the operator wants
    good,
    trouble  ///< nothing can be stored now; what was seen waits in memory, within its bounds
  };
  enum class Trouble { full, read_only, away, other };

  Kind kind = Kind::off;
  Trouble trouble = Trouble::other;  ///< which it is; the log says where, and what to do
  std::size_t queued = 0;            ///< observations that wait
  std::uint64_t superseded = 0;      ///< observations of a job that a later one took the place of
  std::uint64_t dropped = 0;  ///< those for which there was no room: nobody will know of them
  std::uint64_t stored = 0;   ///< changes
  std::uint64_t bytes = 0;    ///< of the store
};

/// Thread-safe.
class Archive {
 public:
  virtual ~Archive() = default;

  // Never block.
  virtual void observed(Observation observation) = 0;
  /// The job was read again, and had not changed.
  virtual void confirmed(const cloud::JobAddress& address, Time at) = 0;
  /// The cloud knows no such job. Means nothing for one that was neither seen nor found.
  virtual void forgotten(const cloud::JobAddress& address, Time at) = 0;
  /// The job runs far longer than it should. May be said again and again: people are told once, and
  /// not of one that has ended by now.
  virtual void stuck(const cloud::JobAddress& address, Time at) = 0;
  virtual ArchiveState state() const = 0;
  /// Grows with whatever a board could show.
  virtual std::uint64_t revision() const = 0;

  // Block for the database. A failure is of kind unavailable.
  virtual Result<BoardPage> board(const BoardQuery& query) = 0;
  /// With "-" for the project: of whichever has a job of this id.
  virtual Result<std::optional<JobRecord>> job(const cloud::JobAddress& address) = 0;
  /// `limit` is of events, roughly; `newest_first` turns their order about. `cursor`: "" for the
  /// first page.
  virtual Result<EventsPage> events(const cloud::JobAddress& address, std::string_view cursor,
                                    std::size_t limit, bool newest_first) = 0;
  virtual Result<std::vector<VersionRecord>> versions(const cloud::JobAddress& address) = 0;
  /// The body as it came; nothing when it is not, or no longer, there. 0: the last.
  virtual Result<std::optional<std::string>> body(const cloud::JobAddress& address,
                                                  std::int64_t version) = 0;
  /// Of jobs with about as many parts.
  virtual Result<Durations> durations(std::string_view service, std::string_view type,
                                      std::uint32_t parts) = 0;
  /// Those that are followed, or were not finished when they were seen last; the one not seen for
  /// the longest time first.
  virtual Result<std::vector<JobRecord>> unfinished(std::size_t limit) = 0;
  /// What failed over all jobs, by service and reason.
  virtual Result<FailurePage> failure_groups(const FailureQuery& query) = 0;
  /// Stored when it returns.
  virtual Result<bool> set_mute(const Muting& muting) = 0;
  /// All of them are stored when it returns without a failure, and after them how far the records
  /// are read; else it is to be called again, which changes nothing about those that are. Whether
  /// they said anything new.
  virtual Result<bool> found(std::vector<Sighting> sightings, Time now,
                             std::optional<ReadUntil> read) = 0;
  /// Nothing when none of that name were ever read to their end.
  virtual Result<std::optional<Time>> read_until(std::string_view name) = 0;
  /// Stored when it returns.
  virtual Result<bool> set_marks(const Marking& marking, Time at) = 0;
  /// What people are to be told. Its calls block too; it is there as long as the archive.
  virtual Outbox& outbox() = 0;
  /// The links by which people share what they see; likewise.
  virtual Shares& shares() = 0;
  /// Writes what waits, as far as that can be done until then.
  virtual void flush(std::chrono::steady_clock::time_point until) = 0;
};

/// Remembers nothing.
std::unique_ptr<Archive> no_archive();

struct ArchiveOptions {
  std::string folder;      ///< made where it is missing
  std::string database{};  ///< in the place of a folder: the URL of a PostgreSQL
  Retention retention{};
  std::shared_ptr<const Herald> herald{};  ///< says what people are told; null: nothing
  Clock clock{};
  std::function<void(const LogEntry&)> log{};  ///< thread-safe; may be empty
};
/// In one file of the folder or in a database, on a thread of its own. What cannot be used now is
/// tried again, and until then what is seen waits in memory, within bounds. Fails where that would
/// not help: the file is another program's, or of a newer version of this one.
Result<std::unique_ptr<Archive>> open_archive(const ArchiveOptions& options);

}  // namespace jobtree::store

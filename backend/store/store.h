// What a database is to the archive: each of its kinds implements this.
//
// Knows: records and changes. Must not know: threads, queues, when it is called; nor, to its
// callers, which database it is. Writing is for one thread at a time, reading for any number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/change.h"
#include "store/failures.h"
#include "store/outcome.h"
#include "store/records.h"
#include "store/sighting.h"
#include "store/sql/session.h"

namespace jobtree::store {

/// What was read from a chain of bodies.
struct BodyRead {
  std::string body;
  std::size_t links = 0;       ///< patches after the whole body
  std::size_t link_bytes = 0;  ///< of those
};

class Store {
 public:
  virtual ~Store() = default;

  // Each is one transaction.

  /// A conflict when the job has another version by now than the one before the change's.
  virtual Outcome<Done> write(const Change& change) = 0;
  /// When jobs were read again without a change; unknown ones are left out.
  virtual Outcome<Done> confirm(const std::vector<std::pair<cloud::JobAddress, Time>>& seen) = 0;
  /// Whether there is such a job, and it was not forgotten before.
  virtual Outcome<bool> forget(const cloud::JobAddress& address, Time at) = 0;
  /// Marks of a job, which is made when it was never seen.
  virtual Outcome<Done> mark(const cloud::JobAddress& address, const Marks& marks, Time at) = 0;
  /// What was found of a job: its finding, and of one that was never read all the rest. A conflict
  /// when it has another version by now.
  virtual Outcome<Done> put_finding(const JobRecord& record, const Happenings& happenings) = 0;
  virtual Outcome<Done> set_read_until(const ReadUntil& read) = 0;
  virtual Outcome<Done> mute(const Muting& muting) = 0;
  /// Deletes a little of what is too old, or too much; whether there may be more of it.
  virtual Outcome<bool> prune(const Retention& retention, Time now) = 0;
  /// What the outbox does. For any number of threads.
  virtual Outcome<Done> in_session(const std::function<Outcome<Done>(SqlSession&)>& use) = 0;

  virtual Outcome<BoardPage> board(const BoardQuery& query) = 0;
  /// With "-" for the project: of whichever has a job of this id.
  virtual Outcome<std::optional<JobRecord>> job(const cloud::JobAddress& address) = 0;
  virtual Outcome<EventsPage> events(const cloud::JobAddress& address, std::string_view cursor,
                                     std::size_t limit, bool newest_first) = 0;
  virtual Outcome<std::vector<VersionRecord>> versions(const cloud::JobAddress& address) = 0;
  /// 0: the last.
  virtual Outcome<std::optional<BodyRead>> body(const cloud::JobAddress& address,
                                                std::int64_t version) = 0;
  /// The last ones, in seconds.
  virtual Outcome<std::vector<double>> durations(std::string_view service, std::string_view type,
                                                 int size_class) = 0;
  virtual Outcome<std::vector<JobRecord>> unfinished(std::size_t limit) = 0;
  virtual Outcome<std::optional<Time>> read_until(std::string_view name) = 0;
  virtual Outcome<FailurePage> failure_groups(const FailureQuery& query) = 0;

  /// What it takes on the disk.
  virtual std::uint64_t bytes() = 0;
  /// Where others write too: what grows with their changes as with ours. Nothing where nobody does.
  virtual std::optional<std::int64_t> shared_revision() { return std::nullopt; }
};

}  // namespace jobtree::store

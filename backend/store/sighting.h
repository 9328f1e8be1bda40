// What one of the cloud's own records tells of a job: a trace of an operation, or a row of a task
// list.
//
// Pure. Knows: jobs as they are remembered. Must not know: what such a record looks like,
// databases.
#pragma once

#include <optional>
#include <string>

#include "store/records.h"

namespace jobtree::store {

struct Sighting {
  cloud::JobAddress address;  ///< with the project's own id
  Finding finding{};          ///< what is empty says nothing; found_at is not used
  // What the record says of the job itself: counts until the job was read.
  std::string type{};
  std::optional<Status> status{};
  std::string status_text{};
  std::optional<Time> begun_at{}, ended_at{};
  std::string error_code{}, error_text{};
  Time at{};  ///< of the record
};

/// How far the records of one kind and place are read, so that the next start goes on there.
struct ReadUntil {
  std::string name;  ///< "traces/cn-north-4"
  Time until{};
};

/// A job that nothing is known of but a record.
JobRecord record_of(const Sighting& sighting, Time now);

/// Adds what a record says to what is known; whether that was anything new. What two records say
/// otherwise of who did what stays as it was first, as one of a pair often has less; what they say
/// of the job itself is the later's, but one that has ended does not run again.
bool add(const Sighting& sighting, Time now, JobRecord& record);

}  // namespace jobtree::store

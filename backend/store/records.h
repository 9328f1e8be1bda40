// What is remembered of a job, as values.
//
// Knows: jobs by their address, and what a viewer can be told of them later. Must not know: where
// it is stored, what the cloud's own bytes look like, HTTP.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cloud/job_source.h"

namespace jobtree::store {

/// In UTC. What a database of either kind can hold.
using Time = std::chrono::sys_time<std::chrono::microseconds>;

/// As the engine names them (design of its status words), in its order.
enum class Status : std::uint8_t {
  waiting,
  running,
  succeeded,
  failed,
  cancelled,
  skipped,
  unknown
};
inline constexpr std::size_t kStatuses = 7;
/// "running": in addresses, in JSON and in the database.
std::string_view name_of(Status status);
std::optional<Status> status_named(std::string_view name);
/// Whether a job of this status changes no more.
bool has_ended(Status status);

/// How many of a job's leaves, or the job itself where it has no parts, are in each.
using Counts = std::array<std::uint32_t, kStatuses>;

/// What all failures of a group have in common, and at most half of what succeeded.
struct FailureFacet {
  std::string name{};  ///< of the fact; "" where it is the type
  std::string value{};
  std::uint32_t succeeded = 0;  ///< how many that succeeded have it too
  std::uint32_t of = 0;         ///< of how many

  bool operator==(const FailureFacet&) const = default;
};

/// Failures of one job for one reason.
struct FailureGroup {
  std::string error_code{};
  std::string error_text{};  ///< of the first of them, cut
  std::string sub_job{};     ///< its id
  std::uint32_t count = 0;
  std::string group{};  ///< its name, as in links and tables (model/error_groups.h)
  std::optional<Time> first_at{};
  std::optional<Time> last_at{};
  std::vector<FailureFacet> facets{};
};

/// What people and pipelines say of a job, beside what the cloud says.
struct Marks {
  std::string label{};               ///< as a person or a pipeline calls it; "" for none
  std::vector<std::string> links{};  ///< to what started it: https addresses
  bool is_followed = false;          ///< polled to its end although nobody looks
  bool is_example = false;           ///< made up, for the demo
  bool operator==(const Marks&) const = default;
};

/// What the cloud's own records say of a job beside the job: who did what, to what.
struct Finding {
  std::string operation{};    ///< "createServer", as the record calls it
  std::string person{};       ///< who did it; "" when that is not known
  std::string resource_id{};  ///< of what it was done to
  std::string resource_name{};
  std::optional<Time> found_at{};  ///< since when; nothing: no record tells of the job
  bool is_queryable = true;        ///< the cloud can be queried for the job itself

  bool operator==(const Finding&) const = default;
};

/// One job, as the board shows it.
struct JobRecord {
  cloud::JobAddress address{};
  std::string type{};  ///< as sent
  Status status = Status::unknown;
  std::string status_text{};                   ///< as sent
  bool is_final = false;                       ///< it and all its parts have ended
  std::optional<Time> begun_at{}, ended_at{};  ///< as the cloud says
  Time first_seen{}, last_seen{}, last_change{};
  std::int64_t version = 0;  ///< counts what changed; of the last
  Counts counts{};
  std::string error_code{}, error_text{};  ///< of the first failure, cut
  std::string failed_job{};                ///< the id of the sub-job that failed first
  std::vector<FailureGroup> failures{};    ///< the largest first, at most 20
  /// Since when the cloud knows it no longer, or cannot be queried for it. A job that had not ended
  /// by then is lost: nobody can say how it went.
  std::optional<Time> forgotten_at{};
  Marks marks{};
  Finding finding{};

  bool is_lost() const { return forgotten_at.has_value() && !is_final; }
};

/// What a board shows. Empty lists and texts leave all in.
struct BoardQuery {
  enum class State { any, unfinished, ended, lost };
  State state = State::any;
  std::vector<Status> statuses{};
  std::string region{}, service{}, project{}, type{}, label{};
  /// Anywhere in ids, type, label, errors, what it was done to; or a whole ID, name or address of
  /// one of its parts. Small and capital letters are one.
  std::string text{};
  std::string person{};                  ///< who did it
  std::string resource{};                ///< the id or the name of what it was done to
  bool may_see_people = false;           ///< else nobody is found by a name
  std::optional<Time> since{}, until{};  ///< of the last change
  /// Of the end, as the cloud says; of the last change where it does not.
  std::optional<Time> ended_since{};
  bool only_followed = false;
  enum class Order { changed, begun };  ///< the newest first
  Order order = Order::changed;
  std::size_t limit = 50;
  std::string cursor{};  ///< of the page before; "" for the first page

  /// Nothing: the jobs themselves. Else how many there are of each, the one that changed last
  /// first; what has none of it is left out.
  enum class Group { service, person, resource };
  std::optional<Group> group{};

  /// What a viewer may see; nothing: all. One entry must fit.
  struct Scope {
    std::vector<std::string> projects{};  ///< "*" is every one
    std::vector<std::string> services{};  ///< empty: all
  };
  std::optional<Scope> scope{};
};

inline constexpr std::size_t kMostOnPage = 500;

/// Jobs that have one thing in common.
struct JobGroup {
  std::string value{};  ///< of the service, the person or the resource
  std::uint64_t jobs = 0;
  std::uint64_t unfinished = 0;
  std::uint64_t failed = 0;
  Time last_change{};
};

struct BoardPage {
  std::vector<JobRecord> jobs{};
  std::vector<JobGroup> groups{};  ///< in the place of jobs, at most as many as a page may have
  std::string next{};              ///< the cursor of the next page; "" when this is the last
};

/// Events of one change, as the text of JSON objects with "," between: as they are stored, so that
/// nobody reads and writes 250,000 of them anew. See event_json.h for what stands in one.
struct EventsPage {
  std::string json{};
  std::string next{};  ///< "" when there are no more
};

/// What the cloud said once.
struct VersionRecord {
  std::int64_t version = 0;
  Time at{};
  std::size_t size = 0;   ///< of the body, in bytes
  std::string sha256{};   ///< of the body, in hex
  bool has_body = false;  ///< it is still there
};

/// How long jobs of one kind took, from the last of them.
struct Durations {
  std::size_t count = 0;
  double p50 = 0, p90 = 0, p95 = 0;  ///< seconds
};
Durations durations_of(std::vector<double> seconds);

/// What is stored for how long. Zero: for ever.
struct Retention {
  std::chrono::seconds jobs{std::chrono::days(90)};
  std::chrono::seconds bodies{std::chrono::days(30)};     ///< the last of each job
  std::chrono::seconds versions{std::chrono::hours(24)};  ///< those before it
  std::chrono::seconds failures{std::chrono::days(400)};  ///< counted over all jobs
  std::uint64_t size = std::uint64_t{2} << 30;            ///< bytes of the whole
};

}  // namespace jobtree::store

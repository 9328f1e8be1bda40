// A job that the cloud's own records name, as a value; and how several of one job become one.
//
// Knows: what can be said of a job that nobody named. Must not know: which record said it, and
// where jobs are remembered. All of it came from outside: every text is one line, cut and UTF-8,
// but none is fit for HTML.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cloud/job_source.h"
#include "store/records.h"

namespace jobtree::discovery {

inline constexpr std::size_t kLongestName = 256;    ///< bytes: of resources, users, operations
inline constexpr std::size_t kLongestWord = 128;    ///< of types and status words
inline constexpr std::size_t kLongestError = 1024;  ///< of an error's text
inline constexpr std::size_t kMostSubJobs = 1000;
inline constexpr std::size_t kLargestBody = std::size_t{1} << 20;

struct FoundJob {
  enum class Source { trace, list };

  /// The service is a name of the catalogue, or of one that it does not have a plain form of the
  /// name that the record has. A project of "-" is the key's own.
  cloud::JobAddress address{};
  /// Whether the service can be queried for it. If not, what stands here is all there is.
  bool is_queryable = false;
  Source source = Source::trace;
  std::string trace_id{};       ///< of a trace
  std::string service_type{};   ///< as a trace says it: "ECS"
  std::string resource_type{};  ///< the same: "ecs"
  std::string rating{};         ///< the same: "normal", "warning" or "incident"
  std::string operation{};      ///< a trace's trace_name, a list's name of a task: "createServer"
  std::string type{};           ///< the job's own type: "createSingleServer"
  std::string status_text{};    ///< as said; "" when the record does not say how the job is
  std::optional<store::Status> status{};  ///< nothing with no status_text
  std::optional<store::Time> begun_at{}, ended_at{};
  /// When that was so: a trace's time, and of a list when it was read.
  std::optional<store::Time> said_at{};
  std::string user{};            ///< whose doing it was: the name, and nothing else of a user
  bool is_user_guessed = false;  ///< see name_submitters()
  std::string resource_id{};
  std::string resource_name{};
  std::optional<double> progress{};  ///< 0 to 100
  std::string error_code{};          ///< [A-Za-z0-9._-]
  std::string error_text{};
  std::vector<std::string> sub_jobs{};  ///< their ids
  /// The whole job as JSON, byte for byte, where a record has it when the job has ended.
  std::string body{};
};

/// One of each job, in the order of their first records. The user comes from the record that has
/// one. The state (status, times, progress, error) comes from one record that has one: of an end
/// rather than of a job under way, then the latest. A job that is a sub-job of another is left out:
/// batch operations leave a trace of each.
std::vector<FoundJob> join(std::vector<FoundJob> jobs);

/// A call that a user made and whose record names no job.
struct Submission {
  std::string region{}, project_id{}, service{};
  std::string operation{}, resource_type{}, resource_name{};
  std::string user{};
  store::Time at{};
};

/// Services that record a call and its end have the user in the first record and the job in the
/// second (CTS FAQ 012; IMS). They share no id, so that it is a guess, and marked so: the last
/// submission of the same operation on a resource of the same name, at most a day before.
void name_submitters(std::vector<FoundJob>& jobs, const std::vector<Submission>& submissions);

/// One line of at most so many bytes, without blanks at its ends. "null", which services write as
/// a text too, is no text.
std::string plain_text(std::string text, std::size_t most);
/// Letters, digits and "-_.:/@+=": else "". Ids of resources have many forms.
std::string resource_id_of(std::string_view text);
/// A word's class, as in the engine's table of all services; nothing for "".
std::optional<store::Status> status_of(std::string_view word);

}  // namespace jobtree::discovery

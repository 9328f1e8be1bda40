// What a reading of a job is to HTTP: the facts of its response as a value, and the text of its
// head.
//
// Knows: Age, Cache-Status (RFC 9211), ETag and the other headers of a job. Must not know: where a
// response goes, when, or what is kept for the next.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "cloud/job_source.h"
#include "gateway/jobs/cache/cache_entry.h"
#include "gateway/jobs/cache/job_limits.h"
#include "gateway/jobs/prepared_heads.h"
#include "gateway/jobs/representations.h"
#include "net/http_server.h"

namespace jobtree::gateway {

/// Why there is no job to show.
struct JobProblem {
  enum class Kind {
    cloud,    ///< `reply` says what the cloud, or the way there, did
    busy,     ///< too many fetches or too many bytes here: 503
    internal  ///< this program broke: 500
  };
  Kind kind = Kind::busy;
  std::shared_ptr<const cloud::JobReply> reply{};  ///< of kind cloud; without its body
  /// What is left of it now, at least a second.
  std::optional<std::chrono::seconds> retry_after{};
  std::string why{};  ///< of kind internal: for the log
};

/// An answer just before it goes out, and all facts about it.
struct JobResponse {
  /// Ready to send, 200 or 304, when there is no problem.
  net::Prepared prepared{};
  std::optional<JobProblem> problem{};
  /// For the answer that words a problem: Age, Cache-Status, Preference-Applied, each with its
  /// CRLF. A prepared answer has them.
  std::string header_lines{};

  int status = 0;  ///< 200 or 304; 0 with a problem: whoever words it knows
  Way way = Way::hit;
  bool was_parked = false;     ///< it was made to wait for a change, as it had asked to
  bool is_final = false;       ///< the job changes no more
  bool is_stored = false;      ///< it is what was remembered, not the cloud's word of now
  std::chrono::seconds age{};  ///< since the cloud said so
  /// Of the reply that confirmed what is shown, or of the one that failed; "": none came.
  std::string cloud_request_id{};
  std::string cache_status{};  ///< as the header says it
};

/// How long what comes from the cache is past its time; zero: it is not, or it changes no more.
std::chrono::seconds overdue(const Reading& reading);

/// All facts of a response but `status` and `prepared`. `wait`: for how long the viewer would have
/// waited for a change.
JobResponse facts_of(const Reading& reading, std::chrono::seconds wait);

/// The head of a response with a job, 200 or 304, without the lines that are the same for all jobs
/// and without the viewer's own. `cache_status` is that of the facts.
std::string head_of(const Reading& reading, const HeadVariant& variant,
                    std::string_view cache_status, const Form& form);

}  // namespace jobtree::gateway

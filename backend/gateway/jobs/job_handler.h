// Answers an exchange with a job, now or later, and never blocks.
//
// Knows: versions and codings, long polls, who is answered now and who later. Must not know:
// routes, tokens, problem documents, metrics: whoever calls it is told the facts as a value
// (JobResponse) and has the last word; nor how a head is worded (job_response.h).
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "cloud/job_source.h"
#include "gateway/jobs/cache/job_limits.h"
#include "gateway/jobs/cache/poll_schedule.h"
#include "gateway/jobs/executor.h"
#include "gateway/jobs/job_memory.h"
#include "gateway/jobs/job_response.h"
#include "net/http_server.h"
#include "store/shared.h"

namespace jobtree::gateway {

/// What a body says of its job.
struct Judgement {
  /// It changes no more. A "no" for want of certainty costs fetches, a wrong "yes" freezes the job
  /// for ever.
  bool is_final = false;
  bool is_another = false;  ///< not the job that was queried
};

/// What a viewer wants. The views are read during the call of answer() alone.
struct JobQuery {
  std::string_view if_none_match{};
  std::string_view accept_encoding{};
  /// How long it would wait for another version than the one it has ("Prefer: wait").
  std::chrono::seconds wait{0};
  /// Lines that belong to this viewer's answer, CORS for one, each with its CRLF. Few different
  /// ones: each gets a head of its own.
  std::string_view header_lines{};
  /// Who asks, as the caller knows them: handed to the predicate of release_if(), not looked into.
  std::shared_ptr<const void> owner{};
};

class JobHandler {
 public:
  struct Options {
    JobLimits limits{};
    /// Called once a version, on a thread of the executor. Empty: no job ends, and none is checked.
    /// A reply whose job has another id than was asked for is malformed, and never shown.
    std::function<Judgement(const cloud::JobAddress& address, std::string_view body)> judge{};
    /// In every answer with a job, 200 and 304: what keeps a browser strict. Lines with CRLF.
    std::string header_lines{};
    /// In those with a body alone: a 304 would put its policy in the place of the page's.
    std::string body_header_lines{};
    /// Hears every reply of the cloud once, on a thread of the executor, before a viewer does, and
    /// may complete it, with a request id for one. May be empty.
    std::function<void(const cloud::JobAddress&, cloud::JobReply&)> heard{};
    /// See FetchOptions. May be empty.
    std::function<store::PollTurn(const cloud::JobAddress&, schedule::Duration interval)>
        take_turn{};
    /// Is told what came, and stands in for what does not. It must outlive the handler; null:
    /// nothing is remembered.
    JobMemory* memory = nullptr;
  };
  /// Has the last word: what it returns goes out, the answer's own `prepared` or another in its
  /// place. Called exactly once for every answer(), during it or later from another thread, also
  /// when the viewer has left meanwhile. It must not block.
  using Finish = std::function<net::Prepared(JobResponse&&)>;

  /// `source` and `executor` must outlive it.
  JobHandler(Options options, cloud::JobSource& source, Executor& executor, Clock clock);
  /// Closes.
  ~JobHandler();
  /// For the end: nothing is fetched or packed any more; returns when what runs is over, so let the
  /// source stop first. Then no `finish` is called any more, and what it uses may go: who still
  /// waits gets no answer from here.
  void close();

  /// Answers, or defers the exchange and answers later. Thread-safe.
  void answer(net::Exchange& exchange, const cloud::JobAddress& address, const JobQuery& query,
              Finish finish);

  /// Answers those of the parked for whose owner `is_over` says so, with what there is: finish
  /// then learns that their token was revoked. Thread-safe.
  void release_if(const std::function<bool(const std::shared_ptr<const void>& owner)>& is_over);
  /// Tells all parked that there was no change; from now on nobody is parked. Thread-safe.
  void release_all();

  /// Has the job fetched, if its interval is over, though nobody views it; `done` is called once,
  /// from here or from another thread, and must not block. Thread-safe.
  void look(const cloud::JobAddress& address, std::function<void(const Reading&)> done);
  /// Room for bytes that somebody is to be sent, beside those of jobs; nothing when there is none.
  std::optional<ByteCharge> charge(std::size_t bytes) const;

  JobFigures figures() const;

 private:
  class Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace jobtree::gateway

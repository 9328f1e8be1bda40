// One job, queried once or until it ends: when to query, what a reply means, when to give up.
//
// Knows: the engine's schedule and parser, the cloud's replies, the exit codes. Must not know:
// terminals, signals, threads, what time it is: an EventLoop has those, and a Display shows, so
// that a test has both in its hands.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "cloud/job_source.h"
#include "i18n/watch_words.h"
#include "model/job.h"
#include "poll/schedule.h"

namespace jobtree::commands {

/// A job as the cloud told it.
struct Snapshot {
  std::string body;  ///< byte for byte
  engine::JobTree tree;
  std::string request_id{};  ///< of the query that brought it
};

/// A moment as EventLoop::steady() counts it.
inline double steady_milliseconds(std::chrono::steady_clock::time_point time) {
  return std::chrono::duration<double, std::milli>(time.time_since_epoch()).count() + 1;
}

/// What time it is and what happens outside. One query is under way at most.
class EventLoop {
 public:
  enum class Event {
    time,         ///< `until` has come, or was near enough
    reply,        ///< reply() has it
    resized,      ///< the window has another size
    suspended,    ///< the user wants the shell: give back the terminal, then call suspend()
    interrupted,  ///< a signal to end: interrupted_by() says which
    reader_gone   ///< nobody reads standard output any more
  };
  virtual ~EventLoop() = default;
  virtual double steady() = 0;           ///< milliseconds, on a clock that nobody sets; above 0
  virtual double wall() = 0;             ///< milliseconds since 1970
  virtual void fetch() = 0;              ///< begins a query
  virtual Event wait(double until) = 0;  ///< until then by steady(), or until something happened
  virtual cloud::JobReply reply() = 0;
  virtual void suspend() {}  ///< returns when the user wants us back
  virtual int interrupted_by() { return 0; }
};

enum class End {
  replied,       ///< queried once, and there is a job
  settled,       ///< the job has ended
  query_failed,  ///< a query failed, and another would fail too
  bad_address,   ///< no job can have such an address: nothing was sent
  timed_out,
  interrupted,
  reader_gone
};

struct Ending {
  End how = End::query_failed;
  std::shared_ptr<const Snapshot> last;      ///< nullptr when there was none
  std::optional<cloud::JobReply> failure{};  ///< of the last query, when it failed
  int signal = 0;                            ///< of interrupted
};

/// See exit_code.h: 0 when the job succeeded, was skipped, or still runs and one query was all that
/// was wanted; 1 when it failed or was cancelled, by the whole job's own word; a reader that is
/// gone counts as SIGPIPE.
int exit_code(const Ending& ending);

class Display {
 public:
  virtual ~Display() = default;
  /// Something in the reply is new; `before` is nullptr the first time.
  virtual void changed(const Snapshot* before, const Snapshot& now, double wall) = 0;
  /// A query failed; another will be made.
  virtual void failed(const cloud::JobReply& reply, const engine::WatchFacts& facts,
                      const Snapshot* last, double wall) = 0;
  /// A sentence for the operator that is no failure.
  virtual void note(const Bilingual& sentence) = 0;
  virtual void ended(const Ending& ending, double wall) = 0;

  /// For displays that are redrawn: after every event, and every second when ticks() is true.
  virtual bool ticks() const { return false; }
  virtual void refresh(const Snapshot* /*last*/, const engine::WatchFacts& /*facts*/,
                       double /*wall*/) {}
  /// Gives back the terminal; the next refresh() takes it again.
  virtual void leave() {}
};

struct WatchOptions {
  std::string job_ids{};   ///< a reply for another job is a failure, see is_about
  bool until_end = false;  ///< --wait
  double timeout = 600;    ///< seconds, over all
  std::uint32_t seed = 1;  ///< of the jitter between queries
};

/// What a reply means to the schedule. Outcomes that are not told apart here are judged by their
/// HTTP status, as the page judges them.
engine::PollOutcome reply_of(const cloud::JobReply& reply);

Ending watch(const WatchOptions& options, EventLoop& events, Display& display);

}  // namespace jobtree::commands

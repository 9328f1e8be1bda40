// One job, asked for once or until it ends: when to ask, what an answer means, when to give up.
//
// Knows: the engine's poller and parser, the cloud's answers, the exit codes. Must not know:
// terminals, signals, threads, what time it is: those are a World's, and what is shown is a
// Display's, so that a test has both in its hands.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "cloud/job_source.h"
#include "job.h"
#include "poller.h"
#include "text.h"

namespace jobtree::commands {

/// A job as the cloud told it.
struct Snapshot {
  std::string body;  ///< byte for byte
  engine::JobTree tree;
};

/// What time it is and what happens outside. One query is under way at most.
class World {
 public:
  enum class Woke {
    time,         ///< `until` has come, or was near enough
    answer,       ///< answer() has it
    resized,      ///< the window has another size
    suspended,    ///< the user wants the shell: give back the terminal, then call suspend()
    interrupted,  ///< a signal to end: interrupted_by() says which
    reader_gone   ///< nobody reads standard output any more
  };
  virtual ~World() = default;
  virtual double steady() = 0;          ///< milliseconds, on a clock that nobody sets; more than 0
  virtual double wall() = 0;            ///< milliseconds since 1970
  virtual void ask() = 0;               ///< begins a query
  virtual Woke wait(double until) = 0;  ///< until then on the steady clock, or something happened
  virtual cloud::JobReply answer() = 0;
  virtual void suspend() {}  ///< returns when the user wants us back
  virtual int interrupted_by() { return 0; }
};

enum class End {
  answered,       ///< asked once, and it was answered
  settled,        ///< the job has ended
  could_not_ask,  ///< a query failed, and another would fail too
  bad_address,    ///< no job can have such an address: nothing was asked
  timed_out,
  interrupted,
  reader_gone
};

struct Ending {
  End how = End::could_not_ask;
  std::shared_ptr<const Snapshot> last;      ///< nullptr when there was none
  std::optional<cloud::JobReply> failure{};  ///< of the last query, when it failed
  int signal = 0;                            ///< of interrupted
};

/// 0 when the job succeeded, was skipped, or is still going on and that was all that was asked; 1
/// failed or cancelled, by the whole job's own word; 2 usage; 3 could not ask; 4 timed out; 128 and
/// the signal's number when interrupted (a reader that is gone counts as SIGPIPE).
int exit_code(const Ending& ending);

class Display {
 public:
  virtual ~Display() = default;
  /// Something in the answer is new; `before` is nullptr the first time.
  virtual void changed(const Snapshot* before, const Snapshot& now, double wall) = 0;
  /// A query failed; another will be made.
  virtual void failed(const cloud::JobReply& answer, const engine::WatchFacts& facts,
                      const Snapshot* last, double wall) = 0;
  /// A sentence for the operator that is no failure.
  virtual void note(const std::string& sentence) = 0;
  virtual void ended(const Ending& ending, double wall) = 0;

  /// For displays that are redrawn: after every event, and every second when ticks() is true.
  virtual bool ticks() const { return false; }
  virtual void refresh(const Snapshot* /*last*/, const engine::WatchFacts& /*facts*/,
                       double /*wall*/) {}
  /// Gives back the terminal; the next refresh() takes it again.
  virtual void leave() {}
};

struct WatchOptions {
  bool until_end = false;  ///< --wait
  double timeout = 600;    ///< seconds, over all
  std::uint32_t seed = 1;  ///< of the jitter between queries
};

/// What an answer means to the poller. Outcomes that are not told apart here are judged by their
/// HTTP status, as the page judges them.
engine::Reply reply_of(const cloud::JobReply& answer);

Ending watch(const WatchOptions& options, World& world, Display& display);

}  // namespace jobtree::commands

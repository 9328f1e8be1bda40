// One poll for all viewers of a job.
//
// The invariant: of each job at most one question is under way, and the next begins no sooner than
// the job's interval after the answer to the last, however many viewers ask, wait or leave. All
// else follows from it: who comes while a question is under way shares its answer, who comes within
// the interval gets the last one, and a question belongs to the job, not to the viewer whose coming
// set it off.
//
// Knows: what the cloud said of a job, as opaque bytes with a version, when, and how it went.
// Must not know: HTTP, or what a job looks like; whether an answer is final it is told. It has no
// threads, no clock and no chance of its own (see World), so that a test has them in its hands.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "cloud/job_source.h"

namespace jobtree::gateway {

class JobCache {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Task = std::function<void()>;

  /// Time, chance and threads; crew.h has the real ones.
  class World {
   public:
    virtual ~World() = default;  ///< waits for the tasks that run, and drops the others
    virtual Time now() = 0;
    virtual double chance() = 0;  ///< evenly from 0 up to but not including 1
    /// On another thread, soon: hardly ever are more than max_flights of them unfinished.
    virtual void run(Task task) = 0;
    /// Calls `task` at that time or sooner. Only the earliest alarm need be kept.
    virtual void alarm(Time time, Task task) = 0;
  };

  struct Options {
    std::size_t max_flights = 64;   ///< questions under way at one time
    std::size_t max_waiting = 96;   ///< viewers who wait for an answer to one
    std::size_t max_parked = 128;   ///< viewers who have an answer and wait for another
    std::size_t max_jobs = 10'000;  ///< remembered; what was last asked for longest ago goes first
    /// Of all that is remembered. Past it nobody more is made to wait for a change, since what is
    /// watched cannot be forgotten.
    std::size_t max_bytes = std::size_t{512} << 20;
    /// A strong validator of an answer's bytes.
    std::function<std::string(std::string_view body)> version_of;
    /// Whether an answer is final; empty: none is. A "no" for want of certainty costs polls, a
    /// wrong "yes" freezes the job for ever.
    std::function<bool(std::string_view body)> is_settled;
    /// Hears every answer once, on any thread, before a viewer does, and may complete it. May be
    /// empty.
    std::function<void(const cloud::JobAddress&, cloud::JobReply&)> heard;
  };

  /// What a job looked like. It never changes, so that any number of viewers can read it at once.
  struct Content {
    std::string body;  ///< byte for byte
    std::string version;
    bool is_final = false;
  };

  /// Why a question brought no job.
  struct Trouble {
    cloud::JobReply answer;
    std::exception_ptr broken;  ///< what the source threw, if it did
  };

  enum class Way {
    hit,        ///< from memory
    forwarded,  ///< the viewer's coming set off a question, and this is its answer
    collapsed   ///< the answer to a question that was under way already, or came up meanwhile
  };

  /// What a viewer is told. When there is neither content nor trouble, nothing is known and too
  /// much is under way to ask.
  struct Reading {
    std::shared_ptr<const Content> content;  ///< nullptr: none to show
    /// nullptr: the last question was answered. Beside content: the content is shown for a while
    /// though it could not be confirmed.
    std::shared_ptr<const Trouble> trouble;
    std::string request_id;  ///< the cloud's, of the answer that last confirmed the content
    std::chrono::seconds
        age{};  ///< since the cloud said so, or, without content, since the trouble
    std::chrono::seconds ttl{};  ///< how long the content counts as fresh; negative: no longer
    Way way = Way::hit;
    bool had_content = false;  ///< there was some when the viewer came
    bool was_parked = false;   ///< the viewer's patience was made use of
  };
  using Done = std::function<void(Reading)>;
  using Viewer = std::uint64_t;

  /// What a viewer has already, and how long it would wait for something else.
  struct Wish {
    std::function<bool(std::string_view version)> has{};  ///< empty: it has nothing
    std::chrono::seconds patience{0};
  };

  /// How much of everything there is now.
  struct Figures {
    std::size_t jobs = 0, bytes = 0, flights = 0, waiting = 0, parked = 0;
  };

  /// `source` must outlive it.
  JobCache(Options options, cloud::JobSource& source, std::unique_ptr<World> world);
  ~JobCache();

  /// Calls `done` once: from here when there is an answer, else later from another thread. A viewer
  /// who has the current version and patience hears when the version changes, when questions begin
  /// to fail or to fail otherwise or cease to, or when patience is over. Thread-safe.
  Viewer ask(const cloud::JobAddress& address, Wish wish, Done done);

  /// Calls `done` of a viewer who still waits, with what there is, for nobody will read it. What
  /// its coming set off goes on; when it was the last who watched, no more is asked.
  void leave(const cloud::JobAddress& address, Viewer viewer);

  /// Tells all who wait for a change that there was none. From now on nobody is made to wait for
  /// one.
  void release_parked();

  Figures figures() const;

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace jobtree::gateway

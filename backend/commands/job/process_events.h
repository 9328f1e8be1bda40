// This process as the watch of a job sees it: its clocks, its signals, its standard output.
//
// Knows: POSIX. Must not know: what is shown, what a reply means.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <thread>

#include "cloud/job_source.h"
#include "commands/job/job_watch.h"

namespace jobtree::commands {

/// Queries run on a thread of their own, so that a signal, the deadline and the clock on the screen
/// need not wait for a reply. A thread that is done is waited for until it has ended: it still
/// frees what it had, and the process must not end meanwhile.
class ProcessEvents final : public EventLoop {
 public:
  /// Make it before any other thread starts, as it blocks the signals it waits for. `draws`: the
  /// terminal is drawn on, so it must be told of its size, and given back when the user stops us.
  explicit ProcessEvents(bool draws);
  ~ProcessEvents() override;
  ProcessEvents(const ProcessEvents&) = delete;
  ProcessEvents& operator=(const ProcessEvents&) = delete;

  /// Does on another thread what may block; 0 when it is done, or the signal that came before. Then
  /// the work goes on, so the process must end without tidying up. `work` must not throw.
  int run_unless_interrupted(std::function<void()> work);
  /// What fetch() queries; to be called before it.
  void set_query(std::shared_ptr<cloud::JobSource> source, cloud::JobAddress address);
  /// A query that is under way cannot be called off; the process must then end without tidying up.
  bool is_fetching() const { return is_fetching_; }

  double steady() override;
  double wall() override;
  void fetch() override;
  cloud::JobReply reply() override;
  Event wait(double until) override;
  void suspend() override;
  int interrupted_by() override { return signal_; }

 private:
  class Flag;
  struct Query;
  std::optional<Event> signalled();

  const std::shared_ptr<Query> query_;
  std::thread thread_;  ///< of the query
  int signals_ = -1;    ///< a signalfd
  int signal_ = 0;
  bool is_fetching_ = false;
};

}  // namespace jobtree::commands

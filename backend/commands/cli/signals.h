// The signals that end a command, or tell it something.
//
// Knows: POSIX signals. Must not know: what ends, and what is done before.
#pragma once

#include <chrono>
#include <csignal>
#include <functional>
#include <initializer_list>
#include <memory>

namespace jobtree::commands {

/// Blocks `signals` in this thread and in all that start later, so that one thread can wait for
/// them. Returns those that it blocked: a signal that was ignored when the program started stays
/// so, as `nohup` and a shell's background want it.
sigset_t block_signals(std::initializer_list<int> signals);

/// Ends a process that serves: at the first SIGINT or SIGTERM in good order, at the second, or when
/// the grace is over, on the spot, whatever else hangs. A thread of its own waits for the signals
/// for the rest of the process's life and calls nothing that could block.
class EndSignals {
 public:
  struct Options {
    /// From the first signal, or end(), to the end by force.
    std::chrono::milliseconds grace{4000};
    /// For SIGHUP; must not block. Empty: SIGHUP ends the process as SIGTERM does.
    std::function<void()> on_hangup{};
  };

  /// Make it before any other thread starts, once in a process.
  explicit EndSignals(Options options);

  /// Returns after the first signal, or end(). The process then has the grace to end by itself.
  void wait();
  /// As if a signal had come. From any thread.
  void end();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

/// Whether a terminal stands behind this process, closed by its user with SIGHUP.
bool has_terminal();

}  // namespace jobtree::commands

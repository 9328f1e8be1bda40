#include "commands/cli/signals.h"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include <ctime>
#include <thread>
#include <utility>

#include "base/mutex.h"
#include "commands/cli/exit_code.h"

namespace jobtree::commands {

sigset_t block_signals(std::initializer_list<int> signals) {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : signals) {
    struct sigaction action = {};
    ::sigaction(signal, nullptr, &action);
    if (action.sa_handler != SIG_IGN) sigaddset(&set, signal);
  }
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  return set;
}

/// Shared with the thread that waits, which outlives everything.
struct EndSignals::State {
  Mutex mutex;
  Condition changed;
  bool is_ending JOBTREE_GUARDED_BY(mutex) = false;

  void end() {
    const Lock lock(mutex);
    is_ending = true;
    changed.notify_all();
  }
};

namespace {

/// Returns when somebody insists, or at the deadline.
void wait_for_second(const sigset_t& signals, std::chrono::steady_clock::time_point deadline) {
  for (;;) {
    const std::chrono::nanoseconds left = deadline - std::chrono::steady_clock::now();
    if (left.count() <= 0) return;
    const timespec wait{.tv_sec = static_cast<std::time_t>(left.count() / 1'000'000'000),
                        .tv_nsec = static_cast<long>(left.count() % 1'000'000'000)};
    siginfo_t info{};
    const int signal = ::sigtimedwait(&signals, &info, &wait);
    const bool is_ours = info.si_code == SI_QUEUE && info.si_pid == ::getpid();  // of end()
    if ((signal == SIGINT || signal == SIGTERM) && !is_ours) return;
  }
}

}  // namespace

EndSignals::EndSignals(Options options) : state_(std::make_shared<State>()) {
  const sigset_t signals = block_signals({SIGINT, SIGTERM, SIGHUP});
  std::thread([signals, state = state_, options = std::move(options)] {
    while (::sigwaitinfo(&signals, nullptr) == SIGHUP && options.on_hangup)
      options.on_hangup();
    state->end();
    wait_for_second(signals, std::chrono::steady_clock::now() + options.grace);
    ::_exit(kExitOk);
  }).detach();
}

void EndSignals::wait() {
  const Lock lock(state_->mutex);
  while (!state_->is_ending)
    state_->changed.wait(state_->mutex);
}

void EndSignals::end() {
  state_->end();
  ::sigqueue(::getpid(), SIGTERM, {});  // wakes the thread that counts the grace
}

bool has_terminal() {
  const int terminal = ::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  if (terminal < 0) return false;
  ::close(terminal);
  return true;
}

}  // namespace jobtree::commands

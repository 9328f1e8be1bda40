#include "commands/job/process_events.h"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <csignal>
#include <utility>

#include "commands/cli/signals.h"

namespace jobtree::commands {
namespace {

double milliseconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

}  // namespace

/// A flag that poll() can wait for.
class ProcessEvents::Flag {
 public:
  Flag() : file_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}
  ~Flag() { ::close(file_); }
  Flag(const Flag&) = delete;
  Flag& operator=(const Flag&) = delete;
  int file() const { return file_; }
  void raise() { ::eventfd_write(file_, 1); }
  void lower() {
    eventfd_t count = 0;
    ::eventfd_read(file_, &count);
  }

 private:
  int file_;
};

/// Shared with the thread of the query, which may outlive us. While that runs, all but the flag is
/// its own.
struct ProcessEvents::Query {
  std::shared_ptr<cloud::JobSource> source;
  cloud::JobAddress address;
  Flag arrived;
  cloud::JobReply reply;
};

ProcessEvents::ProcessEvents(bool draws) : query_(std::make_shared<Query>()) {
  const sigset_t signals = draws ? block_signals({SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGTSTP})
                                 : block_signals({SIGINT, SIGTERM, SIGHUP});
  signals_ = ::signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
}

ProcessEvents::~ProcessEvents() {
  if (thread_.joinable()) thread_.detach();
  ::close(signals_);
}

int ProcessEvents::run_unless_interrupted(std::function<void()> work) {
  const auto done = std::make_shared<Flag>();
  std::thread thread([done, work = std::move(work)] {
    work();
    done->raise();
  });
  for (;;) {
    pollfd files[] = {{done->file(), POLLIN, 0}, {signals_, POLLIN, 0}};
    ::poll(files, 2, -1);
    if ((files[0].revents & POLLIN) != 0) {
      thread.join();
      return 0;
    }
    if ((files[1].revents & POLLIN) != 0 && signalled() == Event::interrupted) {
      thread.detach();
      return signal_;
    }
  }
}

void ProcessEvents::set_query(std::shared_ptr<cloud::JobSource> source, cloud::JobAddress address) {
  query_->source = std::move(source);
  query_->address = std::move(address);
}

double ProcessEvents::steady() {
  return steady_milliseconds(std::chrono::steady_clock::now());
}

double ProcessEvents::wall() {
  return milliseconds(std::chrono::system_clock::now().time_since_epoch());
}

void ProcessEvents::fetch() {
  is_fetching_ = true;
  thread_ = std::thread([query = query_] {
    query->reply = query->source->job(query->address, {});
    query->arrived.raise();
  });
}

cloud::JobReply ProcessEvents::reply() {
  is_fetching_ = false;
  query_->arrived.lower();
  thread_.join();
  return std::move(query_->reply);
}

EventLoop::Event ProcessEvents::wait(double until) {
  for (;;) {
    const double left = std::clamp(std::ceil(until - steady()), 0.0, 3'600'000.0);
    // Of standard output only errors count: the end of a pipe that nobody reads.
    pollfd files[] = {
        {query_->arrived.file(), POLLIN, 0}, {signals_, POLLIN, 0}, {STDOUT_FILENO, 0, 0}};
    const int ready = ::poll(files, 3, static_cast<int>(left));
    if (ready < 0 && errno != EINTR) return Event::time;
    if (ready == 0) return Event::time;
    if ((files[1].revents & POLLIN) != 0) {
      if (const auto event = signalled()) return *event;
    }
    if ((files[0].revents & POLLIN) != 0) return Event::reply;
    if ((files[2].revents & (POLLERR | POLLHUP)) != 0) return Event::reader_gone;
  }
}

/// By the signal's own action, not by SIGSTOP: the system passes over it where no shell is there to
/// wake us again.
void ProcessEvents::suspend() {
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTSTP);
  pthread_sigmask(SIG_UNBLOCK, &stop, nullptr);
  ::raise(SIGTSTP);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);
}

std::optional<EventLoop::Event> ProcessEvents::signalled() {
  signalfd_siginfo info{};
  if (::read(signals_, &info, sizeof info) != sizeof info) return std::nullopt;
  signal_ = static_cast<int>(info.ssi_signo);
  if (signal_ == SIGWINCH) return Event::resized;
  if (signal_ == SIGTSTP) return Event::suspended;
  return Event::interrupted;
}

}  // namespace jobtree::commands

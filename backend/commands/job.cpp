// backend job: one job in the terminal, once or until it ends. Joins the cloud, the watch and a
// display to this process: its clock, its signals, its standard output.
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
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <iostream>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "cloud/job_source.h"
#include "commands/cli/cloud_connection.h"
#include "commands/cli/flags.h"
#include "commands/cli/terminal.h"
#include "commands/commands.h"
#include "commands/job/job_display.h"
#include "commands/job/job_text.h"
#include "commands/job/job_watch.h"

namespace jobtree::commands {
namespace {

constexpr int kUsage = 2;
constexpr int kCouldNotShow = 3;
constexpr double kLongestTimeout = 30.0 * 24 * 3600;  // seconds

struct Flags {
  std::string job_id;
  CloudFlags cloud;
  std::string service = "eip";
  bool wait = false;
  double timeout = 600;
  std::string output = "tree";
  std::string color = "auto";
  std::string lang;
  std::string config;
};

/// What the user's environment says of the terminal and the language. Read before connect(), which
/// empties the environment of keys.
struct Surroundings {
  bool is_terminal = false;  ///< one that can be drawn on
  bool colour = false;
  engine::Language language = engine::Language::en;
};

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

Surroundings look_around(const Flags& flags) {
  Surroundings it;
  const std::string terminal = variable("TERM");
  it.is_terminal = is_terminal(STDOUT_FILENO) && !terminal.empty() && terminal != "dumb";
  // https://no-color.org: any value but the empty one.
  const bool wanted = it.is_terminal && variable("NO_COLOR").empty();
  it.colour = flags.color == "always" || (flags.color == "auto" && wanted);
  std::string language = flags.lang;
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    if (language.empty()) language = variable(name);
  }
  it.language = language_of_locale(language);
  return it;
}

/// This process as the watch sees it. Queries run on a thread of their own, so that a signal, the
/// deadline and the clock on the screen need not wait for an answer.
class Process final : public World {
 public:
  /// Holds back the signals it waits for from all threads that start from now on. `draws`: the
  /// terminal is drawn on, so it must be told of its size, and given back when the user stops us.
  explicit Process(bool draws) : question_(std::make_shared<Question>()) {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
      // What was ignored when we started stays so: nohup, or a shell's background.
      struct sigaction action {};
      ::sigaction(signal, nullptr, &action);
      if (action.sa_handler != SIG_IGN) sigaddset(&signals, signal);
    }
    if (draws) {
      sigaddset(&signals, SIGWINCH);
      sigaddset(&signals, SIGTSTP);
    }
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    signals_ = ::signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
    ::signal(SIGPIPE, SIG_IGN);  // a reader that is gone is an error of write()
  }
  ~Process() override { ::close(signals_); }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void connect(std::shared_ptr<cloud::JobSource> source, cloud::JobAddress address) {
    question_->source = std::move(source);
    question_->address = std::move(address);
  }

  /// A query that goes on cannot be called off; the process then must end without tidying up.
  bool is_asking() const { return asking_; }

  double steady() override {
    return milliseconds(std::chrono::steady_clock::now().time_since_epoch()) + 1;
  }
  double wall() override {
    return milliseconds(std::chrono::system_clock::now().time_since_epoch());
  }

  void ask() override {
    asking_ = true;
    std::thread([question = question_] {
      auto answer = question->source->job(question->address);
      {
        const std::lock_guard lock(question->mutex);
        question->answer = std::move(answer);
      }
      question->arrived.raise();
    }).detach();
  }

  cloud::JobReply answer() override {
    asking_ = false;
    question_->arrived.lower();
    const std::lock_guard lock(question_->mutex);
    return std::move(question_->answer);
  }

  Woke wait(double until) override {
    for (;;) {
      const double left = std::clamp(std::ceil(until - steady()), 0.0, 3'600'000.0);
      // Of standard output only errors are asked for: the end of a pipe that nobody reads.
      pollfd files[] = {
          {question_->arrived.file(), POLLIN, 0}, {signals_, POLLIN, 0}, {STDOUT_FILENO, 0, 0}};
      const int ready = ::poll(files, 3, static_cast<int>(left));
      if (ready < 0 && errno != EINTR) return Woke::time;
      if (ready == 0) return Woke::time;
      if ((files[1].revents & POLLIN) != 0) {
        if (const auto woke = signalled()) return *woke;
      }
      if ((files[0].revents & POLLIN) != 0) return Woke::answer;
      if ((files[2].revents & (POLLERR | POLLHUP)) != 0) return Woke::reader_gone;
    }
  }

  /// By the signal's own action, not by SIGSTOP: the system passes over it where no shell is there
  /// to wake us again.
  void suspend() override {
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    pthread_sigmask(SIG_UNBLOCK, &stop, nullptr);
    ::raise(SIGTSTP);
    pthread_sigmask(SIG_BLOCK, &stop, nullptr);
  }
  int interrupted_by() override { return signal_; }

 private:
  /// A flag that poll() can wait for.
  class Flag {
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

  /// What the asking thread shares with us; it may outlive us.
  struct Question {
    std::shared_ptr<cloud::JobSource> source;
    cloud::JobAddress address;
    Flag arrived;
    std::mutex mutex;
    cloud::JobReply answer;
  };

  static double milliseconds(std::chrono::nanoseconds time) {
    return std::chrono::duration<double, std::milli>(time).count();
  }

  std::optional<Woke> signalled() {
    signalfd_siginfo info{};
    if (::read(signals_, &info, sizeof info) != sizeof info) return std::nullopt;
    signal_ = static_cast<int>(info.ssi_signo);
    if (signal_ == SIGWINCH) return Woke::resized;
    if (signal_ == SIGTSTP) return Woke::suspended;
    return Woke::interrupted;
  }

  const std::shared_ptr<Question> question_;
  int signals_ = -1;
  int signal_ = 0;
  bool asking_ = false;
};

std::unique_ptr<Display> display_for(const Flags& flags, bool is_live, Outlet outlet) {
  if (flags.output == "json") return json_display(std::move(outlet));
  if (flags.output == "events") return event_display(std::move(outlet), flags.job_id);
  if (is_live) return live_display(std::move(outlet));
  return flags.wait ? line_display(std::move(outlet)) : tree_display(std::move(outlet));
}

int fail(int code, const std::string& message) {
  std::cerr << "backend job: " << message << std::endl;
  return code;
}

int run(const Flags& flags) {
  const Surroundings around = look_around(flags);
  const bool is_live = flags.wait && flags.output == "tree" && around.is_terminal;
  Process process(is_live);
  auto connection = connect(flags.cloud);
  if (!connection) {
    return fail(kUsage, connection.error() + " (backend job --help explains every flag)");
  }
  process.connect(std::move(connection.value().source),
                  {flags.cloud.region, flags.service, "-", flags.job_id});

  Writer out(STDOUT_FILENO);
  Writer err(STDERR_FILENO);
  Outlet outlet{.out = [&out](std::string_view bytes) { out.write(bytes); },
                .err = [&err](std::string_view bytes) { err.write(bytes); },
                .window = {},
                .colour = around.colour,
                .language = around.language};
  if (is_terminal(STDOUT_FILENO)) {
    outlet.window = [] { return window_size(STDOUT_FILENO); };
  }
  const auto display = display_for(flags, is_live, std::move(outlet));
  const WatchOptions options{
      .until_end = flags.wait, .timeout = flags.timeout, .seed = std::random_device()()};
  const Ending ending = watch(options, process, *display);

  err.write(ending_report(ending, flags.timeout, process.wall(), around.language));
  int code = exit_code(ending);
  if (out.error() != 0 && out.error() != EPIPE) {
    code = fail(kCouldNotShow,
                std::string("cannot write to standard output: ") + std::strerror(out.error()));
  }
  if (process.is_asking()) ::_exit(code);
  return code;
}

}  // namespace

void add_job(CLI::App& app, int& exit_code) {
  const auto flags = std::make_shared<Flags>();
  CLI::App* job = app.add_subcommand(
      "job",
      "Show one job and its sub-jobs, once or until it ends. Exits 0 when the job succeeded (or, "
      "without --wait, is still going on), 1 when it failed or was cancelled, 2 for a mistake in "
      "the flags, 3 when the cloud could not be asked, 4 when --timeout went by");
  job->add_option("job-id", flags->job_id,
                  "The job, as the cloud named it. Example: backend job "
                  "ff808082843684110184e155fdb36461 --wait")
      ->required();
  add_cloud_flags(*job, flags->cloud);
  add_option(*job, "--service", flags->service, "Whose job it is. Example: --service ecs")
      ->capture_default_str();
  job->add_flag("--wait", flags->wait,
                "Ask again until the job has ended: redrawn in place in a terminal, else a line a "
                "change")
      ->envname("JOBTREE_WAIT");
  add_option(*job, "--timeout", flags->timeout,
             "Seconds after which to give up, over all. Example: --timeout 1800")
      ->check(CLI::Range(1.0, kLongestTimeout))
      ->capture_default_str();
  add_option(
      *job, "--output", flags->output,
      "tree for people; json: the cloud's answer byte for byte, the last one with --wait; events: "
      "a JSON object a line for each change, begin, change or settled, and error and timeout of "
      "the watch")
      ->check(CLI::IsMember({"tree", "json", "events"}))
      ->capture_default_str();
  add_option(*job, "--color", flags->color,
             "auto: in a terminal, unless NO_COLOR is set or TERM is dumb")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
  add_option(*job, "--lang", flags->lang,
             "en or zh; without it, as LC_ALL, LC_MESSAGES or LANG say")
      ->check(CLI::IsMember({"en", "zh"}));
  on_run(*job, exit_code, [flags] {
    try {
      return run(*flags);
    } catch (const std::exception& error) {
      // Not the program's code for this, 1: that would say that the job has failed.
      return fail(kCouldNotShow, std::string("internal error: ") + error.what());
    }
  });
}

}  // namespace jobtree::commands

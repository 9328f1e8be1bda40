// How a process ends, in processes of their own: this program runs itself with a hidden test case.
#include "commands/cli/signals.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "unit/catch.h"

namespace signals_test {

using namespace jobtree::commands;

namespace {

/// This program with the hidden test case `name`, its standard output a pipe.
class Child {
 public:
  explicit Child(const char* name) {
    int files[2];
    REQUIRE(::pipe2(files, O_CLOEXEC) == 0);
    process_ = ::fork();
    if (process_ == 0) {
      ::dup2(files[1], STDOUT_FILENO);
      ::execl("/proc/self/exe", "commands_tests", name, nullptr);
      ::_exit(99);
    }
    ::close(files[1]);
    output_ = files[0];
  }
  ~Child() {
    ::close(output_);
    if (process_ > 0) {
      ::kill(process_, SIGKILL);
      ::waitpid(process_, nullptr, 0);
    }
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  void signal(int number) const { ::kill(process_, number); }

  /// Waits for this letter; false when the child ended without it.
  bool says(char letter) const {
    char c = 0;
    while (::read(output_, &c, 1) == 1) {
      if (c == letter) return true;
    }
    return false;
  }

  /// -1 when it did not end by itself.
  int exit_code() {
    int status = 0;
    ::waitpid(process_, &status, 0);
    process_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t process_ = 0;
  int output_ = -1;
};

void say(char letter) {
  [[maybe_unused]] const ssize_t written = ::write(STDOUT_FILENO, &letter, 1);
}

[[noreturn]] void hang() {
  for (;;)
    ::pause();
}

}  // namespace

// The children. R: ready, E: ending, H: told of SIGHUP.

TEST_CASE("child: hangs while it ends", "[.]") {
  EndSignals signals({.grace = std::chrono::hours(1)});
  say('R');
  signals.wait();
  say('E');
  hang();
}

TEST_CASE("child: hangs with a short grace", "[.]") {
  EndSignals signals({.grace = std::chrono::milliseconds(10)});
  say('R');
  signals.wait();
  hang();
}

TEST_CASE("child: hangs before it waits for the end", "[.]") {
  const EndSignals signals({.grace = std::chrono::milliseconds(10)});
  say('R');
  hang();
}

TEST_CASE("child: is told of SIGHUP", "[.]") {
  EndSignals signals({.grace = std::chrono::hours(1), .on_hangup = [] { say('H'); }});
  say('R');
  signals.wait();
  ::_exit(7);
}

TEST_CASE("child: ends by itself", "[.]") {
  EndSignals signals({.grace = std::chrono::milliseconds(10)});
  std::jthread([&signals] { signals.end(); }).join();
  signals.wait();
  say('E');
  hang();
}

// The tests.

TEST_CASE("A second signal ends the process at once, whatever hangs") {
  for (const int second : {SIGTERM, SIGINT}) {
    Child child("child: hangs while it ends");
    REQUIRE(child.says('R'));
    child.signal(SIGTERM);
    REQUIRE(child.says('E'));
    child.signal(second);
    CHECK(child.exit_code() == 0);
  }
}

TEST_CASE("When the grace is over the process ends, whatever hangs") {
  for (const char* name :
       {"child: hangs with a short grace", "child: hangs before it waits for the end"}) {
    Child child(name);
    REQUIRE(child.says('R'));
    child.signal(SIGINT);
    CHECK(child.exit_code() == 0);
  }
}

TEST_CASE("SIGHUP ends the process as SIGTERM does, or is told where somebody wants to know") {
  Child ending("child: hangs before it waits for the end");
  REQUIRE(ending.says('R'));
  ending.signal(SIGHUP);
  CHECK(ending.exit_code() == 0);

  Child told("child: is told of SIGHUP");
  REQUIRE(told.says('R'));
  told.signal(SIGHUP);
  REQUIRE(told.says('H'));
  told.signal(SIGHUP);
  REQUIRE(told.says('H'));
  told.signal(SIGTERM);
  CHECK(told.exit_code() == 7);
}

TEST_CASE("A process that ends by itself has the same grace") {
  Child child("child: ends by itself");
  REQUIRE(child.says('E'));
  CHECK(child.exit_code() == 0);
}

}  // namespace signals_test

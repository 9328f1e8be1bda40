#include "commands/cli/message.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <iostream>
#include <string>

#include "commands/cli/exit_code.h"
#include "commands/cli/language.h"

namespace jobtree::commands {
namespace {

constexpr int kWriteTime = 2000;  // milliseconds

/// Not by std::cerr: a program that ends does not wait for ever for a reader that has stopped.
void write_to_stderr(std::string_view text) {
  pollfd ready{.fd = STDERR_FILENO, .events = POLLOUT, .revents = 0};
  while (!text.empty() && ::poll(&ready, 1, kWriteTime) == 1) {
    // So much a pipe takes at once when poll() says that it takes anything.
    const ssize_t count =
        ::write(STDERR_FILENO, text.data(), std::min<std::size_t>(text.size(), PIPE_BUF));
    if (count < 0) return;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

}  // namespace

int fail(std::string_view command, int code, const Bilingual& message) {
  std::string line = program_name();
  if (!command.empty()) line.append(" ").append(command);
  line.append(": ").append(spoken(message)).append("\n");
  write_to_stderr(line);
  return code;
}

void note(std::string_view command, const Bilingual& text) {
  fail(command, kExitOk, bilingual({"note: {0}", "注意：{0}"}, text));
}

int usage_error(std::string_view command, const Bilingual& message) {
  std::string line = spoken(message);
  std::ranges::replace(line, '\n', ' ');
  const std::string program =
      program_name() + std::string(command.empty() ? "" : " ").append(command);
  return fail(command, kExitUsage,
              bilingual({"{0} (help: {1} --help)", "{0}（帮助：{1} --help）"}, line, program));
}

int fail(std::string_view command, const Failure& failure) {
  switch (failure.kind()) {
    case Failure::Kind::usage:
      return usage_error(command, failure.text());
    case Failure::Kind::unavailable:
      return fail(command, kExitQueryFailed, failure.text());
    case Failure::Kind::system:
      break;
  }
  return fail(command, kExitFailed, failure.text());
}

int print(std::string_view command, std::string_view text) {
  std::cout << text << std::flush;
  return std::cout ? kExitOk
                   : fail(command, kExitFailed,
                          bilingual({"cannot write to standard output", "无法写入标准输出"}));
}

}  // namespace jobtree::commands
